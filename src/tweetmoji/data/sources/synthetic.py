"""Synthetic tweets, made by rule from two datasets: for learning negation, emoji, capitals and typos.

Emotion (dair-ai) is in lower case without punctuation, and hardly a comment of GoEmotions has an emoji. The rules make
six kinds of text: short sentences that affirm, deny or change a feeling; neutral comments that get their feeling from
an emoji, an emoticon or a hashtag; and texts of Emotion with capitals, punctuation and typos, with emoji and without.
"""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.lines import combine_digests
from tweetmoji.data.overlap import leave_out
from tweetmoji.data.sources.base import EVALUATION_SPLITS, LabeledSource
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.goemotions import NeutralSource
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.emotions import EMOTIONS

RULES_VERSION: Final = 1
"""Version of the rules, a part of the digest. Raise it whenever they make other texts of the same files."""

TEXTS_PER_KIND: Final = 3000
"""Texts of each kind; a run draws as many as it wants."""

MAX_NEUTRAL_CHARS: Final = 100
"""A neutral comment is shorter than this many characters, so that the emoji beside it counts."""

OPPOSITES: Final = {
    "sadness": ("joy", "love"),
    "joy": ("sadness", "anger"),
    "love": ("sadness", "anger"),
    "anger": ("joy", "love", "sadness"),
    "fear": ("joy", "love"),
    "surprise": ("sadness", "joy", "anger"),
}
"""What someone may feel who denies a feeling: each counts as right."""

AFFIRMATIONS: Final = (
    "I'm so {} right now!",
    "I am {}.",
    "Feeling really {} today",
    "So {}!!",
    "@user I feel {} about this",
    "This makes me feel {}.",
    "she was so {} last night",
    "We were all {}",
    "honestly just {}",
    "Woke up {} again",
    "Why am I so {}?",
)
DENIALS: Final = (
    "I'm not {} at all.",
    "I am not {}.",
    "I don't feel {}.",
    "I do not feel {} today",
    "This does not make me feel {}!",
    "I wasn't {} about that",
    "Can't say that I'm {}",
    "No, I'm not {}.",
    "nobody here is {}",
    "I have never felt less {}",
    "@user she isn't {} about it",
    "I didn't feel {} about any of it.",
    "Not {} in the least",
    "I ain't {}",
)
CHANGES: Final = (
    "I used to be {}, now I'm {}.",
    "Yesterday I was {} but today I am {}",
    "Thought I would be {}, but I'm {}!",
    "not {} anymore, just {}",
    "I'm not {}, I'm {}",
    "started the day {}, ended it {}",
)
"""Sentences of two feelings, of which the second counts."""

EMOJI_AND_EMOTICONS: Final = {
    "sadness": ("😢", "😭", "😞", "😔", "💔", "🥺", "😿", "☹️", "😥", "😩", ":(", ":'(", ":-("),
    "joy": ("😂", "😄", "😊", "😁", "🎉", "🥳", "🤣", "😀", "😃", "🙌", "😎", ":)", ":D", "=)"),
    "love": ("❤️", "😍", "🥰", "💕", "😘", "💖", "💗", "♥️", "💞", "<3", ":*"),
    "anger": ("😡", "😠", "🤬", "👿", "😤", "🖕", ">:("),
    "fear": ("😱", "😨", "😰", "😧", "🫣", "D:"),
    "surprise": ("😲", "😮", "😯", "🤯", "😳", "o_O", ":O"),
}

FEELING_WORDS: Final = {
    "sadness": "sad unhappy miserable lonely heartbroken depressed hopeless gloomy devastated disappointed hurt down "
    "gutted upset discouraged homesick",
    "joy": "happy glad delighted excited thrilled cheerful proud joyful pleased content ecstatic grateful optimistic "
    "hopeful relieved amused",
    "love": "loved adored cherished in+love affectionate tender romantic fond+of+you smitten devoted+to+her caring "
    "passionate+about+you",
    "anger": "angry mad furious annoyed irritated outraged livid pissed frustrated enraged bitter disgusted resentful "
    "offended fuming",
    "fear": "scared afraid terrified anxious frightened nervous worried panicked fearful alarmed petrified insecure "
    "uneasy apprehensive",
    "surprise": "surprised shocked amazed astonished stunned startled astounded speechless dumbfounded flabbergasted "
    "taken+aback",
}
"""Words for each emotion that fit into the sentences above, separated by spaces; a plus is a space in a word."""


class SyntheticText(NamedTuple):
    """A text, its label, and the text that it was made from; None if it was made from words alone."""

    text: str
    label: str
    parent: str | None


class SyntheticSource(LabeledSource):
    """Texts made from Emotion (dair-ai) and from neutral comments, always the same ones."""

    name: ClassVar[str] = names.SYNTHETIC
    splits = ("train",)

    def __init__(self, root: Path) -> None:
        """Open the folders of the two datasets within ``root``.

        Raises:
            DataError: One is missing.
        """
        self.emotion = EmotionSource(root)
        self.neutral = NeutralSource(root)

    def read(self, split: str) -> LabeledTexts:
        """Make the texts; see `Source.read`. Labels are the emotions, and "not" with each of them."""
        self.check_split(split)
        train = self.emotion.read("train")
        held_out = [self.emotion.read(name) for name in EVALUATION_SPLITS]
        neutral = self.neutral.read("train")
        made = list(_Maker(leave_out(train, held_out), neutral.texts).make())
        labels = (*EMOTIONS, *(f"not {name}" for name in EMOTIONS))
        files = (train, *held_out, neutral)
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=[one.text for one in made],
            targets=np.array([labels.index(one.label) for one in made], dtype=np.int64),
            labels=labels,
            class_map=identity_map(EMOTIONS) | {f"not {name}": OPPOSITES[name] for name in EMOTIONS},
            rows=np.arange(1, len(made) + 1),
            sha256=combine_digests(*(file.sha256 for file in files), f"rules version {RULES_VERSION}"),
            parents=[one.parent for one in made],
        )


class _Maker:
    """Makes texts with their labels, at random yet always the same.

    Another order of the random calls gives other texts: see `RULES_VERSION`.
    """

    def __init__(self, emotion: LabeledTexts, neutral: list[str]) -> None:
        self.random = random.Random(0)  # noqa: S311 - nothing secret
        self.labeled = [
            (text, emotion.labels[target]) for text, target in zip(emotion.texts, emotion.targets, strict=True)
        ]
        self.neutral = [text for text in neutral if len(text) < MAX_NEUTRAL_CHARS] or neutral

    def make(self) -> Iterator[SyntheticText]:
        kinds: tuple[Callable[[], SyntheticText], ...] = (
            self._affirm,
            self._deny,
            self._change,
            self._mark_neutral,
            self._mark_labeled,
            self._restyle,
        )
        for _ in range(TEXTS_PER_KIND):
            for kind in kinds:
                yield kind()

    def _affirm(self) -> SyntheticText:
        word, label = self._draw_feeling()
        return SyntheticText(self.random.choice(AFFIRMATIONS).format(word), label, None)

    def _deny(self) -> SyntheticText:
        word, label = self._draw_feeling()
        return SyntheticText(self.random.choice(DENIALS).format(word), f"not {label}", None)

    def _change(self) -> SyntheticText:
        (before, old), (after, new) = self._draw_feeling(), self._draw_feeling()
        while old == new:
            after, new = self._draw_feeling()
        return SyntheticText(self.random.choice(CHANGES).format(before, after), new, None)

    def _mark_neutral(self) -> SyntheticText:
        parent = self.random.choice(self.neutral)
        if self.random.random() < 0.25:
            word, label = self._draw_feeling()
            return SyntheticText(f"{parent} #{word.replace(' ', '')}", label, parent)
        label = self.random.choice(EMOTIONS)
        return SyntheticText(f"{parent} {self._draw_mark(label)}", label, parent)

    def _mark_labeled(self) -> SyntheticText:
        text, label, parent = self._restyle()
        return SyntheticText(f"{text} {self._draw_mark(label)}", label, parent)

    def _restyle(self) -> SyntheticText:
        """Give a text capitals, punctuation and often a typo."""
        parent, label = self.random.choice(self.labeled)
        text = re.sub(r"\b(do|did|ca|wo|is|was)nt\b", r"\1n't", parent)
        text = re.sub(r"\bi\b", "I", re.sub(r"\bim\b", "I'm", text))
        if self.random.random() < 0.6:
            text = _misspell(text, self.random)
        text = text[0].upper() + text[1:]
        mention = "@user " if self.random.random() < 0.2 else ""
        text = f"{mention}{text}{self.random.choice(('', '.', '!', '...', '!!'))}"
        return SyntheticText(text.upper() if self.random.random() < 0.1 else text, label, parent)

    def _draw_feeling(self) -> tuple[str, str]:
        """Draw a word for a feeling; each emotion is as likely as the others."""
        label = self.random.choice(EMOTIONS)
        return self.random.choice(FEELING_WORDS[label].split()).replace("+", " "), label

    def _draw_mark(self, label: str) -> str:
        """Draw an emoji, up to three times in a row, or an emoticon."""
        mark = self.random.choice(EMOJI_AND_EMOTICONS[label])
        return mark * self.random.choice((1, 1, 1, 2, 3)) if len(mark) == 1 else mark


def _misspell(text: str, generator: random.Random) -> str:
    """Misspell one of the longer words: swap two letters, or leave one out or double it."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4]
    if not long:
        return text
    i = generator.choice(long)
    word, at = words[i], generator.randrange(1, len(words[i]) - 2)
    words[i] = generator.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )
    return " ".join(words)

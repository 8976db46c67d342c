"""Texts in the ways of tweets, made from two datasets that lack them: what a student learns spelling and signs from.

The home dataset is lower-case and without punctuation, and hardly a comment of GoEmotions has an emoji. Here their
training texts are made into tweets by rule: feelings in short sentences, affirmed, denied and overcome; neutral
comments to which an emoji, an emoticon or a hashtag gives the feeling; home texts with capitals, punctuation and slips
of the keyboard.
"""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.labeled import LabeledTexts
from tweetmoji.data.overlap import find_overlap
from tweetmoji.data.sources.base import EVALUATION_SPLITS, Source
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.goemotions import NeutralSource
from tweetmoji.emotions import EMOTIONS

TEXTS_PER_KIND: Final = 3000
"""Texts of each kind; a run draws as many as it wants."""

MAX_NEUTRAL_CHARS: Final = 100
"""Characters that a neutral comment has fewer of, so that the sign beside it stands out."""

OPPOSITES: Final = {
    "sadness": ("joy", "love"),
    "joy": ("sadness", "anger"),
    "love": ("sadness", "anger"),
    "anger": ("joy", "love", "sadness"),
    "fear": ("joy", "love"),
    "surprise": ("sadness", "joy", "anger"),
}
"""What someone may feel who denies a feeling. Each is acceptable, see `tweetmoji.train.loop.targets`."""

AFFIRMED: Final = (
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
DENIED: Final = (
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
OVERCOME: Final = (
    "I used to be {}, now I'm {}.",
    "Yesterday I was {} but today I am {}",
    "Thought I would be {}, but I'm {}!",
    "not {} anymore, just {}",
    "I'm not {}, I'm {}",
    "started the day {}, ended it {}",
)
"""The second feeling counts."""

EMOJI: Final = {
    "sadness": ("😢", "😭", "😞", "😔", "💔", "🥺", "😿", "☹️", "😥", "😩", ":(", ":'(", ":-("),
    "joy": ("😂", "😄", "😊", "😁", "🎉", "🥳", "🤣", "😀", "😃", "🙌", "😎", ":)", ":D", "=)"),
    "love": ("❤️", "😍", "🥰", "💕", "😘", "💖", "💗", "♥️", "💞", "<3", ":*"),
    "anger": ("😡", "😠", "🤬", "👿", "😤", "🖕", ">:("),
    "fear": ("😱", "😨", "😰", "😧", "🫣", "D:"),
    "surprise": ("😲", "😮", "😯", "🤯", "😳", "o_O", ":O"),
}

FEELINGS: Final = {
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
"""Words for each emotion that fit into the sentences above; a plus stands for a space."""


class SyntheticSource(Source):
    """Texts made from the home dataset and from neutral comments, always the same ones."""

    name: ClassVar[str] = names.SYNTHETIC
    splits = ("train",)

    def __init__(self, root: Path) -> None:
        """Open the folders of the two datasets within ``root``.

        Raises:
            DataError: One is missing.
        """
        self.home = EmotionSource(root)
        self.neutral = NeutralSource(root)

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`. Labels are the emotions, and "not" with each of them."""
        self.check_split(split)
        home = self.home.read("train")
        known = find_overlap(home, [self.home.read(name) for name in EVALUATION_SPLITS])
        home = home.take(np.setdiff1d(np.arange(len(home)), known))
        neutral = self.neutral.read("train")
        labels = (*EMOTIONS, *(f"not {name}" for name in EMOTIONS))
        rows = list(_Maker(home, neutral.texts).make())
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=[text for text, _ in rows],
            targets=np.array([labels.index(label) for _, label in rows], dtype=np.int64),
            labels=labels,
            class_map=identity_map(EMOTIONS) | {f"not {name}": OPPOSITES[name] for name in EMOTIONS},
            rows=np.arange(1, len(rows) + 1),
            sha256=home.sha256,
        )


class _Maker:
    """Makes texts with their labels, at random yet always the same."""

    def __init__(self, home: LabeledTexts, neutral: list[str]) -> None:
        self.random = random.Random(0)  # noqa: S311 - nothing secret
        self.home = [(text, home.labels[target]) for text, target in zip(home.texts, home.targets, strict=True)]
        self.neutral = [text for text in neutral if len(text) < MAX_NEUTRAL_CHARS] or neutral

    def make(self) -> Iterator[tuple[str, str]]:
        kinds: tuple[Callable[[], tuple[str, str]], ...] = (
            self._affirm,
            self._deny,
            self._overcome,
            self._sign_neutral,
            self._sign_home,
            self._dress,
        )
        for _ in range(TEXTS_PER_KIND):
            for kind in kinds:
                yield kind()

    def _affirm(self) -> tuple[str, str]:
        word, label = self._feeling()
        return self.random.choice(AFFIRMED).format(word), label

    def _deny(self) -> tuple[str, str]:
        word, label = self._feeling()
        return self.random.choice(DENIED).format(word), f"not {label}"

    def _overcome(self) -> tuple[str, str]:
        (before, old), (after, new) = self._feeling(), self._feeling()
        while old == new:
            after, new = self._feeling()
        return self.random.choice(OVERCOME).format(before, after), new

    def _sign_neutral(self) -> tuple[str, str]:
        text = self.random.choice(self.neutral)
        if self.random.random() < 0.25:
            word, label = self._feeling()
            return f"{text} #{word.replace(' ', '')}", label
        label = self.random.choice(EMOTIONS)
        return f"{text} {self._sign(label)}", label

    def _sign_home(self) -> tuple[str, str]:
        text, label = self._dress()
        return f"{text} {self._sign(label)}", label

    def _dress(self) -> tuple[str, str]:
        text, label = self.random.choice(self.home)
        text = re.sub(r"\bi\b", "I", re.sub(r"\bim\b", "I'm", re.sub(r"\b(do|did|ca|wo|is|was)nt\b", r"\1n't", text)))
        if self.random.random() < 0.6:
            text = _slip(text, self.random)
        text = text[0].upper() + text[1:]
        text = (
            f"{'@user ' if self.random.random() < 0.2 else ''}{text}{self.random.choice(('', '.', '!', '...', '!!'))}"
        )
        return text.upper() if self.random.random() < 0.1 else text, label

    def _feeling(self) -> tuple[str, str]:
        """A word for a feeling; each emotion is as likely as the others."""
        label = self.random.choice(EMOTIONS)
        return self.random.choice(FEELINGS[label].split()).replace("+", " "), label

    def _sign(self, label: str) -> str:
        sign = self.random.choice(EMOJI[label])
        return sign * self.random.choice((1, 1, 1, 2, 3)) if len(sign) == 1 else sign


def _slip(text: str, generator: random.Random) -> str:
    """Misspell one of the longer words: two letters change places, or one is left out or doubled."""
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

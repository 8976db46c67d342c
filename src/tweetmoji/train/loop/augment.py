"""Augmentation: training texts as people also type them, with typos, elongated words and hashtags.

Labeled datasets have few of these, and a word with one wrong letter falls apart into other tokens. Each epoch alters
other texts, and the label stays. The kinds of typos are those of keyboards: swapped, missing, doubled and neighboring
letters (Pruthi et al. 2019, https://arxiv.org/abs/1905.11268), and missing vowels.
"""

import random
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

MIN_LETTERS: Final = 4
"""Letters of the shortest word that is altered: a shorter one would become another word."""

WORDS_PER_TYPO: Final = 6
"""Long words of a text for each that gets a typo, beside the first."""

KINDS: Final = {"typos": 50, "elongation": 25, "hashtag": 25}
"""What is done to a text, with relative frequencies."""

MAX_JOINED: Final = 3
"""Words of the longest hashtag that is made."""

VOWELS: Final = "aeiou"

_KEY_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBORS: Final = {
    letter: row[max(0, i - 1) : i] + row[i + 1 : i + 2] for row in _KEY_ROWS for i, letter in enumerate(row)
}
"""Letter to those beside it on an English keyboard."""


def augment_texts(texts: Sequence[str], share: float, seed: int, epoch: int) -> list[str]:
    """Alter some of the texts at random.

    Args:
        texts: The n texts.
        share: Fraction of the texts that is altered, [0, 1].
        seed: Seed of the run.
        epoch: From 0; each alters other texts.

    Returns:
        The n texts in their order. The same arguments give the same texts.
    """
    generator = random.Random(f"{seed}.{epoch}")  # noqa: S311 - no secret depends on it
    return [augment(text, generator) if generator.random() < share else text for text in texts]


def augment(text: str, generator: random.Random) -> str:
    """Give a text typos, an elongated word or a hashtag of one or more words; one without long words stays as it is."""
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) >= MIN_LETTERS and word.isalpha()]
    if not long:
        return text
    kind = generator.choices(list(KINDS), list(KINDS.values()))[0]
    if kind == "typos":
        for i in generator.sample(long, min(len(long), 1 + len(long) // WORDS_PER_TYPO + generator.randrange(2))):
            words[i] = _mistype(words[i], generator)
    elif kind == "elongation":
        i = generator.choice(long)
        words[i] = _elongate(words[i], generator)
    else:
        i = generator.choice(long)
        words[i:] = _join_in_hashtag(words[i:], generator)
    return " ".join(words)


def _mistype(word: str, generator: random.Random) -> str:
    """Swap, drop, double or replace one letter after the first, or leave out a vowel."""
    i = generator.randrange(1, len(word))
    start, letter, end = word[:i], word[i], word[i + 1 :]
    kind = generator.choice(("swap", "drop", "double", "neighbor", "vowel"))
    if kind == "swap":
        return start + end[:1] + letter + end[1:]
    if kind == "drop":
        return start + end
    if kind == "double":
        return start + letter + letter + end
    if kind == "neighbor":
        return start + generator.choice(_NEIGHBORS.get(letter.lower()) or letter) + end
    vowels = [k for k in range(1, len(word)) if word[k] in VOWELS]
    if not vowels:
        return word
    k = generator.choice(vowels)
    return word[:k] + word[k + 1 :]


def _join_in_hashtag(words: Sequence[str], generator: random.Random) -> list[str]:
    """Make a hashtag of the first word, and perhaps of those of letters alone after it: "#worst" or "#worstdayever"."""
    count = generator.randint(1, MAX_JOINED)
    joined = list(takewhile(str.isalpha, words[:count]))
    return ["#" + "".join(joined), *words[len(joined) :]]


def _elongate(word: str, generator: random.Random) -> str:
    """Repeat the last vowel or the last letter two to five times."""
    vowels = [k for k, letter in enumerate(word) if letter.lower() in VOWELS]
    k = generator.choice((vowels[-1] if vowels else len(word) - 1, len(word) - 1))
    return word[:k] + word[k] * generator.choice((2, 3, 5)) + word[k + 1 :]

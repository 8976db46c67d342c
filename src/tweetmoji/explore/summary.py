"""What one split is like: its classes, its lengths, the features and the words in its texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from tweetmoji.data import LabeledTexts
from tweetmoji.explore.vocabulary import find_common_words, split_words
from tweetmoji.text import clean

FEATURES: Final = MappingProxyType(
    {
        "capitals": re.compile("[A-Z]"),
        "digits": re.compile("[0-9]"),
        "punctuation": re.compile("[.,;:!?…]"),
        "hashtags": re.compile(r"#\w*[^\W\d]"),
        "emoji": re.compile("[\U0001f1e6-\U0001faff\u2600-\u27bf\u2b50\u2b55]"),
        "mentions": re.compile(r"(?<![\w@])@user\b"),
        "links": re.compile(r"\bhttp\b"),
    }
)
"""Patterns that texts are searched for, after `tweetmoji.text.clean`."""


@dataclass(frozen=True)
class ClassCount:
    """Number of texts of a class, and their share of the split in [0, 1]."""

    n: int
    share: float


@dataclass(frozen=True)
class Quartiles:
    """Five points of a distribution; the quartiles are interpolated linearly between the values beside them."""

    least: float
    first: float
    median: float
    third: float
    most: float


@dataclass(frozen=True)
class SplitSummary:
    """One split in figures; texts are measured as `tweetmoji.text.clean` gives them.

    Attributes:
        n: Number of texts.
        sha256: Hex digest of the file or files.
        classes: Label to its count, in label order.
        characters: Lengths of the texts in code points.
        words: Lengths of the texts in words; see `split_words`.
        features: Name of one of `FEATURES` to the share of texts with it, [0, 1].
        common_words: The words that most texts hold, to the share of those texts, [0, 1]; see `find_common_words`.
    """

    n: int
    sha256: str
    classes: dict[str, ClassCount]
    characters: Quartiles
    words: Quartiles
    features: dict[str, float]
    common_words: dict[str, float]


def summarize(data: LabeledTexts) -> SplitSummary:
    """Put one split, of at least one text, into figures."""
    texts = [clean(text) for text in data.texts]
    words = [split_words(text) for text in texts]
    counts = np.bincount(data.targets, minlength=len(data.labels)).tolist()
    return SplitSummary(
        n=len(data),
        sha256=data.sha256,
        classes={label: ClassCount(n, n / len(data)) for label, n in zip(data.labels, counts, strict=True)},
        characters=_find_quartiles([len(text) for text in texts]),
        words=_find_quartiles([len(row) for row in words]),
        features={
            name: sum(pattern.search(text) is not None for text in texts) / len(texts)
            for name, pattern in FEATURES.items()
        },
        common_words=find_common_words(words),
    )


def _find_quartiles(lengths: Sequence[int]) -> Quartiles:
    return Quartiles(*np.quantile(lengths, [0, 0.25, 0.5, 0.75, 1]).tolist())

"""The summary of one split: classes, lengths of texts, features and common words."""

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
"""Feature to the pattern of it in a text, after `tweetmoji.text.clean`."""


@dataclass(frozen=True)
class ClassCount:
    """Number of texts of a class, and their share of the split in [0, 1]."""

    n: int
    share: float


@dataclass(frozen=True)
class Quartiles:
    """Minimum, quartiles and maximum of a distribution; quartiles are interpolated linearly."""

    least: float
    first: float
    median: float
    third: float
    most: float


@dataclass(frozen=True)
class SplitSummary:
    """The summary of one split; texts are measured as `tweetmoji.text.clean` returns them.

    Attributes:
        n: Number of texts.
        sha256: Hex digest of the file or files.
        classes: Label to its count, in label order.
        characters: Lengths of the texts in code points.
        words: Lengths of the texts in words; see `split_words`.
        features: Each of `FEATURES` to the share of texts with it, [0, 1].
        common_words: The most common words to the share of texts with them, [0, 1]; see `find_common_words`.
    """

    n: int
    sha256: str
    classes: dict[str, ClassCount]
    characters: Quartiles
    words: Quartiles
    features: dict[str, float]
    common_words: dict[str, float]


def summarize(data: LabeledTexts) -> SplitSummary:
    """Summarize one split of at least one text."""
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

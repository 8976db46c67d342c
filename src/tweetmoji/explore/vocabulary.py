"""The words of the texts: the most common ones, and those that distinguish one label from the others.

Words that fewer than `MIN_TEXTS` texts hold are never named, so that no text can be recognized by them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts
from tweetmoji.text import clean

MIN_TEXTS: Final = 10
"""A word is named only if at least this many texts hold it."""

COMMON_WORDS: Final = 15
"""How many of the most common words are named."""

CHARACTERISTIC_WORDS: Final = 12
"""How many words are named for each label."""

PRIOR_WORDS: Final = 1_000
"""Weight of the prior, in words: small beside the words of a label, large beside the count of a rare word."""

MIN_Z: Final = 1.96
"""Least z-score of a characteristic word: the limit of the two-sided 95 % interval, as in Monroe et al."""

_WORD: Final = re.compile(r"[#@]?\w+(?:['’]\w+)*")
_PLACEHOLDERS: Final = frozenset({"@user", "http"})


@dataclass(frozen=True)
class CharacteristicWord:
    """A word, the z-score of its log-odds under a label, and the number of texts, of any label, that hold it."""

    word: str
    z: float
    texts: int


def split_words(text: str) -> list[str]:
    """Split a text, as `clean` returns it, into words in lower case.

    Apostrophes within a word and a ``#`` before it belong to it; the placeholders of mentions and links do not count.
    """
    return [word for word in _WORD.findall(text.lower()) if word not in _PLACEHOLDERS]


def find_common_words(texts: Sequence[Sequence[str]]) -> dict[str, float]:
    """Find the `COMMON_WORDS` words that most texts hold.

    Args:
        texts: The words of each text.

    Returns:
        Word to the share of texts with it, in (0, 1], the most common first, ties in alphabetical order.
    """
    counts = _count_texts(texts)
    ranked = sorted((-n, word) for word, n in counts.items() if n >= MIN_TEXTS)
    return {word: -negative / len(texts) for negative, word in ranked[:COMMON_WORDS]}


def find_characteristic_words(data: LabeledTexts) -> dict[str, tuple[CharacteristicWord, ...]]:
    """Find the most characteristic words of each label, compared with all other labels together.

    Returns:
        Label to at most `CHARACTERISTIC_WORDS` words whose z-score (see `score_words`) is at least `MIN_Z`, the
        highest first.
    """
    texts = [split_words(clean(text)) for text in data.texts]
    spread = _count_texts(texts)
    vocabulary = sorted(spread)
    if len(vocabulary) < 2:  # the odds of a word need another word
        return dict.fromkeys(data.labels, ())
    counts = _count_words(texts, data.targets, vocabulary, len(data.labels))
    named = np.array([spread[word] >= MIN_TEXTS for word in vocabulary])
    scores = np.where(named, score_words(counts), -np.inf)
    found = {}
    for label, row in zip(data.labels, scores, strict=True):
        best = np.argsort(-row, kind="stable")[:CHARACTERISTIC_WORDS]
        found[label] = tuple(
            CharacteristicWord(vocabulary[i], float(row[i]), spread[vocabulary[i]]) for i in best if row[i] >= MIN_Z
        )
    return found


def score_words(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Score words by label: z-scores of log-odds with an informative Dirichlet prior.

    Monroe, Colaresi & Quinn 2008, "Fightin' Words", equations 15 to 22 (https://doi.org/10.1093/pan/mpn018). A label is
    compared with the others together. The prior is the words' distribution over all labels with the weight of
    `PRIOR_WORDS` words; it pulls the odds of rare words, which depend on chance, toward 1.

    Args:
        counts: int64 array of shape (labels, words), how often each word occurs in the texts of each label. At least
            two words; each occurs at least once.

    Returns:
        float64 array of the same shape: above 0 where the word is more frequent under the label than elsewhere.
    """
    total = counts.sum(axis=0)
    prior = PRIOR_WORDS * total / total.sum()
    inside = counts + prior
    outside = total - counts + prior
    log_odds = np.log(_odds(inside)) - np.log(_odds(outside))
    scores: NDArray[np.float64] = log_odds / np.sqrt(1 / inside + 1 / outside)
    return scores


def _odds(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the odds of each word against all others of its row."""
    odds: NDArray[np.float64] = weights / (weights.sum(axis=1, keepdims=True) - weights)
    return odds


def _count_texts(texts: Iterable[Sequence[str]]) -> Counter[str]:
    """Count the texts that hold each word."""
    return Counter(chain.from_iterable(set(words) for words in texts))


def _count_words(
    texts: Sequence[Sequence[str]], targets: NDArray[np.int64], vocabulary: Sequence[str], labels: int
) -> NDArray[np.int64]:
    """Count how often each word occurs under each label, as an array of shape (labels, words)."""
    column = {word: i for i, word in enumerate(vocabulary)}
    counts = np.zeros((labels, len(vocabulary)), dtype=np.int64)
    for words, target in zip(texts, targets, strict=True):
        np.add.at(counts[target], [column[word] for word in words], 1)
    return counts

"""Explanations: how much each word of a text supports its prediction.

Occlusion (Zeiler & Fergus 2014, https://arxiv.org/abs/1311.2901): the text is predicted once more without each of its
words. What the predicted label loses is the weight of the word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tweetmoji.errors import TooManyWordsError
from tweetmoji.runtime.emojifier import Prediction
from tweetmoji.text.words import find_words

MAX_WORDS: Final = 64
"""Most words of a text that is explained. A tweet of 280 characters has some 50; each word costs a prediction."""


@dataclass(frozen=True)
class WordWeight:
    """A word of a text, and how much it supports the prediction.

    Attributes:
        start: Where the word begins in the text, in code points.
        end: Where it ends: ``text[start:end]`` is the word.
        weight: Score of the predicted label for the whole text minus that for the text without the word, -1 to 1. Above
            0 the word supports the prediction, below 0 it speaks against it.
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Explanation:
    """The prediction for a text, and how much each of its words supports it.

    Attributes:
        prediction: The prediction.
        words: The words in the order of the text, without overlaps; empty if it has none.
    """

    prediction: Prediction
    words: tuple[WordWeight, ...]


def find_weighed_words(text: str) -> list[tuple[int, int]]:
    """Find the words of a text to explain: the start and end of each, as `find_words` gives them.

    Raises:
        TooManyWordsError: There are more than `MAX_WORDS`.
    """
    words = find_words(text)
    if len(words) > MAX_WORDS:
        raise TooManyWordsError(
            f"the text has {len(words)} words; expected at most {MAX_WORDS}: explain a part of it at a time"
        )
    return words


def list_variants(text: str, words: Sequence[tuple[int, int]]) -> list[str]:
    """List what is predicted: the text as it is, and then without each of its words in turn."""
    return [text, *(leave_out(text, start, end) for start, end in words)]


def leave_out(text: str, start: int, end: int) -> str:
    """Leave a word out of a text. What stood beside it stays apart by one space, and makes no new word or emoji."""
    return f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()


def weigh_words(words: Sequence[tuple[int, int]], predictions: Sequence[Prediction]) -> Explanation:
    """Compute the weights of words.

    Args:
        words: The start and end of each word.
        predictions: The prediction for each of `list_variants`, with a label.
    """
    prediction, *others = predictions
    label = max(prediction.scores, key=prediction.scores.__getitem__)
    score = prediction.scores[label]
    weights = (score - other.scores[label] for other in others)
    spans = zip(words, weights, strict=True)
    return Explanation(prediction, tuple(WordWeight(start, end, weight) for (start, end), weight in spans))

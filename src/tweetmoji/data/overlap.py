"""Keeping evaluation honest: which training texts stand in an evaluation split, of whatever source."""

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data.labeled import LabeledTexts
from tweetmoji.text import clean

_NON_WORD: Final = re.compile(r"[\W_]+")


def comparison_key(text: str) -> str:
    """What makes two texts the same: their letters and digits, case-folded, with single spaces between words.

    A text without any letter or digit, such as one of emoji only, is compared as `clean` gives it.
    """
    cleaned = clean(text).casefold()  # not normalized: two texts that differ only in emoji are the same
    return _NON_WORD.sub(" ", cleaned).strip() or cleaned


def find_overlap(train: LabeledTexts, evaluation: Iterable[LabeledTexts]) -> NDArray[np.int64]:
    """Find the training texts that stand in an evaluation split, compared by `comparison_key`.

    Args:
        train: The texts to be trained on.
        evaluation: Splits of any sources.

    Returns:
        int64 array of their indices (from 0) in ``train``, rising.
    """
    keys = {comparison_key(text) for split in evaluation for text in split.texts}
    return np.array([i for i, text in enumerate(train.texts) if comparison_key(text) in keys], dtype=np.int64)

"""Keeping evaluation honest: which training texts stand in an evaluation split, of whatever source."""

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data.labelled import LabelledTexts
from tweetmoji.text import normalise

_NO_WORD: Final = re.compile(r"[\W_]+")


def comparison_key(text: str) -> str:
    """What makes two texts the same: their letters and digits, case-folded, with single spaces between words.

    A text without any letter or digit, such as one of emoji alone, is compared as it stands once normalised.
    """
    normalised = normalise(text, version=1).casefold()  # so that two texts that differ in emoji alone are the same
    return _NO_WORD.sub(" ", normalised).strip() or normalised


def find_overlap(train: LabelledTexts, evaluation: Iterable[LabelledTexts]) -> NDArray[np.int64]:
    """Find the training texts that stand in an evaluation split, compared by `comparison_key`.

    Args:
        train: The texts to be trained on.
        evaluation: Splits of any sources.

    Returns:
        int64 array of their indices (from 0) in ``train``, rising.
    """
    keys = {comparison_key(text) for split in evaluation for text in split.texts}
    return np.array([i for i, text in enumerate(train.texts) if comparison_key(text) in keys], dtype=np.int64)

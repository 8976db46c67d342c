"""Which training texts are in an evaluation split, or were made from a text that is: they must not be trained on.

Texts are the same if their letters and digits are. For the test splits of the project's own data, near copies count
too: their texts are few, and a copy with a word changed would give the answer away.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data.names import OWN_DATA_SOURCES
from tweetmoji.data.near_copies import find_cleaned_copies
from tweetmoji.data.texts import Texts
from tweetmoji.text import clean

AnyTexts = TypeVar("AnyTexts", bound=Texts)

_NON_WORD: Final = re.compile(r"[\W_]+")


def comparison_key(text: str) -> str:
    """Reduce a text to what makes two texts the same: letters and digits, case-folded, with single spaces.

    A text without any letter or digit, such as one of emoji only, is compared as `clean` gives it.
    """
    cleaned = clean(text).casefold()  # not normalized: two texts that differ only in emoji are the same
    return _NON_WORD.sub(" ", cleaned).strip() or cleaned


def group_copies(texts: Iterable[str]) -> dict[str, list[int]]:
    """Group the texts that are the same.

    Returns:
        `comparison_key` to the indices (from 0) of its texts, rising; the keys in the order of their first texts.
    """
    groups: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        groups.setdefault(comparison_key(text), []).append(i)
    return groups


def find_overlap(train: Texts, evaluation: Iterable[Texts]) -> NDArray[np.int64]:
    """Find the training texts that are in an evaluation split, compared by `comparison_key`.

    Near copies of the texts in a test split of the project's own data are found too; see `tweetmoji.data.near_copies`.
    A text that was made from another goes with it: what counts is the text, its parent, and other texts of that parent.

    Args:
        train: The texts to train on.
        evaluation: Splits of any sources, or the held-out fold of one.

    Returns:
        int64 array of their indices (from 0) in ``train``, rising.
    """
    splits = list(evaluation)
    held_out = {key for split in splits for keys in _list_keys(split) for key in keys}
    same = {i for i, keys in enumerate(_list_keys(train)) if not held_out.isdisjoint(keys)}
    own = [split for split in splits if split.source in OWN_DATA_SOURCES and split.split == "test"]
    return np.array(sorted(same | _find_near_copies(train, own)), dtype=np.int64)


def leave_out(train: AnyTexts, evaluation: Iterable[Texts]) -> AnyTexts:
    """Select the training texts that `find_overlap` does not find, in their order."""
    return train.take(np.setdiff1d(np.arange(len(train)), find_overlap(train, evaluation)))


def _list_keys(data: Texts) -> Iterator[list[str]]:
    """For each text, its key and that of its parent."""
    for text, parent in zip(data.texts, data.parents or repeat(None), strict=False):
        yield [comparison_key(text)] if parent is None else [comparison_key(text), comparison_key(parent)]


def _find_near_copies(train: Texts, held_out: Iterable[Texts]) -> set[int]:
    """Find the indices of training texts that nearly copy a held-out text, or whose parents do."""
    known = [text for split in held_out for text in split.texts]
    if not known:
        return set()
    compared = [
        (i, text)
        for i, both in enumerate(zip(train.texts, train.parents or repeat(None), strict=False))
        for text in both
        if text is not None
    ]
    return {compared[at][0] for at in find_cleaned_copies((text for _, text in compared), known)}

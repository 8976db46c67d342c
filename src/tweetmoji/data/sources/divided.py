"""A table in a single file, divided into train, val and test."""

from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import names
from tweetmoji.data.overlap import group_copies
from tweetmoji.data.sources.base import FULL, SPLITS, LabeledSource
from tweetmoji.data.sources.table import TableSource
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.errors import DataError

HELD_OUT_SHARE: Final = 0.1
"""Share of each label's texts that goes to val, and as much to test."""

MIN_TEXTS_PER_LABEL: Final = 3
"""Fewest different texts of a label: one for each of train, val and test."""


class DividedTable(LabeledSource):
    """A table in a single file, whose rows are divided into train, val and test."""

    name: ClassVar[str] = names.TABLE

    def __init__(self, table: TableSource, seed: int) -> None:
        """Divide ``table``, whose one split is `FULL`; ``seed`` decides the draw."""
        self.table = table
        self.seed = seed

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`. The digest of each is that of the whole file."""
        self.check_split(split)
        return self._parts[split]

    @cached_property
    def _parts(self) -> dict[str, LabeledTexts]:
        return divide(self.table.read(FULL), self.seed, str(self.table.files[FULL]))


def divide(data: LabeledTexts, seed: int, where: str) -> dict[str, LabeledTexts]:
    """Divide texts into train, val and test: 80, 10 and 10 % of each label, and at least one text in each.

    Copies of a text, as `group_copies` finds them, stay together and count as one, under the label of the first.

    Args:
        data: All texts.
        seed: Decides the draw; nothing else does.
        where: Names the file in messages.

    Returns:
        Each of `SPLITS` to its texts, in their order.

    Raises:
        DataError: All rows have one label, or a label has too few different texts.
    """
    groups = list(group_copies(data.texts).values())
    classes = np.array([data.targets[rows[0]] for rows in groups], dtype=np.int64)
    present = np.unique(data.targets)
    _check_counts(data, classes, present, where)
    generator = np.random.default_rng(seed)
    chosen: dict[str, list[int]] = {split: [] for split in SPLITS}
    for target in present:
        drawn = generator.permutation(np.flatnonzero(classes == target))
        held_out = max(1, round(HELD_OUT_SHARE * len(drawn)))
        parts = (drawn[2 * held_out :], drawn[:held_out], drawn[held_out : 2 * held_out])
        for split, part in zip(SPLITS, parts, strict=True):
            chosen[split] += [row for group in part for row in groups[group]]
    return {split: replace(data.take(sorted(rows)), split=split) for split, rows in chosen.items()}


def _check_counts(data: LabeledTexts, classes: NDArray[np.int64], present: NDArray[np.int64], where: str) -> None:
    """Refuse a table with a single label, or with too few texts of one to hold out."""
    if len(present) < 2:
        raise DataError(
            f"{where}: every row has the label {data.labels[present[0]]}; "
            "expected two labels or more: add rows of another"
        )
    few = [
        f"{data.labels[target]} has {n}"
        for target in present
        if (n := int((classes == target).sum())) < MIN_TEXTS_PER_LABEL
    ]
    if few:
        raise DataError(
            f"{where}: too few different texts to divide into train, val and test: {', '.join(few)}; "
            f"expected at least {MIN_TEXTS_PER_LABEL} of each label: add rows"
        )

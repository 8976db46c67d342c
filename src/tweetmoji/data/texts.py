"""Texts as every source gives them: labeled, without an emotion, or unlabeled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray


# eq=False: a generated __eq__ compares arrays with ==, whose result has no truth value, so it raises
@dataclass(frozen=True, eq=False, kw_only=True)
class Texts:
    """Texts of one split of one source.

    Attributes:
        source: Name of the source, as ``--source`` or ``--unlabeled`` calls it.
        split: Name of the split.
        texts: The n texts as in the file, encodable as UTF-8.
        rows: int64 array of shape (n,), the row of each text in its file, from 1.
        sha256: Hex SHA-256 of the file or files, so that a result can say what it was measured on.
        parents: The text that each text was made from, or None for one made from no other; None if no text was made
            from another.
    """

    source: str
    split: str
    texts: list[str]
    rows: NDArray[np.int64]
    sha256: str
    parents: list[str | None] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, indices: Sequence[int] | NDArray[np.integer]) -> Self:
        """Select the texts at ``indices`` (from 0), in that order; row numbers and digest stay those of the file."""
        chosen = np.asarray(indices, dtype=np.int64)
        return replace(
            self,
            texts=[self.texts[i] for i in chosen],
            rows=self.rows[chosen],
            parents=None if self.parents is None else [self.parents[i] for i in chosen],
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class LabeledTexts(Texts):
    """Texts with a label each.

    Attributes:
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Names of the source's classes.
        class_map: Class to the model's labels that count as it; see `tweetmoji.data.class_map`.
    """

    targets: NDArray[np.int64]
    labels: tuple[str, ...]
    class_map: Mapping[str, tuple[str, ...]]

    def take(self, indices: Sequence[int] | NDArray[np.integer]) -> Self:
        """Select texts with their labels; see `Texts.take`."""
        return replace(super().take(indices), targets=self.targets[np.asarray(indices, dtype=np.int64)])


class NeutralTexts(Texts):
    """Texts that have no emotion, as people judged them: a model should be unsure of them."""


class UnlabeledTexts(Texts):
    """Texts that nobody has labeled: a teacher model says what they are."""


TrainingTexts = LabeledTexts | NeutralTexts
"""What a source gives to train on."""

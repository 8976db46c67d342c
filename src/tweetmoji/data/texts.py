"""Texts as every source gives them: labeled, without an emotion, or unlabeled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tweetmoji.emotions import NONE


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
        class_map: Class to the model's outputs that count as it; see `tweetmoji.data.class_map`. A class ``none``
            counts the output `tweetmoji.emotions.NONE`.
        none_possible: Whether the annotators could have said that a text has no emotion. Then a label also says that
            the text is not without one.
    """

    targets: NDArray[np.int64]
    labels: tuple[str, ...]
    class_map: Mapping[str, tuple[str, ...]]
    none_possible: bool = False

    def take(self, indices: Sequence[int] | NDArray[np.integer]) -> Self:
        """Select texts with their labels; see `Texts.take`."""
        return replace(super().take(indices), targets=self.targets[np.asarray(indices, dtype=np.int64)])

    def without_none(self) -> Self:
        """Select the texts with an emotion, for a model that does not know the class ``none``, and drop that class."""
        if NONE not in self.labels:
            return self
        none = self.labels.index(NONE)
        kept = self.take(np.flatnonzero(self.targets != none))
        return replace(
            kept,
            targets=kept.targets - (kept.targets > none),
            labels=tuple(label for label in self.labels if label != NONE),
            class_map={label: counted for label, counted in self.class_map.items() if label != NONE},
        )


class NeutralTexts(Texts):
    """Texts that have no emotion, as people judged them: the texts of a source with the one class ``none``."""


class UnlabeledTexts(Texts):
    """Texts that nobody has labeled: a teacher model says what they are."""


TrainingTexts = LabeledTexts | NeutralTexts
"""What a source gives to train on."""

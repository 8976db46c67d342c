"""Labeled texts as every source gives them, whatever its files look like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LabeledTexts:
    """Texts of one split of one source, with their labels.

    Attributes:
        source: Name of the source, as ``--source`` calls it.
        split: Name of the split.
        texts: The n texts, as they stand in the file.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Names of the source's classes.
        class_map: Class to the model's labels that count as it; see `tweetmoji.data.class_map`.
        rows: int64 array of shape (n,), the row of each text in its file, from 1.
        sha256: Hex digest of the file or files, so that a result can say what it was measured on.
    """

    source: str
    split: str
    texts: list[str]
    targets: NDArray[np.int64]
    labels: tuple[str, ...]
    class_map: Mapping[str, tuple[str, ...]]
    rows: NDArray[np.int64]
    sha256: str

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, indices: Sequence[int] | NDArray[np.integer]) -> "LabeledTexts":
        """The texts at ``indices`` (from 0), in that order; row numbers and digest stay those of the file."""
        chosen = np.asarray(indices, dtype=np.int64)
        return replace(
            self,
            texts=[self.texts[i] for i in chosen],
            targets=self.targets[chosen],
            rows=self.rows[chosen],
        )

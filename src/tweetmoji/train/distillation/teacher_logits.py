"""A teacher's logits on disk, without the texts: enough to train a student without the teacher.

A numpy archive holds a key and a row of logits for each text: ``keys``, uint64 of shape (n,), rising; ``logits``,
float16 of shape (n, classes); ``labels``; ``provenance``, a JSON object that says which teacher it was.
`tweetmoji.data.keys` makes the keys: whoever has a text finds its logits.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data.arrays import read_arrays
from tweetmoji.data.keys import make_keys
from tweetmoji.errors import DataError
from tweetmoji.files import parse_json_object, replacing

ARRAY_NAMES: Final = ("keys", "logits", "labels", "provenance")
"""Arrays of a file."""


# eq=False: a generated __eq__ compares arrays with ==, whose result has no truth value, so it raises
@dataclass(frozen=True, eq=False)
class TeacherLogits:
    """A teacher's logits.

    Attributes:
        keys: uint64 array of shape (n,), rising: the keys of the texts.
        logits: float16 array of shape (n, len(labels)).
        labels: Label names in column order.
        provenance: How the teacher was made, as plain JSON types.
        sha256: Hex digest of the file.
    """

    keys: NDArray[np.uint64]
    logits: NDArray[np.float16]
    labels: tuple[str, ...]
    provenance: dict[str, Any]
    sha256: str

    def look_up(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Find the logits of texts.

        Returns:
            float32 array of shape (len(texts), len(labels)), zeros where a text is unknown, and a bool array of shape
            (len(texts),) that says which texts are known.
        """
        wanted = make_keys(texts)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = self.keys[at] == wanted
        return np.where(known[:, None], self.logits[at].astype(np.float32), np.float32(0)), known


def write_teacher_logits(
    path: Path,
    texts: Sequence[str],
    logits: NDArray[np.floating],
    labels: Sequence[str],
    provenance: dict[str, Any],
) -> None:
    """Write a file that `read_teacher_logits` reads. Of equal texts, the first counts.

    Args:
        path: The file.
        texts: At least one.
        logits: Float array of shape (len(texts), len(labels)).
        labels: Label names in column order.
        provenance: How the teacher was made, as plain JSON types.

    Raises:
        OSError: The file cannot be written.
    """
    keys, first = np.unique(make_keys(texts), return_index=True)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            keys=keys,
            logits=logits[first].astype(np.float16),
            labels=np.array(labels),
            provenance=np.array(json.dumps(provenance)),
        )


def read_teacher_logits(path: Path) -> TeacherLogits:
    """Read what `write_teacher_logits` wrote.

    Raises:
        DataError: There is no such file, or it is damaged.
    """
    read = read_arrays(path, ARRAY_NAMES, "a teacher's logits", "get the file again")
    arrays = read.arrays
    return TeacherLogits(
        keys=arrays["keys"],
        logits=arrays["logits"],
        labels=tuple(arrays["labels"].tolist()),
        provenance=parse_json_object(str(arrays["provenance"]).encode(), f"{path}: provenance", DataError),
        sha256=read.sha256,
    )

"""A teacher's logits on disk, without the texts: enough to train a student without the teacher.

A numpy archive holds a key and a row of logits for each text: ``keys``, uint64 of shape (n,), rising; ``logits``,
float16 of shape (n, classes); ``labels``; ``provenance``, a JSON object that says which teacher it was.
`tweetmoji.data.keys` makes the keys: whoever has a text finds its logits.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data.keys import make_keys
from tweetmoji.data.lines import read_bytes
from tweetmoji.errors import DataError
from tweetmoji.files import replacing


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
    archive = read_bytes(path, "a teacher's logits")
    try:
        with np.load(io.BytesIO(archive), allow_pickle=False) as content:
            return TeacherLogits(
                keys=content["keys"],
                logits=content["logits"],
                labels=tuple(content["labels"].tolist()),
                provenance=json.loads(str(content["provenance"])),
                sha256=hashlib.sha256(archive).hexdigest(),
            )
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: not a teacher's logits, or damaged ({error}); get the file again") from None

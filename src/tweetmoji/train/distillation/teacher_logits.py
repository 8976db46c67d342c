"""What a teacher answers to many texts, kept without the texts: so that a student can be trained without the teacher.

A numpy archive holds one key and one row of logits for each text: ``keys``, uint64 of shape (n,), rising; ``logits``,
float16 of shape (n, classes); ``labels``; ``provenance``, a JSON object that says which teacher it was. The key of a
text is a hash of it as it stands in its file, from which the text cannot be had back; who has it finds its logits.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data.lines import read_bytes
from tweetmoji.errors import DataError
from tweetmoji.files import replacing

KEY_BYTES: Final = 8
"""Bytes of a key: among 10^6 texts, the chance that any two share one is below 10^-7."""


@dataclass(frozen=True)
class TeacherLogits:
    """A teacher's logits.

    Attributes:
        keys: uint64 array of shape (n,), rising: the keys of the texts.
        logits: float16 array of shape (n, len(labels)).
        labels: Label names in column order.
        provenance: How the teacher was made, as plain JSON types.
    """

    keys: NDArray[np.uint64]
    logits: NDArray[np.float16]
    labels: tuple[str, ...]
    provenance: dict[str, Any]

    def look_up(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Find what the teacher answers.

        Returns:
            float32 array of shape (len(texts), len(labels)), zeros where a text is not known, and a bool array of shape
            (len(texts),), whether it is.
        """
        wanted = make_keys(texts)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = self.keys[at] == wanted
        return np.where(known[:, None], self.logits[at].astype(np.float32), np.float32(0)), known


def make_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """The keys of texts, uint64 of shape (len(texts),): BLAKE2b (RFC 7693) of each in UTF-8."""
    digests = [hashlib.blake2b(text.encode("utf-8"), digest_size=KEY_BYTES).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def write_teacher_logits(
    path: Path,
    texts: Sequence[str],
    logits: NDArray[np.floating],
    labels: Sequence[str],
    provenance: dict[str, Any],
) -> None:
    """Write a file that `read_teacher_logits` reads; of texts that are the same, the first counts.

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
            )
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: not a teacher's logits, or damaged ({error}); get the file anew") from None

r"""The ``text;label`` files of the "Emotions dataset for NLP": one labelled text a line, UTF-8.

A folder holds ``train.txt``, ``val.txt`` and ``test.txt``. Lines end at ``\n`` alone, since some tweets hold other
line separators. Every fault is a `DataError` that names file and line.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.errors import DataError

SPLITS: Final = ("train", "val", "test")
"""The splits of a dataset folder; split ``s`` lies in ``s.txt``."""


@dataclass(frozen=True)
class LabelledTexts:
    """Texts with their labels, as read from one file.

    Attributes:
        texts: The n texts, as they stand in the file.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: The label names that the indices mean.
        sha256: Hex digest of the file, so that a result can say what it was measured on.
    """

    texts: list[str]
    targets: NDArray[np.int64]
    labels: tuple[str, ...]
    sha256: str

    def __len__(self) -> int:
        return len(self.texts)


def read_split(folder: Path, split: str, labels: Sequence[str]) -> LabelledTexts:
    """Read one split of a dataset folder.

    Args:
        folder: Holds ``train.txt``, ``val.txt`` and ``test.txt``.
        split: One of `SPLITS`.
        labels: The label names that may occur, in column order.

    Raises:
        DataError: The folder or file is missing, or a line does not fit; see `read_labelled`.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; expected one that holds train.txt, val.txt and test.txt")
    return read_labelled(folder / f"{split}.txt", labels)


def read_labelled(path: Path, labels: Sequence[str]) -> LabelledTexts:
    r"""Read a ``text;label`` file; the last semicolon of a line separates the two.

    Args:
        path: The file. A byte order mark at its start and ``\r`` at a line's end are ignored.
        labels: The label names that may occur, in column order.

    Raises:
        DataError: The file is missing, unreadable or empty, a line is not UTF-8, has no semicolon, no text, or a
            label that is not in ``labels``. The message names file and line.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; expected lines of the form text;label") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error

    index = {label: column for column, label in enumerate(labels)}
    texts: list[str] = []
    targets: list[int] = []
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for number, line in enumerate(lines, start=1):
        text, label = _parse(line, where=f"{path}:{number}")
        if label not in index:
            raise DataError(f"{path}:{number}: unknown label {label!r}; expected one of {', '.join(labels)}")
        texts.append(text)
        targets.append(index[label])
    if not texts:
        raise DataError(f"{path}: the file is empty; expected lines of the form text;label")
    return LabelledTexts(
        texts=texts,
        targets=np.array(targets, dtype=np.int64),
        labels=tuple(labels),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _parse(line: bytes, where: str) -> tuple[str, str]:
    """Split one raw line into text and label."""
    try:
        decoded = line.decode("utf-8").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{where}: byte {error.start + 1} of the line (0x{line[error.start]:02x}) is not UTF-8; "
            "save the file as UTF-8"
        ) from None
    text, semicolon, label = decoded.rpartition(";")
    if not semicolon:
        raise DataError(f"{where}: no semicolon in {decoded[:60]!r}; expected text;label")
    if not text.strip():
        raise DataError(f"{where}: no text before the semicolon; expected text;label")
    return text, label.strip()

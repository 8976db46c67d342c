r"""The project's own dataset, the "Emotions dataset for NLP" (Saravia et al. 2018), as three files on disk.

A folder holds ``train.txt``, ``val.txt`` and ``test.txt``: a ``text;label`` a line, UTF-8. Every fault is a `DataError`
that names file and line.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from tweetmoji.data.files import read_bytes, split_lines
from tweetmoji.data.labelled import LabelledTexts, cover_themselves
from tweetmoji.data.source import Source, find_folder
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError

EXPECTED: Final = "lines of the form text;label"


class HomeSource(Source):
    """The ``text;label`` files of a folder."""

    name: ClassVar[str] = "home"
    folder_name: ClassVar[str] = "emotion"

    def __init__(self, root: Path, labels: Sequence[str] = EMOTIONS) -> None:
        """Open the folder ``root``, or ``root/emotion`` where that exists.

        Args:
            root: The folder of the three files, or the root of all datasets.
            labels: The label names that may occur, in column order.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = find_folder(root, self.folder_name, "train.txt, val.txt and test.txt")
        self.labels = tuple(labels)

    def read(self, split: str) -> LabelledTexts:
        """Read one split; see `Source.read`."""
        self.check_split(split)
        path = self.folder / f"{split}.txt"
        return parse_home(read_bytes(path, EXPECTED), str(path), split, self.labels, self.name)


def parse_home(content: bytes, where: str, split: str, labels: Sequence[str], source: str) -> LabelledTexts:
    """Read the bytes of a ``text;label`` file; the last semicolon of a line separates the two.

    Args:
        content: The file.
        where: Names it in messages.
        split: The split that it is.
        labels: The label names that may occur, in column order.
        source: Name of the source.

    Raises:
        DataError: The file is empty, a line is not UTF-8, has no semicolon, no text, or a label that is not in
            ``labels``. The message names file and line.
    """
    index = {label: column for column, label in enumerate(labels)}
    texts: list[str] = []
    targets: list[int] = []
    content_lines = split_lines(content, where, EXPECTED)
    for number, line in enumerate(content_lines.lines, start=1):
        text, label = _parse(line, where=f"{where}:{number}")
        if label not in index:
            raise DataError(f"{where}:{number}: unknown label {label!r}; expected one of {', '.join(labels)}")
        texts.append(text)
        targets.append(index[label])
    return LabelledTexts(
        source=source,
        split=split,
        texts=texts,
        targets=np.array(targets, dtype=np.int64),
        labels=tuple(labels),
        covers=cover_themselves(labels),
        rows=np.arange(1, len(texts) + 1),
        sha256=content_lines.sha256,
    )


def _parse(line: str, where: str) -> tuple[str, str]:
    """Split one line into text and label."""
    text, semicolon, label = line.rpartition(";")
    if not semicolon:
        raise DataError(f"{where}: no semicolon in {line[:60]!r}; expected text;label")
    if not text.strip():
        raise DataError(f"{where}: no text before the semicolon; expected text;label")
    return text, label.strip()

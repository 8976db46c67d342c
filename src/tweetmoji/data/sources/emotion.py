r"""Emotion (dair-ai), or the user's own texts in its format (Saravia et al. 2018).

A folder holds ``train.txt``, ``val.txt`` and ``test.txt``: a ``text;label`` a line, UTF-8. Every fault is a `DataError`
that names file and line.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.lines import read_bytes, split_lines
from tweetmoji.data.sources.base import LabeledSource, find_folder
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError

FILE_FORMAT: Final = "lines of the form text;label"
"""What a file holds, for messages."""


class EmotionSource(LabeledSource):
    """The ``text;label`` files of a folder."""

    name: ClassVar[str] = names.EMOTION
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

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`."""
        self.check_split(split)
        path = self.folder / f"{split}.txt"
        return parse_emotion_file(read_bytes(path, FILE_FORMAT), str(path), split, self.labels, self.name)


def parse_emotion_file(content: bytes, where: str, split: str, labels: Sequence[str], source: str) -> LabeledTexts:
    """Parse the bytes of a ``text;label`` file; the last semicolon of a line separates the two.

    Args:
        content: The file.
        where: Names it in messages.
        split: Name of the split.
        labels: The label names that may occur, in column order.
        source: Name of the source.

    Raises:
        DataError: The file is empty, a line is not UTF-8, has no semicolon, no text, or a label that is not in
            ``labels``. The message names file and line.
    """
    index = {label: column for column, label in enumerate(labels)}
    texts: list[str] = []
    targets: list[int] = []
    content_lines = split_lines(content, where, FILE_FORMAT)
    for number, line in enumerate(content_lines.lines, start=1):
        text, label = _parse_line(line, where=f"{where}:{number}")
        if label not in index:
            raise DataError(f"{where}:{number}: unknown label {label!r}; expected one of {', '.join(labels)}")
        texts.append(text)
        targets.append(index[label])
    return LabeledTexts(
        source=source,
        split=split,
        texts=texts,
        targets=np.array(targets, dtype=np.int64),
        labels=tuple(labels),
        class_map=identity_map(labels),
        rows=np.arange(1, len(texts) + 1),
        sha256=content_lines.sha256,
    )


def _parse_line(line: str, where: str) -> tuple[str, str]:
    """Split one line into text and label."""
    text, semicolon, label = line.rpartition(";")
    if not semicolon:
        raise DataError(f"{where}: no semicolon in {line[:60]!r}; expected text;label")
    if not text.strip():
        raise DataError(f"{where}: no text before the semicolon; expected text;label")
    return text, label.strip()

"""The user's own table: a CSV, TSV, JSONL or Parquet file, or a folder with one such file for each split.

Columns other than the texts and their labels are ignored. Every fault is a `DataError` that names file and row.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.lines import read_bytes
from tweetmoji.data.sources.base import FULL, SPLITS, LabeledSource
from tweetmoji.data.table_formats import PARSERS, Row
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.errors import DataError
from tweetmoji.text import replace_surrogates


class TableSource(LabeledSource):
    """A file with a table, whose one split is `FULL`, or a folder of such files named after their splits."""

    name: ClassVar[str] = names.TABLE

    def __init__(
        self, path: Path, labels: Sequence[str], text_column: str = "text", label_column: str = "label"
    ) -> None:
        """Open a file, or a folder that holds some of train, val and test, each in one of the formats.

        Args:
            path: The file or folder; a file's ending tells its format: .csv, .tsv, .jsonl, .ndjson or .parquet.
            labels: The label names that may occur, in column order.
            text_column: Name of the column that holds the texts.
            label_column: Name of the column that holds the label names.

        Raises:
            DataError: There is nothing at ``path``, its ending is unknown, or the folder holds no table or two for a
                split.
        """
        self.files = _find_files(path)
        self.splits = tuple(self.files)
        self.labels = tuple(labels)
        self.columns = (text_column, label_column)

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`."""
        self.check_split(split)
        path = self.files[split]
        content = read_bytes(path, f"a table with the columns {' and '.join(self.columns)}")
        rows = list(PARSERS[path.suffix.lower()](content, str(path), self.columns))
        if not rows:
            raise DataError(f"{path}: the table has no rows; expected at least one text with its label")
        index = {label: column for column, label in enumerate(self.labels)}
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=[_check_text(row, str(path)) for row in rows],
            targets=np.array([_look_up(row, index, str(path)) for row in rows], dtype=np.int64),
            labels=self.labels,
            class_map=identity_map(self.labels),
            rows=np.array([row.number for row in rows], dtype=np.int64),
            sha256=hashlib.sha256(content).hexdigest(),
        )


def _find_files(path: Path) -> dict[str, Path]:
    """Find the file of each split, in the order of `SPLITS`."""
    endings = ", ".join(PARSERS)
    if not path.exists():
        raise DataError(f"{path}: no such file or folder; expected a table ({endings}) or a folder of tables")
    if not path.is_dir():
        if path.suffix.lower() not in PARSERS:
            raise DataError(f"{path}: unknown ending {path.suffix!r}; expected one of {endings}")
        return {FULL: path}
    tables = sorted(file for file in path.iterdir() if file.suffix.lower() in PARSERS)
    found: dict[str, Path] = {}
    for split in SPLITS:
        for file in (file for file in tables if file.stem == split):
            if split in found:
                raise DataError(f"{path}: both {found[split].name} and {file.name} are there; keep one of the two")
            found[split] = file
    if not found:
        raise DataError(f"{path}: holds no table; expected train, val or test with one of the endings {endings}")
    return found


def _check_text(row: Row, where: str) -> str:
    """Refuse a value that is not a text, and make the text encodable."""
    if not isinstance(row.text, str):
        raise DataError(f"{where}:{row.number}: the text is {row.text!r:.60}; expected a string")
    if not row.text.strip():
        raise DataError(f"{where}:{row.number}: the text is empty; write one, or leave out the row")
    return replace_surrogates(row.text)  # JSON can write half an emoji as \ud83d, which UTF-8 cannot


def _look_up(row: Row, index: dict[str, int], where: str) -> int:
    """Find the column of a row's label."""
    if not isinstance(row.label, str) or row.label.strip() not in index:
        raise DataError(
            f"{where}:{row.number}: unknown label {row.label!r:.60}; expected one of {', '.join(index)}: "
            "correct the row, or train with --labels that names it"
        )
    return index[row.label.strip()]

"""Tables of one's own: a CSV, TSV, JSONL or Parquet file, or a folder with one such file for each split.

Two columns count, one with the texts and one with the names of their labels; others may stand beside them. Every fault
is a `DataError` that names file and row: the line on which a row begins, or the number of the row in a Parquet file.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.labeled import LabeledTexts
from tweetmoji.data.lines import BYTE_ORDER_MARK, read_bytes, split_lines
from tweetmoji.data.sources.base import SPLITS, Source
from tweetmoji.errors import DataError, needs_extra, shorten

FULL: Final = "full"
"""The one split of a source that is a single file."""

SHOWN_CHARS: Final = 200
"""How much of a file's own words a message repeats, in characters."""


@dataclass(frozen=True)
class Row:
    """One row of a table, its two values as they stand in the file and not yet checked.

    Attributes:
        number: The line on which the row begins, or the number of the row in a Parquet file; from 1.
        text: Value of the text column.
        label: Value of the label column.
    """

    number: int
    text: object
    label: object


class TableSource(Source):
    """A file with a table, whose one split is called ``full``, or a folder with such files named after their splits."""

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


def parse_csv(content: bytes, where: str, columns: tuple[str, str], *, dialect: str) -> Iterator[Row]:
    """Read a CSV file: a header row, then rows of as many fields; quoted fields may hold line ends.

    Args:
        content: The file, UTF-8.
        where: Names it in messages.
        columns: Names of the text column and of the label column.
        dialect: ``excel`` for commas between the fields, ``excel-tab`` for tabs.

    Raises:
        DataError: The file is empty or not UTF-8, a column is missing or stands twice, a quote is not closed, or a row
            has another number of fields than the header.
    """
    split_lines(content, where, f"a header row with {' and '.join(columns)}")  # names the line that is not UTF-8
    decoded = content.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
    # newline="" leaves line ends to the reader: those within quotes are part of a text
    records = _read_records(csv.reader(io.StringIO(decoded, newline=""), dialect, strict=True), where)
    _, header = next(records)
    text_at, label_at = _find_columns(header, columns, where)
    for number, record in records:
        if not record:  # a blank line
            continue
        if len(record) != len(header):
            raise DataError(
                f"{where}:{number}: {len(record)} fields, and {len(header)} in the header; "
                "put quotes around a field that holds the separator"
            )
        yield Row(number, record[text_at], record[label_at])


def parse_jsonl(content: bytes, where: str, columns: tuple[str, str]) -> Iterator[Row]:
    """Read a file with a JSON object on each line; arguments as for `parse_csv`.

    Raises:
        DataError: The file is empty, a line is not UTF-8 or not a JSON object, or an object lacks a column.
    """
    lines = split_lines(content, where, "a JSON object on each line").lines
    for number, line in enumerate(lines, start=1):
        record = _parse_object(line, f"{where}:{number}")
        _find_columns(list(record), columns, f"{where}:{number}")
        yield Row(number, record[columns[0]], record[columns[1]])


def parse_parquet(content: bytes, where: str, columns: tuple[str, str]) -> Iterator[Row]:
    """Read a Parquet file; arguments as for `parse_csv`.

    Raises:
        DataError: The file is damaged, or a column is missing or stands twice.
        MissingExtraError: pyarrow is not installed.
    """
    with needs_extra("data"):
        import pyarrow as pa
        from pyarrow import parquet
    try:
        table = parquet.ParquetFile(pa.BufferReader(content)).read(use_threads=False)  # its threads may abort the exit
        table.validate(full=True)
        names = table.column_names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{where}: not a Parquet file, or a damaged one ({shorten(error)}); get the file anew"
        ) from None
    texts, labels = (table.column(i) for i in _find_columns(names, columns, where))
    for number, (text, label) in enumerate(zip(texts, labels, strict=True), start=1):
        yield Row(number, text.as_py(), label.as_py())


Parser = Callable[[bytes, str, tuple[str, str]], Iterator[Row]]

PARSERS: Final[dict[str, Parser]] = {
    ".csv": partial(parse_csv, dialect="excel"),
    ".tsv": partial(parse_csv, dialect="excel-tab"),
    ".jsonl": parse_jsonl,
    ".ndjson": parse_jsonl,
    ".parquet": parse_parquet,
}
"""Ending of a file to what reads it."""


def _find_files(path: Path) -> dict[str, Path]:
    """The file of each split, in the order of `SPLITS`."""
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


def _read_records(reader: Any, where: str) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - csv names no type
    """Each record of a CSV file, with the line on which it begins."""
    while True:
        number = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"{where}:{number}: the row that begins here is damaged ({error}); "
                "close every quote, and write a quote within quotes twice"
            ) from None
        yield number, record


def _find_columns(found: Sequence[str], columns: tuple[str, str], where: str) -> tuple[int, int]:
    """The positions of the text column and of the label column."""
    for column in columns:
        if found.count(column) != 1:
            names = ", ".join(map(repr, found))[:SHOWN_CHARS]
            raise DataError(
                f"{where}: expected one column {column!r}, found {names or 'none'}; "
                "name yours with --text-column and --label-column"
            )
    return found.index(columns[0]), found.index(columns[1])


def _parse_object(line: str, where: str) -> dict[str, Any]:
    """The JSON object on a line."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: not JSON ({shorten(error)}); expected an object like {{…}}") from None
    if not isinstance(record, dict):
        raise DataError(f"{where}: {line[:60]!r} is no JSON object; expected one like {{…}}")
    return record


def _check_text(row: Row, where: str) -> str:
    if not isinstance(row.text, str):
        raise DataError(f"{where}:{row.number}: the text is {row.text!r:.60}; expected a string")
    if not row.text.strip():
        raise DataError(f"{where}:{row.number}: the text is empty; write one, or leave out the row")
    return row.text


def _look_up(row: Row, index: dict[str, int], where: str) -> int:
    """The column of a row's label."""
    if not isinstance(row.label, str) or row.label.strip() not in index:
        raise DataError(
            f"{where}:{row.number}: unknown label {row.label!r:.60}; expected one of {', '.join(index)}: "
            "correct the row, or train with --labels that names it"
        )
    return index[row.label.strip()]

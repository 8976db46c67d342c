"""The formats of a table: CSV, TSV, JSONL and Parquet, each parsed into rows of text and label.

Two columns count, one with the texts and one with the names of their labels. Every fault is a `DataError` that names
file and row: the line on which a row begins, or the number of the row in a Parquet file.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tweetmoji.data.lines import BYTE_ORDER_MARK, split_lines
from tweetmoji.errors import MAX_SHOWN_CHARS, DataError, needs_extra, shorten


@dataclass(frozen=True)
class Row:
    """One row of a table; its two values are as in the file and not yet checked.

    Attributes:
        number: The line on which the row begins, or the number of the row in a Parquet file; from 1.
        text: Value of the text column.
        label: Value of the label column.
    """

    number: int
    text: object
    label: object


def parse_csv(content: bytes, where: str, columns: tuple[str, str], *, dialect: str) -> Iterator[Row]:
    """Parse a CSV file: a header row, then rows of as many fields; quoted fields may hold line ends.

    Args:
        content: The file, UTF-8.
        where: Names it in messages.
        columns: Names of the text column and of the label column.
        dialect: ``excel`` for commas between the fields, ``excel-tab`` for tabs.

    Raises:
        DataError: The file is empty or not UTF-8, a column is missing or there twice, a quote is not closed, or a row
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
    """Parse a file with a JSON object on each line; arguments as for `parse_csv`.

    Raises:
        DataError: The file is empty, a line is not UTF-8 or not a JSON object, or an object lacks a column.
    """
    lines = split_lines(content, where, "a JSON object on each line").lines
    for number, line in enumerate(lines, start=1):
        record = _parse_object(line, f"{where}:{number}")
        _find_columns(list(record), columns, f"{where}:{number}")
        yield Row(number, record[columns[0]], record[columns[1]])


def parse_parquet(content: bytes, where: str, columns: tuple[str, str]) -> Iterator[Row]:
    """Parse a Parquet file; arguments as for `parse_csv`.

    Raises:
        DataError: The file is damaged, or a column is missing or there twice.
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
            f"{where}: not a Parquet file, or a damaged one ({shorten(error)}); get the file again"
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
"""Ending of a file's name to the parser of its format."""


def _read_records(reader: Any, where: str) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - csv names no type
    """Read each record of a CSV file, with the line on which it begins."""
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
    """Find the positions of the text column and of the label column."""
    for column in columns:
        if found.count(column) != 1:
            names = ", ".join(map(repr, found))[:MAX_SHOWN_CHARS]
            raise DataError(
                f"{where}: expected one column {column!r}, found {names or 'none'}; "
                "name yours with --text-column and --label-column"
            )
    return found.index(columns[0]), found.index(columns[1])


def _parse_object(line: str, where: str) -> dict[str, Any]:
    """Parse the JSON object on a line."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: not JSON ({shorten(error)}); expected an object like {{…}}") from None
    if not isinstance(record, dict):
        raise DataError(f"{where}: {line[:60]!r} is not a JSON object; expected one like {{…}}")
    return record

"""CSV and TSV, read by Python's csv module record by record, together with each record as it stands in the file.

A row that is damaged costs no other: where a quote is not closed, the line on which it opened is a bad row, and reading
goes on with the next line.
"""

import csv
from collections import deque
from collections.abc import Generator, Iterator
from itertools import chain
from typing import Final

from tweetmoji.errors import DataError
from tweetmoji.label.columns import TEXT_NAMES
from tweetmoji.label.formats import TSV, Format
from tweetmoji.label.readers.lines import (
    BYTE_ORDER_MARK,
    MAX_RECORD_BYTES,
    READ_BYTES,
    Line,
    PartCutter,
    Step,
    open_at,
    read_lines,
    strip_end,
)
from tweetmoji.label.rows import FIELDS, NULL, QUOTE, TOO_LONG, Fault, Part, Place, Rows, check_value
from tweetmoji.label.sources import Source, Stream

DELIMITERS: Final = ",;\t|"
"""Separators of a CSV, the more usual one first: spreadsheets write semicolons where the comma is in numbers."""


class DelimitedReader:
    """A file with a header row, then rows of as many fields; quoted fields may hold line ends.

    Attributes:
        columns: Names in the header.
        delimiter: Stands between fields.
        line_end: Ends the header.
        header: The header row as it stands in the file, with a byte order mark, without its end.
    """

    string_columns: tuple[str, ...] = ()

    def __init__(self, source: Source, form: Format) -> None:
        """Open a file and read its header.

        Raises:
            DataError: The file cannot be read, or its header is no UTF-8.
        """
        csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD_BYTES))
        self._source = source
        self._compression = form.compression
        self._stream: Stream | None = Stream(source, form.compression)
        try:
            self._open(self._stream, form)
        except BaseException:
            self.close()
            raise

    def _open(self, stream: Stream, form: Format) -> None:
        """Read the header, and what the file looks like."""
        head = _Head(stream)
        self._line_end = head.find_line_end()
        lines = read_lines(head, self._line_end, Place())
        first = next(lines, Line(TEXT_NAMES[0], 0, None))  # an empty file is a table without rows
        mark = BYTE_ORDER_MARK if first.text.startswith(BYTE_ORDER_MARK) else ""
        text = first.text.removeprefix(mark)
        self.delimiter = "\t" if form.kind == TSV else find_delimiter(strip_end(text))
        self._feed = feed = _Feed(chain([first._replace(text=text)], lines))
        self.columns = self._read_header(feed)
        self.header = mark + strip_end("".join(line.text for line in feed.taken))
        self.line_end = "\r\n" if text.endswith("\r\n") else "\n"
        self._start = Place(sum(line.size for line in feed.taken), 0, len(feed.taken) if first.size else 0)

    def read_parts(self, text_column: int, place: Place | None = None) -> Generator[Part, None, None]:
        """Read the parts from a place on; see `Reader`."""
        start = place or self._start
        if start == self._start and self._stream:
            stream, feed = self._stream, self._feed
        else:
            self.close()
            stream = open_at(self._source, self._compression, start)
            feed = _Feed(read_lines(stream, self._line_end, start))
        self._stream = None
        try:
            cutter = PartCutter(self.columns, start, stream)
            yield from cutter.cut_parts(self._read_steps(feed, cutter, text_column))
        finally:
            stream.close()

    def close(self) -> None:
        """Close the file."""
        if self._stream:
            self._stream.close()
            self._stream = None

    def _read_header(self, feed: "_Feed") -> tuple[str, ...]:
        where = self._source.name
        try:
            names = next(csv.reader(feed, delimiter=self.delimiter, strict=True), [])
        except csv.Error as error:
            raise DataError(f"{where}:1: the header is damaged ({error}); close every quote") from None
        if fault := next((line.fault for line in feed.taken if line.fault), None):
            raise DataError(f"{where}: {fault.message.partition(';')[0]}; save the file as UTF-8")
        return tuple(names)

    def _read_steps(self, feed: "_Feed", cutter: PartCutter, text_column: int) -> Iterator[Step]:
        """Add each record to the rows of the cutter; give what was read for it."""
        for rows in self._read_records(feed, cutter, text_column):
            step = Step(sum(line.size for line in feed.taken), len(feed.taken), rows)
            feed.taken.clear()
            yield step

    def _read_records(self, feed: "_Feed", cutter: PartCutter, text_column: int) -> Iterator[int]:
        """Add each record to the rows of the cutter; give the number of rows, 0 for a blank line."""
        feed.taken.clear()
        records = csv.reader(feed, delimiter=self.delimiter, strict=True)
        while True:
            number = cutter.place.line + 1
            try:
                record = next(records)
            except StopIteration:
                return
            except csv.Error as error:
                fault = self._give_back(feed, number, error)
                raw = strip_end("".join(line.text for line in feed.taken))
                cutter.rows.add_damaged(text_column, raw, number, fault)
                yield 1
                continue
            if not record and len(self.columns) != 1:
                yield 0
                continue
            self._add(cutter.rows, feed, record or [""], number, text_column)
            yield 1

    def _add(self, rows: Rows, feed: "_Feed", record: list[str], number: int, text_column: int) -> None:
        raw = strip_end("".join(line.text for line in feed.taken))
        expected = len(self.columns)
        fault = next((line.fault for line in feed.taken if line.fault), None)
        if len(record) != expected:
            fault = fault or Fault(FIELDS, f"{len(record)} fields; expected {expected}, as in the header")
            surplus = self.delimiter.join(record[expected - 1 :])  # nothing is lost: it stands in the last column
            record = [*record[: expected - 1], surplus] if len(record) > expected else record
            record = [*record, *[""] * (expected - len(record))]
            rows.damaged.add(len(rows))
        text = record[text_column]
        if not text:  # CSV has no other null
            fault = fault or Fault(NULL, "no text: the cell is empty")
        rows.add(record, raw, number, text=text, fault=fault or check_value(text))

    def _give_back(self, feed: "_Feed", number: int, error: csv.Error) -> Fault:
        """Give all lines after the one with the quote that is not closed back to the feed."""
        if (fault := feed.taken[-1].fault) and fault.kind == TOO_LONG:
            return fault
        text = "".join(line.text for line in feed.taken)
        opened = text.count("\n", 0, find_open_quote(text, self.delimiter))
        feed.give_back(opened + 1)
        return Fault(QUOTE, f"the quote that opens on line {number + opened} is not closed as it should be ({error})")


class _Head:
    """A stream whose first bytes have been looked at."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._first = stream.read(READ_BYTES)

    def find_line_end(self) -> bytes:
        """The line end: a carriage return alone only where there is no other."""
        return b"\r" if b"\n" not in self._first and b"\r" in self._first else b"\n"

    def read(self, size: int) -> bytes:
        """As `Stream.read`."""
        first, self._first = self._first, b""
        return first or self._stream.read(size)


class _Feed:
    """Lines for a csv.reader. It notes those of the record at hand, and takes some back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._returned: deque[Line] = deque()
        self.taken: list[Line] = []

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.taken.append(line)
        if line.fault and line.fault.kind == TOO_LONG:
            raise csv.Error(line.fault.message)  # its end, and so perhaps a quote, is cut off
        return line.text

    def give_back(self, kept: int) -> None:
        """Take all lines of the record back but the first ones."""
        self._returned.extendleft(reversed(self.taken[kept:]))
        del self.taken[kept:]


def find_delimiter(header: str) -> str:
    """Find the separator of a CSV: the one that gives its header the most fields; a comma if none gives two."""
    counts = {delimiter: len(next(csv.reader([header], delimiter=delimiter), [])) for delimiter in DELIMITERS}
    return max(counts, key=lambda delimiter: counts[delimiter])


def find_open_quote(text: str, delimiter: str) -> int:
    """Find the position of the quote that opened the field where a strict reader gives up, or the text ends."""
    opened = 0
    position = 0
    while position < len(text):
        if text[position] != '"':  # a plain field
            ends = [found for end in (delimiter, "\n") if (found := text.find(end, position)) >= 0]
            if not ends:
                return opened
            position = min(ends) + 1
            continue
        opened = position
        position = text.find('"', position + 1)
        while position >= 0 and text.startswith('""', position):
            position = text.find('"', position + 2)
        if position < 0:
            return opened
        position += 2 if text.startswith("\r", position + 1) else 1
        if not text.startswith((delimiter, "\n"), position):
            return opened
        position += 1
    return opened

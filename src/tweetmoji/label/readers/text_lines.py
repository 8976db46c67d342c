"""Files of a row a line: plain texts, and JSON objects."""

import json
from collections.abc import Generator, Iterator
from typing import Any

from tweetmoji.errors import shorten
from tweetmoji.label.columns import TEXT_NAMES
from tweetmoji.label.formats import Format
from tweetmoji.label.readers.lines import BYTE_ORDER_MARK, Line, PartCutter, Step, open_at, read_lines, strip_end
from tweetmoji.label.rows import NOT_JSON, Fault, Part, Place, check_value
from tweetmoji.label.sources import Source


class LinesReader:
    """A text a line, in one column; an empty line is an empty text."""

    string_columns: tuple[str, ...] = ()

    def __init__(self, source: Source, form: Format) -> None:
        """Take a file; it is opened to read parts."""
        self.columns: tuple[str, ...] = (TEXT_NAMES[0],)
        self._source = source
        self._compression = form.compression

    def read_parts(self, text_column: int, place: Place | None = None) -> Generator[Part, None, None]:
        """Read the parts from a place on; see `Reader`."""
        start = place or Place()
        stream = open_at(self._source, self._compression, start)
        try:
            cutter = PartCutter(self.columns, start, stream)
            lines = read_lines(stream, b"\n", start)
            yield from cutter.cut_parts(Step(line.size, 1, self._add(cutter, line, text_column)) for line in lines)
        finally:
            stream.close()

    def close(self) -> None:
        """Do nothing: reading parts closes the file."""

    def _add(self, cutter: PartCutter, line: Line, text_column: int) -> int:  # noqa: ARG002 - JSON needs it
        """Add the row of a line; the number of rows."""
        text = self._strip(cutter, line)
        fault = line.fault or check_value(text)
        cutter.rows.add([text], text, cutter.place.line + 1, text=text, fault=fault)
        return 1

    def _strip(self, cutter: PartCutter, line: Line) -> str:
        text = strip_end(line.text)
        return text.removeprefix(BYTE_ORDER_MARK) if cutter.place.offset == 0 else text


class JsonLinesReader(LinesReader):
    """A JSON object a line; blank lines are no rows.

    Its columns are the keys of all objects, in the order in which they first come, so it is read once before.
    """

    def __init__(self, source: Source, form: Format, columns: tuple[str, ...] | None = None) -> None:
        """Take a file, and read its keys unless they are known.

        Raises:
            DataError: The file cannot be read.
        """
        super().__init__(source, form)
        self.columns = (self._find_keys() or self.columns) if columns is None else columns

    def read_objects(self) -> Iterator[dict[str, Any]]:
        """Read all objects, leaving out what is none.

        Raises:
            DataError: The file cannot be read.
        """
        stream = open_at(self._source, self._compression, Place())
        try:
            for line in read_lines(stream, b"\n", Place()):
                value = parse_object(line.text.removeprefix(BYTE_ORDER_MARK))
                if line.fault is None and isinstance(value, dict):
                    yield value
        finally:
            stream.close()

    def _find_keys(self) -> tuple[str, ...]:
        keys: dict[str, None] = {}
        for value in self.read_objects():
            keys.update(dict.fromkeys(value))
        return tuple(keys)

    def _add(self, cutter: PartCutter, line: Line, text_column: int) -> int:
        raw = self._strip(cutter, line).strip()
        if not raw:
            return 0
        number = cutter.place.line + 1
        value = line.fault or parse_object(raw)
        if isinstance(value, Fault):
            cutter.rows.add_damaged(text_column, raw, number, value)
            return 1
        text = value.get(self.columns[text_column])
        record = [value.get(name) for name in self.columns]
        cutter.rows.add(record, raw, number, text=text, fault=check_value(text))
        return 1


def parse_object(line: str) -> dict[str, Any] | Fault:
    """Parse the JSON object on a line."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Fault(NOT_JSON, f"not JSON ({shorten(error)})")
    if not isinstance(value, dict):
        return Fault(NOT_JSON, f"a JSON {type(value).__name__}; expected an object")
    return value

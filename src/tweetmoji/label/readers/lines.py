"""Physical lines of a file, bounded in size."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tweetmoji.errors import DataError
from tweetmoji.label.rows import NOT_UTF8, PART_BYTES, PART_ROWS, Fault, Part, Place, Rows
from tweetmoji.label.sources import Source, Stream

READ_BYTES: Final = 1 << 20
"""Bytes read at a time."""

MAX_RECORD_BYTES: Final = 8_000_000
"""Most bytes of a row that is read at all, so that memory is bounded."""

BYTE_ORDER_MARK: Final = "\ufeff"


class Line(NamedTuple):
    """A line with its end, its bytes in the file, and a fault if these are no UTF-8: then U+FFFD stands for them."""

    text: str
    size: int
    fault: Fault | None


def read_lines(stream: Stream, name: str, line_end: bytes, place: Place) -> Iterator[Line]:
    """Read lines from where a stream is.

    Args:
        stream: At ``place``.
        name: Names the file in messages.
        line_end: Ends a line.
        place: Where the stream is, for messages.

    Raises:
        DataError: A line is longer than `MAX_RECORD_BYTES`, or the stream is damaged.
    """
    number = place.line
    pending = b""
    while chunk := stream.read(READ_BYTES):
        pieces = (pending + chunk).split(line_end)
        pending = pieces.pop()
        for number, piece in enumerate(pieces, start=number + 1):  # noqa: B020 - counts on
            yield _decode(piece + line_end, number)
        if len(pending) > MAX_RECORD_BYTES:
            raise DataError(
                f"{name}:{number + 1}: the line is longer than {MAX_RECORD_BYTES:,} bytes; expected rows of text: is "
                "this another format?"
            )
    if pending:
        yield _decode(pending, number + 1)


def strip_end(text: str) -> str:
    """Take the line end off a line."""
    return text.removesuffix("\n").removesuffix("\r")


def _decode(content: bytes, number: int) -> Line:
    try:
        return Line(content.decode("utf-8"), len(content), None)
    except UnicodeDecodeError as error:
        fault = Fault(
            NOT_UTF8,
            f"line {number}: byte {error.start + 1} (0x{content[error.start]:02x}) is not UTF-8; it reads U+FFFD",
        )
        return Line(content.decode("utf-8", errors="replace"), len(content), fault)


class PartCutter:
    """Collects rows, and says when they make a part."""

    def __init__(self, columns: tuple[str, ...], start: Place, stream: Stream) -> None:
        """Begin at a place."""
        self._columns = columns
        self._stream = stream
        self._start = self.place = start
        self.rows = Rows(columns)

    def advance(self, size: int, lines: int, *, rows: int) -> None:
        """Go on after bytes and lines that held rows."""
        place = self.place
        self.place = Place(place.offset + size, place.row + rows, place.line + lines)

    def is_full(self) -> bool:
        """Whether the rows make a part."""
        return len(self.rows) >= PART_ROWS or self.place.offset - self._start.offset >= PART_BYTES

    def cut(self) -> Part:
        """Give the part, and begin the next one."""
        part = Part(self._start, self.place, self.rows, self._stream.fraction())
        self._start, self.rows = self.place, Rows(self._columns)
        return part


def open_at(source: Source, compression: str | None, place: Place) -> Stream:
    """Open a source at a place.

    Raises:
        DataError: It is not there, or ends before.
    """
    stream = Stream(source, compression)
    stream.skip(place.offset)
    return stream

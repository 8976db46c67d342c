"""Physical lines of a file, bounded in size."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Protocol

from tweetmoji.label.rows import NOT_UTF8, PART_BYTES, PART_ROWS, TOO_LONG, Fault, Part, Place, Rows
from tweetmoji.label.sources import Source, Stream

READ_BYTES: Final = 1 << 20
"""Bytes read at a time."""

MAX_RECORD_BYTES: Final = 8_000_000
"""Most bytes of a line that are kept, and of a quoted field that is read, so that memory is bounded."""

BYTE_ORDER_MARK: Final = "\ufeff"


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end."""


class Line(NamedTuple):
    """A line with its end, its bytes in the file, and its fault: it is no UTF-8 and has U+FFFD, or is cut off."""

    text: str
    size: int
    fault: Fault | None


def read_lines(stream: Readable, line_end: bytes, place: Place) -> Iterator[Line]:
    """Read lines from where a stream is; of one that is too long, the beginning.

    Args:
        stream: At ``place``.
        line_end: Ends a line.
        place: Where the stream is.

    Raises:
        DataError: The stream is damaged.
    """
    number = place.line
    pending = b""
    dropped = 0
    while chunk := stream.read(READ_BYTES):
        pieces = (pending + chunk).split(line_end)
        pending = pieces.pop()
        for piece in pieces:
            number += 1
            yield _decode(piece, line_end, number, dropped)
            dropped = 0
        if len(pending) > MAX_RECORD_BYTES:
            dropped += len(pending) - MAX_RECORD_BYTES
            pending = pending[:MAX_RECORD_BYTES]
    if pending:
        yield _decode(pending, b"", number + 1, dropped)


def strip_end(text: str) -> str:
    """Take the line end off a line."""
    return text.removesuffix("\n").removesuffix("\r")


def _decode(content: bytes, line_end: bytes, number: int, dropped: int) -> Line:
    """Decode a line of which some bytes may have been dropped."""
    size = len(content) + dropped + len(line_end)
    end = line_end.decode("ascii")
    if size > MAX_RECORD_BYTES:
        kept = content[:MAX_RECORD_BYTES].decode("utf-8", errors="replace")
        message = f"line {number}: {size:,} bytes; only the first {MAX_RECORD_BYTES:,} are in the output"
        return Line(kept + end, size, Fault(TOO_LONG, message))
    try:
        return Line(content.decode("utf-8") + end, size, None)
    except UnicodeDecodeError as error:
        message = f"line {number}: byte {error.start + 1} (0x{content[error.start]:02x}) is not UTF-8; it reads U+FFFD"
        return Line(content.decode("utf-8", errors="replace") + end, size, Fault(NOT_UTF8, message))


class Step(NamedTuple):
    """What was read at a time: bytes, lines, and the rows that they hold."""

    size: int
    lines: int
    rows: int


class PartCutter:
    """Collects rows, and cuts them into parts."""

    def __init__(self, columns: tuple[str, ...], start: Place, stream: Stream) -> None:
        """Begin at a place."""
        self._columns = columns
        self._stream = stream
        self._start = self.place = start
        self.rows = Rows(columns)

    def cut_parts(self, steps: Iterable[Step]) -> Iterator[Part]:
        """Give the parts of a file.

        Args:
            steps: Each has added its rows to `rows` when it comes.
        """
        for size, lines, rows in steps:
            place = self.place
            self.place = Place(place.offset + size, place.row + rows, place.line + lines)
            if self._is_full():
                yield self._cut()
        if len(self.rows):
            yield self._cut()

    def _is_full(self) -> bool:
        """Whether the rows make a part: none of blank lines alone, of which Parquet has no columns."""
        size = self.place.offset - self._start.offset
        return len(self.rows) >= PART_ROWS or (len(self.rows) > 0 and size >= PART_BYTES)

    def _cut(self) -> Part:
        """Give the part, and begin the next one."""
        part = Part(self._start, self.place, self.rows, self._stream.fraction(self.place.offset))
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

"""Rows of a table on their way: read from a part of a file, then answered, then written."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, NamedTuple

MAX_CELL_BYTES: Final = 1_000_000
"""Most bytes of a text that is answered; none that people write is so long."""

PART_ROWS: Final = 4096
"""Most rows of a part: eight windows of the runtime, so that nearly all tokenizing overlaps with inference, and seconds
of work, which is what a kill costs at most."""

PART_BYTES: Final = 4_000_000
"""Bytes of input after which a part ends: long rows must not fill the memory."""

NULL: Final = "null"
NOT_UTF8: Final = "not UTF-8"
FIELDS: Final = "fields"
QUOTE: Final = "quote"
NOT_JSON: Final = "not JSON"
NOT_TEXT: Final = "not a text"
TOO_LONG: Final = "too long"


class Fault(NamedTuple):
    """What is wrong with a row: its kind, for counting, and the message."""

    kind: str
    message: str


@dataclass(frozen=True)
class Place:
    """A place between two rows of a file.

    Attributes:
        offset: Bytes of the content before it, decompressed; rows in Parquet.
        row: Rows before it.
        line: Lines before it; 0 in Parquet.
    """

    offset: int = 0
    row: int = 0
    line: int = 0

    def to_json(self) -> dict[str, int]:
        """As a JSON object."""
        return asdict(self)


@dataclass
class Rows:
    """The n rows of a part.

    Attributes:
        columns: Names of the columns.
        texts: The text of each row; None where there is a fault.
        faults: The fault of each row, or None.
        records: Values of each row of a text file, one for each column.
        raw: The rows as they stand in a text file, without the line end; None in Parquet.
        lines: The line on which each row begins, from 1; empty in Parquet.
        damaged: Indices of rows that cannot stand in the output as they came.
        batch: The Arrow record batch of Parquet; else None.
    """

    columns: tuple[str, ...]
    texts: list[str | None] = field(default_factory=list)
    faults: list[Fault | None] = field(default_factory=list)
    records: list[Sequence[Any]] = field(default_factory=list)
    raw: list[str] | None = None
    lines: list[int] = field(default_factory=list)
    damaged: set[int] = field(default_factory=set)
    batch: Any = None

    def __len__(self) -> int:
        return len(self.texts)

    def make_records(self) -> Sequence[Sequence[Any]]:
        """The values of each row."""
        return self.records

    def add(self, record: Sequence[Any], raw: str, line: int, *, text: str | None, fault: Fault | None) -> None:
        """Add a row of a text file."""
        self.texts.append(None if fault else text)
        self.faults.append(fault)
        self.records.append(record)
        if self.raw is None:
            self.raw = []
        self.raw.append(raw)
        self.lines.append(line)

    def add_damaged(self, position: int, raw: str, line: int, fault: Fault) -> None:
        """Add a row that cannot be read: it stands in the text column as it came."""
        record: list[Any] = [None] * len(self.columns)
        record[position] = raw
        self.damaged.add(len(self))
        self.add(record, raw, line, text=None, fault=fault)


@dataclass(frozen=True)
class Part:
    """Some rows of a file.

    Attributes:
        start: Where they begin.
        end: Where they end.
        rows: The rows.
        fraction: Share of the file that has been read at the end, 0 to 1; None if its size is not known.
    """

    start: Place
    end: Place
    rows: Rows
    fraction: float | None = None


def check_value(value: object) -> Fault | None:
    """Say what is wrong with a value of the text column; None if it is a text to answer."""
    if value is None:
        return Fault(NULL, "no text: the value is null or missing")
    if not isinstance(value, str):
        return Fault(NOT_TEXT, f"the text is of type {type(value).__name__}; expected a string")
    if len(value) > MAX_CELL_BYTES // 4 and (size := len(value.encode("utf-8", "surrogatepass"))) > MAX_CELL_BYTES:
        return Fault(TOO_LONG, f"the text has {size:,} bytes; expected at most {MAX_CELL_BYTES:,}")
    return None

"""What the text formats share: pieces of bytes one after another, compressed one by one."""

import datetime as dt
import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from tweetmoji.label.formats import Format, compress
from tweetmoji.label.rows import Rows
from tweetmoji.text import replace_surrogates


class TextRenderer(ABC):
    """Writes text; a format gives the header and the line of each row."""

    def __init__(self, form: Format, added: Sequence[str], *, skip: bool) -> None:
        """Take the format, the names of the added columns, and whether bad rows are left out."""
        self._compression = form.compression
        self._added = tuple(added)
        self._skip = skip

    def render(self, rows: Rows, cells: Sequence[list[Any]]) -> bytes:
        """Make the bytes of a part; see `Renderer`."""
        return self._pack("".join(self._format_lines(rows, cells)))

    def make_header(self) -> bytes:
        """Make the bytes before the first part; see `Renderer`."""
        header = self._format_header()
        return self._pack(header) if header else b""

    def describe_schema(self) -> dict[str, Any]:
        """Describe nothing: text has no types; see `Renderer`."""
        return {}

    def assemble(self, parts: Sequence[Path], out: IO[bytes]) -> None:
        """Write the header and the parts one after another; see `Renderer`."""
        header = self.make_header()
        out.write(header if header or parts else self._pack(""))
        for path in parts:
            with path.open("rb") as part:
                shutil.copyfileobj(part, out)

    def _pack(self, text: str) -> bytes:
        return compress(replace_surrogates(text).encode("utf-8"), self._compression)

    def _format_header(self) -> str:
        return ""

    @abstractmethod
    def _format_lines(self, rows: Rows, cells: Sequence[list[Any]]) -> Iterator[str]:
        """The line of each row that is written, with its end."""

    def _choose(self, rows: Rows) -> list[int]:
        """Indices of the rows that are written."""
        return [i for i, fault in enumerate(rows.faults) if not (self._skip and fault)]


def to_json_value(value: object) -> str:
    """Make a string of a value that JSON has no type for."""
    if isinstance(value, dt.date | dt.time | dt.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)


def format_value(value: object) -> str:
    """Format a value as the cell of a table: null is empty, what has parts is JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=to_json_value)
    return repr(value) if isinstance(value, int | float) else to_json_value(value)

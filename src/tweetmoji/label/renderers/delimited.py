"""CSV and TSV. A row of a CSV stays as it stands in the file, and the added cells come after it."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tweetmoji.label.formats import TSV, Format
from tweetmoji.label.readers import Reader
from tweetmoji.label.renderers.text import TextRenderer, format_value
from tweetmoji.label.rows import Rows

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet runs as a formula begins with one of these (https://owasp.org/www-community/attacks/CSV_Injection)."""


class DelimitedRenderer(TextRenderer):
    """Writes CSV or TSV, from a CSV with its separator, line end and byte order mark."""

    def __init__(self, reader: Reader, form: Format, added: Sequence[str], *, skip: bool) -> None:
        """Take what the input looks like."""
        super().__init__(form, added, skip=skip)
        from tweetmoji.label.readers.delimited import DelimitedReader

        same = isinstance(reader, DelimitedReader) and (reader.delimiter == "\t") == (form.kind == TSV)
        self._delimiter = "\t" if form.kind == TSV else ","
        self._line_end = "\n"
        self._header: str | None = None
        if same and isinstance(reader, DelimitedReader):
            self._delimiter, self._line_end, self._header = reader.delimiter, reader.line_end, reader.header
        self._columns = reader.columns

    def _format_header(self) -> str:
        header = self._join(self._columns) if self._header is None else self._header
        return self._append(header, [guard_formula(name) for name in self._added])

    def _format_lines(self, rows: Rows, cells: Sequence[list[Any]]) -> Iterator[str]:
        records = rows.make_records()
        columns = [[guard_formula(format_value(value)) for value in column] for column in cells]
        raw = rows.raw if self._header is not None else None
        for i in self._choose(rows):
            whole = raw is not None and i not in rows.damaged
            row = raw[i] if raw and whole else self._join([format_value(value) for value in records[i]])
            yield self._append(row, [column[i] for column in columns])

    def _append(self, row: str, cells: Sequence[str]) -> str:
        return f"{row}{self._delimiter}{self._join(cells)}{self._line_end}"

    def _join(self, cells: Sequence[str]) -> str:
        """Write a record without its end; only what has to be is quoted."""
        out = io.StringIO(newline="")
        # csv quotes what is in the line terminator, so it has to have both
        csv.writer(out, delimiter=self._delimiter, lineterminator="\r\n").writerow(cells)
        return out.getvalue().removesuffix("\r\n")


def guard_formula(cell: str) -> str:
    """Put an apostrophe before a cell of ours that a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell

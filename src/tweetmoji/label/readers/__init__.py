"""Readers: each cuts a file of its format into parts, from any place where a part began before."""

from collections.abc import Generator, Mapping
from typing import Any, Protocol

from tweetmoji.label.formats import CSV, JSONL, PARQUET, TSV, Format
from tweetmoji.label.rows import Part, Place
from tweetmoji.label.sources import Source


class Reader(Protocol):
    """Reads one file."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""

    @property
    def string_columns(self) -> tuple[str, ...]:
        """Names of those that hold strings; empty where the format has no types."""

    def read_parts(self, text_column: int, place: Place | None = None) -> Generator[Part, None, None]:
        """Read the parts from a place on, or all; where they end depends on the file and the place alone.

        Raises:
            DataError: The file cannot be read further.
        """

    def close(self) -> None:
        """Close the file."""


def open_reader(source: Source, form: Format, head: Mapping[str, Any] | None = None) -> Reader:
    """Open the reader of a format; ``head`` has the columns where they are known.

    Raises:
        DataError: The file cannot be read.
        MissingExtraError: The extra ``label`` is not installed, and the format needs it.
    """
    if form.kind in (CSV, TSV):
        from tweetmoji.label.readers.delimited import DelimitedReader

        return DelimitedReader(source, form)
    if form.kind == PARQUET:
        from tweetmoji.label.readers.parquet import ParquetReader

        return ParquetReader(source)
    from tweetmoji.label.readers.text_lines import JsonLinesReader, LinesReader

    if form.kind == JSONL:
        return JsonLinesReader(source, form, tuple(head["columns"]) if head else None)
    return LinesReader(source, form)


def spools(form: Format) -> bool:
    """Whether a file of this format is read twice or not in order, so that stdin has to be stored first."""
    return form.kind in (JSONL, PARQUET)

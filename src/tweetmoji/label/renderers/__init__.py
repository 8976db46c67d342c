"""Renderers: each makes the bytes of a part in its format, and a whole file of parts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

from tweetmoji.label.formats import JSONL, PARQUET, Format
from tweetmoji.label.readers import Reader
from tweetmoji.label.rows import Rows


class Renderer(Protocol):
    """Writes one file."""

    def render(self, rows: Rows, cells: Sequence[list[Any]]) -> bytes:
        """Make the bytes of a part.

        Args:
            rows: Its rows.
            cells: Values of the added columns, one list a column.
        """

    def make_header(self) -> bytes:
        """Make the bytes before the first part."""

    def describe_schema(self) -> dict[str, Any]:
        """Describe as JSON what has been found out of the input for this format."""

    def assemble(self, parts: Sequence[Path], out: IO[bytes]) -> None:
        """Write the whole file of the bytes of its parts."""


def make_renderer(
    reader: Reader, form: Format, added: Sequence[str], *, skip: bool, head: Mapping[str, Any] | None = None
) -> Renderer:
    """Make the renderer of a format.

    Args:
        reader: Has read the head of the input.
        form: The format of the output.
        added: Names of the added columns.
        skip: Whether bad rows are left out.
        head: What `Renderer.describe_schema` gave for the same file, if it is known.

    Raises:
        DataError: The input cannot be read, or has a column twice and the format cannot.
        MissingExtraError: The extra ``label`` is not installed, and the format needs it.
    """
    if form.kind == PARQUET:
        from tweetmoji.label.renderers.parquet import ParquetRenderer

        return ParquetRenderer(reader, added, skip=skip, head=head)
    if form.kind == JSONL:
        from tweetmoji.label.renderers.json_lines import JsonLinesRenderer

        return JsonLinesRenderer(reader, form, added, skip=skip)
    from tweetmoji.label.renderers.delimited import DelimitedRenderer

    return DelimitedRenderer(reader, form, added, skip=skip)

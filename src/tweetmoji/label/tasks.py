"""One file on its way: its reader, what is added, and its renderer."""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tweetmoji.errors import SettingError
from tweetmoji.label.answers import Answers, label_rows
from tweetmoji.label.columns import check_clash, find_text_column, list_added
from tweetmoji.label.inputs import Pair, find_partition_columns
from tweetmoji.label.options import SKIP, LabelOptions
from tweetmoji.label.readers import Reader, open_reader
from tweetmoji.label.renderers import Renderer, make_renderer
from tweetmoji.label.rows import Part, Place
from tweetmoji.label.sources import Source
from tweetmoji.label.tally import Tally
from tweetmoji.runtime.emojifier import Emojifier


@dataclass(frozen=True)
class LabeledPart:
    """A part that is ready to be stored.

    Attributes:
        end: Where it ends in the input.
        content: Its bytes in the output.
        errors: A JSON line for each of its bad rows.
        tally: Counts of its rows.
    """

    end: Place
    content: bytes
    errors: bytes
    tally: Tally


@dataclass(frozen=True)
class Labeler:
    """What is done with each part of a file; it holds no open file, so another process can have it.

    Attributes:
        file: Name of the input, for messages.
        options: What to add.
        date_column: Position of the column with dates; None for none.
        renderer: Makes the bytes.
    """

    file: str
    options: LabelOptions
    date_column: int | None
    renderer: Renderer

    def label(self, part: Part, emojifier: Emojifier) -> Answers:
        """Answer the rows of a part; see `label_rows`."""
        return label_rows(part.rows, emojifier, self.options, self.date_column)

    def render(self, part: Part, answers: Answers) -> LabeledPart:
        """Make the bytes of a part."""
        return LabeledPart(
            end=part.end,
            content=self.renderer.render(part.rows, answers.cells),
            errors=self._format_errors(part),
            tally=answers.tally,
        )

    def _format_errors(self, part: Part) -> bytes:
        lines = []
        for i, fault in enumerate(part.rows.faults):
            if fault:
                where = {"file": self.file, "row": part.start.row + i + 1}
                if part.rows.lines:
                    where["line"] = part.rows.lines[i]
                lines.append(json.dumps(where | {"error": fault.message}, ensure_ascii=False) + "\n")
        return "".join(lines).encode("utf-8", "replace")


class Task:
    """A file to label, with its head read and its columns checked.

    Attributes:
        pair: The file, and the one to write.
        source: The file.
        renderer: Makes the bytes of the output.
        labeler: What is done with each part.
    """

    def __init__(
        self,
        pair: Pair,
        emojifier: Emojifier,
        options: LabelOptions,
        *,
        spool: Path | None = None,
        head: Mapping[str, Any] | None = None,
    ) -> None:
        """Open a file.

        Args:
            pair: The file, and the one to write.
            emojifier: The model.
            options: What to add.
            spool: A local copy of stdin, if it has one.
            head: What `describe_head` gave for the same file: then the keys of its JSON objects are known.

        Raises:
            DataError: The file cannot be read.
            SettingError: It has no text or date column, or a column that is to be added.
            MissingExtraError: The extra ``label`` is not installed, and a format needs it.
        """
        self.pair = pair
        self.source = Source(pair.input, spool)
        self._reader: Reader = open_reader(self.source, pair.input_format, head)
        try:
            columns = self._reader.columns
            added = list_added(emojifier, options)
            check_clash([*columns, *find_partition_columns(pair.input)], added, pair.input)
            self._text_column = find_text_column(columns, options.text_column, pair.input, self._reader.string_columns)
            date_column = _find_date_column(columns, options.date_column, pair.input)
            skip = options.on_error == SKIP
            self.renderer: Renderer = make_renderer(self._reader, pair.output_format, added, skip=skip, head=head)
            self.labeler = Labeler(pair.input, options, date_column, self.renderer)
        except BaseException:
            self._reader.close()
            raise

    def describe_head(self) -> dict[str, Any]:
        """Describe the columns as JSON, so that they need not be found again."""
        return {"columns": list(self._reader.columns)} | self.renderer.describe_schema()

    def read_parts(self, place: Place | None) -> Generator[Part, None, None]:
        """Read the parts from a place on; see `Reader`."""
        return self._reader.read_parts(self._text_column, place)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()


def _find_date_column(columns: tuple[str, ...], wanted: str | None, where: str) -> int | None:
    if wanted is None:
        return None
    if columns.count(wanted) != 1:
        raise SettingError(f"{where}: no column {wanted!r} with dates; the columns are {', '.join(map(repr, columns))}")
    return columns.index(wanted)

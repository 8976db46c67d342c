"""JSON Lines. An object stays as it stands in the file, and the added keys come at its end."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tweetmoji.label.formats import Format
from tweetmoji.label.readers import Reader
from tweetmoji.label.renderers.text import TextRenderer, to_json_value
from tweetmoji.label.rows import Rows


class JsonLinesRenderer(TextRenderer):
    """Writes an object a line."""

    def __init__(self, reader: Reader, form: Format, added: Sequence[str], *, skip: bool) -> None:
        """Take what the input looks like."""
        super().__init__(form, added, skip=skip)
        from tweetmoji.label.readers.text_lines import JsonLinesReader

        self._same = isinstance(reader, JsonLinesReader)
        self._columns = reader.columns

    def _format_lines(self, rows: Rows, cells: Sequence[list[Any]]) -> Iterator[str]:
        records = rows.make_records()
        for i in self._choose(rows):
            ours = _dump({name: column[i] for name, column in zip(self._added, cells, strict=True)})[1:]
            if self._same and rows.raw and i not in rows.damaged:
                row = rows.raw[i][:-1].rstrip()
            else:
                values = zip(self._columns, records[i], strict=True)
                row = _dump({name: value for name, value in values if not (self._same and value is None)})[:-1]
            yield f"{row}{'' if row == '{' else ', '}{ours}\n"


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=to_json_value)

"""Parquet. Parts are Arrow files, which keep every type; the whole file is written of them in the end."""

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from tweetmoji.errors import DataError, needs_extra
from tweetmoji.label.columns import mark_texts
from tweetmoji.label.readers import Reader
from tweetmoji.label.readers.text_lines import JsonLinesReader
from tweetmoji.label.renderers.text import format_value
from tweetmoji.label.rows import Rows
from tweetmoji.text import replace_surrogates

with needs_extra("label"):
    import pyarrow as pa
    from pyarrow import parquet

ROW_GROUP_ROWS: Final = 1 << 17
"""Rows after which a row group ends: near DuckDB's default of 122,880, so that threads can share a file."""

ROW_GROUP_BYTES: Final = 64_000_000
"""Bytes after which it ends too: one is held in memory."""

SCHEMA_ROWS: Final = 4096
"""Objects whose types are found together."""


class ParquetRenderer:
    """Writes Parquet: columns of Parquet keep their types, of CSV are strings, of JSON get a type that holds all."""

    def __init__(
        self, reader: Reader, added: Sequence[str], *, skip: bool, head: Mapping[str, Any] | None = None
    ) -> None:
        """Take what the input looks like; of JSON, all objects are read for their types unless the head has them.

        Raises:
            DataError: The input cannot be read, or has a column twice.
        """
        schema = getattr(reader, "schema", None)
        if head and "schema" in head:
            schema = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(head["schema"])))
        elif schema is None:
            if len(set(reader.columns)) < len(reader.columns):
                raise DataError(f"the columns {', '.join(reader.columns)} have a name twice; Parquet takes each once")
            types = find_types(reader) if isinstance(reader, JsonLinesReader) else {}
            schema = pa.schema([(name, types.get(name, pa.string())) for name in reader.columns])
        self._input_schema = schema
        self._skip = skip
        self._schema = schema
        for name, is_text in zip(added, mark_texts(added, skip=skip), strict=True):
            self._schema = self._schema.append(pa.field(name, pa.string() if is_text else pa.float64()))

    def render(self, rows: Rows, cells: Sequence[list[Any]]) -> bytes:
        """Make the bytes of a part; see `Renderer`."""
        batch = self._convert(rows) if rows.batch is None else rows.batch
        types = self._schema.types[len(self._input_schema) :]
        ours = [pa.array(column, kind) for column, kind in zip(cells, types, strict=True)]
        batch = pa.RecordBatch.from_arrays([*batch.columns, *ours], schema=self._schema)
        if self._skip:
            batch = batch.filter(pa.array([fault is None for fault in rows.faults], pa.bool_()))
        out = io.BytesIO()
        with pa.ipc.new_file(out, self._schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
            writer.write_batch(batch)
        return out.getvalue()

    def describe_schema(self) -> dict[str, Any]:
        """Describe the types of the input; see `Renderer`."""
        return {"schema": base64.b64encode(self._input_schema.serialize().to_pybytes()).decode("ascii")}

    def make_header(self) -> bytes:
        """Make nothing: the file is written in the end."""
        return b""

    def assemble(self, parts: Sequence[Path], out: IO[bytes]) -> None:
        """Write the whole file; see `Renderer`."""
        with parquet.ParquetWriter(out, self._schema) as writer:
            for table in _join_parts(parts, self._schema):
                writer.write_table(table, ROW_GROUP_ROWS + table.num_rows)

    def _convert(self, rows: Rows) -> Any:  # noqa: ANN401
        columns = zip(*rows.make_records(), strict=True)
        arrays = [_make_array(column, field.type) for column, field in zip(columns, self._input_schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=self._input_schema)


def _join_parts(parts: Sequence[Path], schema: Any) -> Iterator[Any]:  # noqa: ANN401
    """Tables of several parts each, of the size of a row group."""
    batches: list[Any] = []
    for path in parts:
        with pa.ipc.open_file(path) as part:
            batches += [part.get_batch(i) for i in range(part.num_record_batches)]
        table = pa.Table.from_batches(batches, schema)
        if table.num_rows >= ROW_GROUP_ROWS or table.nbytes >= ROW_GROUP_BYTES:
            yield table
            batches = []
    if batches:
        yield pa.Table.from_batches(batches, schema)


def _make_array(values: Sequence[Any], kind: Any) -> Any:  # noqa: ANN401
    if pa.types.is_string(kind):
        return pa.array([None if value is None else replace_surrogates(format_value(value)) for value in values], kind)
    try:
        return pa.array(values, kind)
    except (pa.ArrowException, ValueError, TypeError):  # a damaged row stands in the column as text
        return pa.array([None if isinstance(value, str) else value for value in values], kind)


def find_types(reader: JsonLinesReader) -> dict[str, Any]:
    """Find the Arrow type of each key of all objects: one that holds all values, or strings of JSON where none does.

    Raises:
        DataError: The file cannot be read.
    """
    types: dict[str, Any] = {}
    pending: list[dict[str, Any]] = []
    for value in reader.read_objects():
        pending.append(value)
        if len(pending) == SCHEMA_ROWS:
            _widen(types, pending)
            pending.clear()
    _widen(types, pending)
    return {name: pa.string() if kind == pa.null() else kind for name, kind in types.items()}


def _widen(types: dict[str, Any], objects: Sequence[dict[str, Any]]) -> None:
    """Widen the types until they hold the objects' values too."""
    for name in dict.fromkeys(name for value in objects for name in value):
        values = [value[name] for value in objects if name in value]
        try:
            kind = pa.array(values).type
            both = pa.unify_schemas(
                [pa.schema([(name, types.get(name, pa.null()))]), pa.schema([(name, kind)])],
                promote_options="permissive",
            )
            types[name] = both.field(0).type
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            types[name] = pa.string()

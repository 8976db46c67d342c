"""Parquet, read row group by row group in slices, so that a large group needs no more memory than a small one."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from tweetmoji.errors import DataError, SettingError, needs_extra, shorten
from tweetmoji.label.rows import NOT_UTF8, PART_BYTES, PART_ROWS, Fault, Part, Place, Rows, check_value
from tweetmoji.label.sources import Source

with needs_extra("label"):
    import pyarrow as pa
    from pyarrow import parquet


class ParquetReader:
    """A Parquet file; the offset of a place is a number of rows."""

    def __init__(self, source: Source) -> None:
        """Open a file and read its schema.

        Raises:
            DataError: It is no Parquet file, or a damaged one.
        """
        self._name = source.name
        self._file = source.open_raw()
        try:
            # its own threads may abort the exit of the process; a buffered stream reads large groups page by page
            self._parquet = parquet.ParquetFile(self._file, buffer_size=1 << 20, pre_buffer=False)
            self.schema = self._parquet.schema_arrow
        except (pa.ArrowException, OSError, ValueError) as error:
            self._file.close()
            raise self._damaged(error) from None
        self.columns: tuple[str, ...] = tuple(self.schema.names)
        self.string_columns = tuple(field.name for field in self.schema if is_string(field.type))
        self.rows: int = self._parquet.metadata.num_rows

    def read_parts(self, text_column: int, place: Place | None = None) -> Generator[Part, None, None]:
        """Read the parts from a place on; see `Reader`.

        Raises:
            SettingError: The text column holds no strings.
        """
        start = place or Place()
        try:
            self._check_type(text_column)
            for batch in self._read_batches(start.offset):
                end = Place(start.offset + len(batch), start.row + len(batch))
                yield Part(start, end, make_rows(batch, text_column), end.offset / self.rows)
                start = end
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error, f" after row {start.row:,}") from None
        finally:
            self.close()

    def _check_type(self, text_column: int) -> None:
        kind = self.schema.field(text_column).type
        if not is_string(kind):
            raise SettingError(
                f"{self._name}: the column {self.columns[text_column]!r} is of type {kind}; expected strings: name "
                "another with --text-column"
            )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read_batches(self, skipped: int) -> Iterator[Any]:
        """Record batches from a row on, none across two row groups."""
        metadata = self._parquet.metadata
        for i in range(metadata.num_row_groups):
            group = metadata.row_group(i)
            if skipped >= group.num_rows:
                skipped -= group.num_rows
                continue
            size = max(1, min(PART_ROWS, PART_BYTES * group.num_rows // max(1, group.total_byte_size)))
            before = 0
            for batch in self._parquet.iter_batches(size, row_groups=[i], use_threads=False):
                if rest := batch.slice(max(0, skipped - before)):
                    yield rest
                before += len(batch)
            skipped = 0

    def _damaged(self, error: Exception, where: str = "") -> DataError:
        return DataError(f"{self._name}: not a Parquet file, or damaged{where} ({shorten(error)}); get the file again")


def is_string(kind: Any) -> bool:  # noqa: ANN401
    """Whether an Arrow type holds strings, as they are or by a dictionary."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def make_rows(batch: Any, text_column: int) -> Rows:  # noqa: ANN401
    """Make the rows of a record batch."""
    values, faults = read_texts(batch.column(text_column))
    texts = [None if fault else value for value, fault in zip(values, faults, strict=True)]
    return ArrowRows(tuple(batch.schema.names), texts, faults, batch=batch)


class ArrowRows(Rows):
    """Rows of a record batch; their Python values are made only where another format is written."""

    def make_records(self) -> Sequence[Sequence[Any]]:
        """The values of each row."""
        columns = [column.to_pylist() for column in self.batch.columns]
        return [list(record) for record in zip(*columns, strict=True)] if columns else []


def read_texts(column: Any) -> tuple[list[str | None], list[Fault | None]]:  # noqa: ANN401
    """Read the texts of an Arrow column, and what is wrong with each."""
    try:
        values: list[str | None] = column.to_pylist()
    except UnicodeDecodeError:
        return _read_one_by_one(column)
    return values, [check_value(value) for value in values]


def _read_one_by_one(column: Any) -> tuple[list[str | None], list[Fault | None]]:  # noqa: ANN401
    values: list[str | None] = []
    faults: list[Fault | None] = []
    for scalar in column:
        try:
            values.append(scalar.as_py())
            faults.append(check_value(values[-1]))
        except UnicodeDecodeError as error:
            values.append(None)
            faults.append(Fault(NOT_UTF8, f"byte {error.start + 1} of the text is not UTF-8"))
    return values, faults

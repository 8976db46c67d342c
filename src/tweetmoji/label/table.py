"""Label a table in memory, of whichever library: Arrow, pandas or polars."""

from collections.abc import Sequence
from typing import Any, TypeVar

from tweetmoji.label.answers import label_rows
from tweetmoji.label.columns import check_clash, find_text_column, list_added, mark_texts
from tweetmoji.label.options import KEEP, LabelOptions
from tweetmoji.label.rows import Rows, check_value
from tweetmoji.runtime.emojifier import Emojifier, load

Table = TypeVar("Table")


def label_table(
    table: Table,
    *,
    text_column: str | None = None,
    emojifier: Emojifier | None = None,
    scores: bool = False,
    min_confidence: float = 0.0,
    prefix: str = "",
) -> Table:
    """Give each row of a table its emoji.

    Args:
        table: A pyarrow Table, a pandas DataFrame or a polars DataFrame; it stays as it is.
        text_column: Name of the column with the texts; None to find it where it is obvious.
        emojifier: The model; None for the one that ships with the package.
        scores: Whether to add the score of each label, and ``none`` where the model knows it.
        min_confidence: Below this confidence emoji and label are null, 0 to 1.
        prefix: Stands before the name of each added column.

    Returns:
        A table of the same kind, with the same columns and then ``emoji``, ``label``, ``confidence``, with ``scores``
        those too, and ``error``: why a row got no emoji, else null.

    Raises:
        TypeError: ``table`` is none of these.
        SettingError: There is no such column or it is not obvious, or the table has one that is to be added.
        ArtifactError: The model computes no finite numbers for one of the texts.
    """
    emojifier = emojifier or load()
    options = LabelOptions(
        text_column=text_column, scores=scores, min_confidence=min_confidence, prefix=prefix, on_error=KEEP
    )
    library = type(table).__module__.partition(".")[0]
    columns = [str(name) for name in getattr(table, "column_names" if library == "pyarrow" else "columns", ())]
    if library not in {"pyarrow", "pandas", "polars"} or not columns:
        raise TypeError(f"table is a {type(table).__name__}; expected a pyarrow, pandas or polars table with columns")
    added = list_added(emojifier, options)
    check_clash(columns, added, "the table")
    position = find_text_column(columns, text_column, "the table")
    values = _list_values(table, library, position)
    faults = [check_value(value) for value in values]
    texts = [None if fault else value for value, fault in zip(values, faults, strict=True)]
    answers = label_rows(Rows(tuple(columns), texts, faults), emojifier, options)
    labeled: Table = _append(table, library, dict(zip(added, answers.cells, strict=True)))
    return labeled


def _list_values(table: Any, library: str, position: int) -> list[Any]:  # noqa: ANN401
    """The values of a column; what stands for null in the library is None."""
    if library == "pyarrow":
        values: list[Any] = table.column(position).to_pylist()
        return values
    if library == "polars":
        return list(table.to_series(position).to_list())
    column = table.iloc[:, position]
    return [None if null else value for value, null in zip(column.tolist(), column.isna().tolist(), strict=True)]


def _append(table: Any, library: str, added: dict[str, Sequence[Any]]) -> Any:  # noqa: ANN401
    marked = zip(added, mark_texts(list(added), skip=False), strict=True)
    numbers = {name for name, is_text in marked if not is_text}
    if library == "pandas":
        import pandas as pd

        series = {
            name: pd.Series(list(values), index=table.index, dtype="float64" if name in numbers else None)
            for name, values in added.items()
        }
        return table.assign(**series)
    if library == "polars":
        import polars as pl

        kinds = {name: pl.Float64 if name in numbers else pl.String for name in added}
        return table.with_columns([pl.Series(name, values, dtype=kinds[name]) for name, values in added.items()])
    import pyarrow as pa

    for name, values in added.items():
        table = table.append_column(name, pa.array(values, pa.float64() if name in numbers else pa.string()))
    return table

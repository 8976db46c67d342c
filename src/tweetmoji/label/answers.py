"""The answers to the rows of a part: the one function that every engine calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tweetmoji.label.columns import make_cells
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.rows import Rows
from tweetmoji.label.tally import Tally, count_rows
from tweetmoji.runtime.emojifier import Emojifier, Prediction


@dataclass(frozen=True)
class Answers:
    """What is added to the rows of a part.

    Attributes:
        cells: Values of the added columns, one list a column.
        tally: Counts of the rows.
    """

    cells: list[list[Any]]
    tally: Tally


def label_rows(rows: Rows, emojifier: Emojifier, options: LabelOptions, date_column: int | None = None) -> Answers:
    """Answer the rows of a part; each answer depends on its text alone, so how a file is cut changes nothing.

    Args:
        rows: The rows.
        emojifier: The model.
        options: What to add.
        date_column: Position of the column with dates, for the counts; None for none.

    Raises:
        ArtifactError: The model computes no finite numbers for one of the texts.
    """
    predictions = predict_texts(rows.texts, emojifier, options.min_confidence)
    dates = None
    if date_column is not None:
        if rows.batch is not None:
            dates = rows.batch.column(date_column).to_pylist()
        else:
            dates = [record[date_column] for record in rows.records]
    cells = make_cells(predictions, rows.faults, emojifier, options)
    return Answers(cells, count_rows(predictions, rows.faults, dates))


def predict_texts(texts: Sequence[str | None], emojifier: Emojifier, min_confidence: float) -> list[Prediction | None]:
    """Predict each text that is not None; one that comes several times is computed once."""
    unique = list(dict.fromkeys(text for text in texts if text is not None))
    found = dict(zip(unique, emojifier.predict(unique, min_confidence=min_confidence), strict=True)) if unique else {}
    return [None if text is None else found[text] for text in texts]

"""The columns: which one holds the texts, and which ones are added."""

from collections.abc import Sequence
from typing import Any, Final

from tweetmoji.errors import SettingError
from tweetmoji.label.options import SKIP, LabelOptions
from tweetmoji.label.rows import Fault
from tweetmoji.runtime.emojifier import Emojifier, Prediction

TEXT_NAMES: Final = ("text", "tweet", "tweet_text", "full_text", "content", "message", "body", "comment", "sentence")
"""Names, in any case, of columns that obviously hold texts."""

EMOJI: Final = "emoji"
LABEL: Final = "label"
CONFIDENCE: Final = "confidence"
NONE: Final = "none"
ERROR: Final = "error"

SHOWN_COLUMNS: Final = 30
"""Most columns that a message lists."""


def find_text_column(columns: Sequence[str], wanted: str | None, where: str, strings: Sequence[str] = ()) -> int:
    """Find the position of the column with the texts.

    Args:
        columns: Names of the columns.
        wanted: The name that the user gave; None to find it: the only column, the only one with one of `TEXT_NAMES`, or
            the only one of strings.
        where: Names the file in messages.
        strings: Names of the columns that hold strings, where types are known.

    Raises:
        SettingError: There is no such column, or several; the message lists all.
    """
    if wanted is not None:
        candidates = [name for name in columns if name == wanted]
    elif len(columns) == 1:
        candidates = list(columns)
    else:
        candidates = [name for name in columns if name.lower() in TEXT_NAMES] or list(strings)
    if len(candidates) == 1:
        return list(columns).index(candidates[0])
    listed = ", ".join(map(repr, columns[:SHOWN_COLUMNS])) + (", …" if len(columns) > SHOWN_COLUMNS else "")
    if wanted is not None:
        found = "twice" if candidates else "not"
        raise SettingError(f"{where}: the column {wanted!r} is {found} there; the columns are {listed or 'none'}")
    raise SettingError(f"{where}: which column holds the texts? Name it with --text-column; the columns are {listed}")


def list_added(emojifier: Emojifier, options: LabelOptions) -> list[str]:
    """List the names of the columns that are added, in order, with the prefix.

    Raises:
        SettingError: Two are the same, since the model has a label that is called like one of the others.
    """
    names = [EMOJI, LABEL, CONFIDENCE]
    if options.scores:
        names += [*emojifier.labels, *([NONE] if emojifier.knows_none else [])]
    if options.on_error != SKIP:
        names.append(ERROR)
    named = [f"{options.prefix}{name}" for name in names]
    if len(set(named)) < len(named):
        raise SettingError(
            f"the model has a label that is called like another added column ({', '.join(named)}); leave --scores out"
        )
    return named


def mark_texts(added: Sequence[str], *, skip: bool) -> list[bool]:
    """Mark which of the added columns hold texts; the others hold numbers, or null."""
    return [i < 2 or (not skip and i == len(added) - 1) for i in range(len(added))]


def check_clash(columns: Sequence[str], added: Sequence[str], where: str) -> None:
    """Refuse to add a column that is there already.

    Raises:
        SettingError: One is; the message proposes a prefix.
    """
    if clashing := [name for name in added if name in columns]:
        raise SettingError(
            f"{where}: has a column {clashing[0]!r} already; give the added columns a prefix, for example "
            "--prefix tweetmoji_"
        )


def make_cells(
    predictions: Sequence[Prediction | None],
    faults: Sequence[Fault | None],
    emojifier: Emojifier,
    options: LabelOptions,
) -> list[list[Any]]:
    """Make the values of the added columns, one list a column, in the order of `list_added`; null is None."""
    columns: list[list[Any]] = [
        [prediction and prediction.emoji for prediction in predictions],
        [prediction and prediction.label for prediction in predictions],
        [prediction and prediction.confidence for prediction in predictions],
    ]
    if options.scores:
        columns += [
            [prediction and prediction.scores[label] for prediction in predictions] for label in emojifier.labels
        ]
        if emojifier.knows_none:
            columns.append([prediction and prediction.none for prediction in predictions])
    if options.on_error != SKIP:
        columns.append([fault and fault.message for fault in faults])
    return columns

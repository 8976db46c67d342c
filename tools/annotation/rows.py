"""Rows of sheets, of readers' files and of the committed files, and what can be wrong with them.

A tweet is named by its hash: the key under which a teacher's logits are kept too (`make_keys`), as 16 hex digits.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tweetmoji.data.lines import read_lines
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError
from tweetmoji.files import write_text
from tweetmoji.train.distillation.teacher_logits import make_keys

LABELS: Final = (*EMOTIONS, "none", "mixed")

COLUMNS: Final = {"test": ("hash", "label_1", "label_2"), "train": ("hash", "label")}
"""Part to the columns of its committed file: one label for each reading."""


@dataclass(frozen=True)
class Row:
    """A row of a file.

    Attributes:
        place: File and line, for messages.
        hash: The tweet.
        values: What the other columns hold: labels, or a text.
    """

    place: str
    hash: str
    values: tuple[str, ...]


def hash_texts(texts: Sequence[str]) -> list[str]:
    """Hash texts as in their files: 16 hex digits each."""
    return [f"{key:016x}" for key in make_keys(texts).tolist()]


def read_rows(path: Path, columns: Sequence[str]) -> list[Row]:
    """Read a file without a header.

    Args:
        path: The file.
        columns: Names of its columns, of which the first is ``hash``.

    Raises:
        DataError: The file is missing, empty or not UTF-8, or a line has other columns.
    """
    return list(_parse_rows(path, _read(path, columns), columns, first_line=1))


def read_annotated(folder: Path, name: str) -> list[Row]:
    """Read the committed file of a part.

    Raises:
        DataError: The file is missing, or its header or a line has other columns.
    """
    path, columns = folder / f"{name}.tsv", COLUMNS[name]
    header, *lines = _read(path, columns)
    if header.split("\t") != list(columns):
        raise DataError(f"{path}:1: the header is {header!r}; expected {', '.join(columns)} with tabs between")
    return list(_parse_rows(path, lines, columns, first_line=2))


def write_annotated(folder: Path, name: str, readings: Sequence[Sequence[Row]]) -> Path:
    """Write the labels of all readings of a part, a tweet a line, by rising hash.

    Args:
        folder: Where ``test.tsv`` and ``train.tsv`` are; made if there is none.
        name: The part.
        readings: Each with the same tweets.

    Returns:
        The file.
    """
    labels = [{row.hash: row.values[0] for row in reading} for reading in readings]
    lines = [COLUMNS[name], *((key, *(reading[key] for reading in labels)) for key in sorted(labels[0]))]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.tsv"
    write_text(path, "".join("\t".join(line) + "\n" for line in lines))
    return path


def find_faults(rows: Iterable[Row]) -> Iterator[str]:
    """Each unknown label, and each tweet that occurs twice, with file and line."""
    first: dict[str, Row] = {}
    for row in rows:
        for label in row.values:
            if label not in LABELS:
                yield f"{row.place}: unknown label {label!r}; expected one of {', '.join(LABELS)}"
        same = first.setdefault(row.hash, row)
        if same is not row:
            yield f"{row.place}: the tweet of {same.place} again; expected each once"


def find_reading_faults(reading: Sequence[Row], sheets: Sequence[Row]) -> Iterator[str]:
    """Each fault of a reader's rows, tweet that is on no sheet, and tweet without a label, with file and line."""
    yield from find_faults(reading)
    yield from find_unknown(reading, {row.hash for row in sheets}, "is on no sheet", "copy it from its sheet")
    labeled = {row.hash for row in reading}
    files = ", ".join(dict.fromkeys(row.place.rpartition(":")[0] for row in reading))
    for row in sheets:
        if row.hash not in labeled:
            yield f"{row.place}: the tweet {row.hash} has no label in {files}; expected one for each tweet"


def find_unknown(rows: Iterable[Row], known: Collection[str], what: str, remedy: str) -> Iterator[str]:
    """Each row whose hash is not among those known, with file and line, what is wrong with it and what to do."""
    for row in rows:
        if row.hash not in known:
            yield f"{row.place}: the hash {row.hash!r} {what}: {remedy}"


def _read(path: Path, columns: Sequence[str]) -> list[str]:
    return read_lines(path, f"{'<TAB>'.join(columns)} lines").lines


def _parse_rows(path: Path, lines: Iterable[str], columns: Sequence[str], first_line: int) -> Iterator[Row]:
    for line, content in enumerate(lines, start=first_line):
        key, *values = content.split("\t")
        if len(values) + 1 != len(columns):
            raise DataError(
                f"{path}:{line}: {len(values) + 1} columns; expected {', '.join(columns)} with tabs between"
            )
        yield Row(f"{path}:{line}", key, tuple(values))

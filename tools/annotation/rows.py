"""Rows of sheets and of readers' files, and what can be wrong with them.

A tweet is named by its hash; see `tweetmoji.data.keys`. The committed files and their faults are those of
`tweetmoji.data.sources.annotated`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tweetmoji.data.lines import read_records
from tweetmoji.data.sources.annotated import (
    COLUMNS,
    AnnotatedRow,
    find_faults,
    find_unknown,
    list_parts,
    parse_rows,
    read_annotated,
)
from tweetmoji.files import write_text


def read_rows(path: Path, columns: Sequence[str]) -> list[AnnotatedRow]:
    """Read a file without a header.

    Args:
        path: The file.
        columns: Names of its columns, of which the first is ``hash``.

    Raises:
        DataError: The file is missing, empty or not UTF-8, or a line has other columns.
    """
    return parse_rows(path, read_records(path, columns, header=False).rows)


def read_parts(folder: Path) -> dict[str, list[AnnotatedRow]]:
    """Read every part that a folder has: name to rows.

    Raises:
        DataError: A file is missing, empty or not UTF-8, or a line has other columns.
    """
    return {name: read_annotated(folder, name)[0] for name in list_parts(folder)}


def write_annotated(folder: Path, name: str, readings: Sequence[Sequence[AnnotatedRow]]) -> Path:
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


def find_reading_faults(reading: Sequence[AnnotatedRow], sheets: Sequence[AnnotatedRow]) -> Iterator[str]:
    """Each fault of a reader's rows, tweet that is on no sheet, and tweet without a label, with file and line."""
    yield from find_faults(reading)
    yield from find_unknown(reading, {row.hash for row in sheets}, "is on no sheet", "copy it from its sheet")
    labeled = {row.hash for row in reading}
    files = ", ".join(dict.fromkeys(str(row.file) for row in reading))
    for row in sheets:
        if row.hash not in labeled:
            yield f"{row.place}: the tweet {row.hash} has no label in {files}; expected one for each tweet"

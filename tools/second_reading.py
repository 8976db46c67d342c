"""The labels that a second reader gave some of the written texts, without having seen those of the writers.

``data/written/second-reading.tsv`` has a hash and a label a line; `tweetmoji.data.keys.hash_texts` makes the hash.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sklearn.metrics import cohen_kappa_score

from tweetmoji.data.keys import hash_texts
from tweetmoji.data.lines import read_records
from tweetmoji.data.sources.annotated import COLUMNS, AnnotatedRow, find_faults, find_unknown, parse_rows
from tweetmoji.data.sources.written import WrittenText, is_test, list_files, read_written
from tweetmoji.emotions import CLASSES
from tweetmoji.evaluate.report.tables import make_table

NAME: Final = "second-reading.tsv"


@dataclass(frozen=True)
class Agreement:
    """How far the second reader agrees with the writers.

    Attributes:
        n: Texts that were read again.
        same: Those with the same label.
        kappa: Cohen's kappa of the two labels.
        pairs: Minimal pairs of which both texts were read again.
        same_pairs: Those with the same two labels.
    """

    n: int
    same: int
    kappa: float
    pairs: int
    same_pairs: int


def read_second(folder: Path) -> list[AnnotatedRow]:
    """Read the second reading of a folder's texts.

    Raises:
        DataError: The file is missing, or a line has other columns.
    """
    return parse_rows(Path(NAME), read_records(folder / NAME, COLUMNS["train"]).rows)


def find_second_faults(second: Sequence[AnnotatedRow], rows: Sequence[WrittenText]) -> Iterator[str]:
    """Each row of the second reading whose label or text is unknown, or whose text occurs twice, with its line."""
    yield from find_faults(second, CLASSES)
    yield from find_unknown(second, set(_hash(rows)), "belongs to no written text", "remove the row")


def compare(rows: Sequence[WrittenText], second: Sequence[AnnotatedRow]) -> Agreement:
    """Compare the writers' labels with those of the second reader, where there are both."""
    labels = {row.hash: row.values[0] for row in second}
    again = [(row, labels[key]) for row, key in zip(rows, _hash(rows), strict=True) if key in labels]
    pairs: dict[str, list[bool]] = defaultdict(list)
    for row, label in again:
        if row.pair:
            pairs[row.pair].append(row.label == label)
    whole = [same for same in pairs.values() if len(same) == 2]
    return Agreement(
        n=len(again),
        same=sum(row.label == label for row, label in again),
        kappa=float(cohen_kappa_score([row.label for row, _ in again], [label for _, label in again])),
        pairs=len(whole),
        same_pairs=sum(map(all, whole)),
    )


def render_second(folder: Path) -> str:
    """Tabulate the agreement on the test texts, and on those to train on."""
    second = read_second(folder)
    table = []
    for title, of_test in (("`test.tsv`", True), ("training files", False)):
        rows = [row for path in list_files(folder) if is_test(path) == of_test for row in read_written(path)[0]]
        found = compare(rows, second)
        pairs = f"{found.same_pairs} of {found.pairs}"
        table.append([title, f"{found.n:,}", f"{found.same / found.n:.3f}", f"{found.kappa:.3f}", pairs])
    return make_table(["", "texts read again", "the same label", "Cohen's kappa", "pairs with the same two"], table)


def _hash(rows: Sequence[WrittenText]) -> list[str]:
    return hash_texts([row.text for row in rows])

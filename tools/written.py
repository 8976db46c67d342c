"""Checks the written texts in ``data/written``: columns, labels, pairs, and near copies of held-out texts.

Run ``python tools/written.py``. It prints the number of rows by file and capability, or every fault with file and line,
and exits with status 1 if there is one.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from near_copies import find_near_copies
from tweetmoji.emotions import EMOTIONS
from tweetmoji.evaluate.behavior import load_suites

FOLDER: Final = Path(__file__).parents[1] / "data" / "written"
TEST: Final = "test.tsv"
COLUMNS: Final = ["text", "label", "capability", "pair"]
LABELS: Final = (*EMOTIONS, "none")
CAPABILITIES: Final = (
    *("negation", "contrast", "temporal", "implied", "irony", "question", "slang", "typos", "elongation", "hashtags"),
    *("emoji", "emoticons", "neutral", "foreign", "plain"),
)


@dataclass(frozen=True)
class Row:
    """A written text: file name and line, and the columns of the file."""

    file: str
    line: int
    text: str
    label: str
    capability: str
    pair: str

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.file}:{self.line}"


def read_rows(path: Path) -> list[Row]:
    """Read one file.

    Raises:
        ValueError: The header or a row does not have the expected columns; the message names file and line.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *records = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    if header != COLUMNS:
        raise ValueError(f"{path.name}:1: columns are {header}; expected {COLUMNS}")
    for line, record in enumerate(records, start=2):
        if len(record) != len(COLUMNS):
            raise ValueError(f"{path.name}:{line}: {len(record)} columns; expected {len(COLUMNS)}")
    return [Row(path.name, line, *record) for line, record in enumerate(records, start=2)]


def find_faults(rows: Sequence[Row]) -> Iterator[str]:
    """Each unknown label or capability, text that occurs twice, and pair that is none, with file and line."""
    first: dict[str, Row] = {}
    pairs: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.label not in LABELS:
            yield f"{row.place}: unknown label {row.label!r}; expected one of {', '.join(LABELS)}"
        if row.capability not in CAPABILITIES:
            yield f"{row.place}: unknown capability {row.capability!r}; expected one of {', '.join(CAPABILITIES)}"
        same = first.setdefault(row.text.casefold(), row)
        if same is not row:
            yield f"{row.place}: the text of {same.place} again; expected each once"
        if row.pair:
            pairs[row.pair].append(row)
    for name, members in pairs.items():
        if len(members) != 2 or members[0].label == members[1].label:
            labels = ", ".join(row.label for row in members)
            yield f"{members[0].place}: pair {name} has the labels {labels}; expected two rows with two labels"


def main() -> int:
    """Check all files; 1 if there is a fault."""
    files = {path.name: read_rows(path) for path in sorted(FOLDER.glob("*.tsv"))}
    rows = [row for part in files.values() for row in part]
    training = [row for row in rows if row.file != TEST]
    cases = [text for suite in load_suites() for case in suite.cases for text in case.texts]
    tests = [row.text for row in files[TEST]]
    faults = list(find_faults(rows))
    for name, checked, held_out in (("test text", training, tests), ("behavioral case", rows, cases)):
        copies = find_near_copies((row.text for row in checked), held_out)
        faults += [f"{checked[i].place}: near copy of the {name} {text!r}" for i, text in copies]
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        for name, part in files.items():
            counts = Counter(row.capability for row in part).most_common()
            paired = sum(bool(row.pair) for row in part) // 2
            print(f"{name}: {len(part):,} texts, {paired} pairs; {', '.join(f'{key} {n}' for key, n in counts)}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())

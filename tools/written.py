"""Checks the written texts in ``data/written``: columns, labels, pairs, and near copies of held-out texts.

Run ``python tools/written.py``. It prints the number of rows by file and capability and how far a second reader agrees,
or every fault with file and line, and exits with status 1 if there is one.
"""

import sys
from collections import Counter
from pathlib import Path
from typing import Final

from second_reading import compare, find_second_faults, read_second
from tweetmoji.data.near_copies import find_near_copies
from tweetmoji.data.sources.written import find_faults, is_test, list_files, read_written
from tweetmoji.evaluate.behavior import load_suites

FOLDER: Final = Path(__file__).parents[1] / "data" / "written"


def main() -> int:
    """Check all files; 1 if there is a fault."""
    files = {path: read_written(path)[0] for path in list_files(FOLDER)}
    rows = [row for part in files.values() for row in part]
    training = [row for row in rows if not is_test(row.file)]
    cases = [text for suite in load_suites() for case in suite.cases for text in case.texts]
    tests = [row.text for row in rows if is_test(row.file)]
    second = read_second(FOLDER)
    faults = [*find_faults(rows), *find_second_faults(second, rows)]
    for name, checked, held_out in (("test text", training, tests), ("behavioral case", rows, cases)):
        copies = find_near_copies((row.text for row in checked), held_out)
        faults += [f"{checked[i].place}: near copy of the {name} {text!r}" for i, text in copies]
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        for path, part in files.items():
            counts = Counter(row.capability for row in part).most_common()
            paired = sum(bool(row.pair) for row in part) // 2
            print(f"{path.name}: {len(part):,} texts, {paired} pairs; {', '.join(f'{key} {n}' for key, n in counts)}")
        found = compare(rows, second)
        print(f"read again: {found.n:,} texts, {found.same:,} with the same label, Cohen's kappa {found.kappa:.3f}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())

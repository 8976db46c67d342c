r"""Cleaned files of a source: without the training rows that mislead or that stand in an evaluation split.

Rows are removed from the split to train on and from no other: evaluation splits stay as published, so that figures
can be compared. The files are ``text;label`` lines in the order of the source, whatever its own format, beside a log
of what was removed, by row numbers.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tweetmoji.data import EVALUATION_SPLITS, LabeledTexts
from tweetmoji.errors import DataError
from tweetmoji.explore.audit import Audit
from tweetmoji.files import replacing_folder
from tweetmoji.text import replace_surrogates

LOG: Final = "removed.csv"
"""Name of the log: a header, then ``split,row,reason`` for each removed row, in their order."""


@dataclass(frozen=True)
class Removal:
    """A row that is left out, and why."""

    split: str
    row: int
    reason: str


def plan_removals(audit: Audit) -> tuple[Removal, ...]:
    """Choose the rows of the split to train on that a cleaned file leaves out.

    They are the rows whose text stands in another split; all copies of a text with different labels; likely label
    errors, if the audit looked for them; and copies of a text after its first. The first of these that applies is
    the reason given.

    Raises:
        DataError: The source has evaluation splits only.
    """
    split = audit.first_split
    if split in EVALUATION_SPLITS:
        raise DataError(
            f"source {audit.source} has no split to clean: nothing is removed from {', '.join(audit.splits)}"
        )
    reasons: dict[int, str] = {}

    def add(rows: Sequence[int], reason: str) -> None:
        for row in rows:
            reasons.setdefault(row, reason)

    for leakage in audit.leakage:
        if leakage.first == split:
            for text in leakage.texts:
                add(text.first.rows, f"also in {leakage.second}")
    for copies in audit.conflicts[split]:
        add(copies.rows, "conflicting labels")
    if audit.label_errors is not None:
        add([suspect.row for suspect in audit.label_errors.suspects], "likely label error")
    for copies in audit.duplicates[split]:
        add(copies.rows[1:], "duplicate")
    return tuple(Removal(split, row, reasons[row]) for row in sorted(reasons))


def write_clean(out: Path, splits: Mapping[str, LabeledTexts], removals: Sequence[Removal]) -> None:
    """Write the splits without the removed rows, and the log, to a new folder: all of it, or nothing.

    Args:
        out: The folder, which must be empty or not exist.
        splits: The splits by name; split ``s`` becomes ``s.txt``.
        removals: What to leave out.

    Raises:
        DataError: Nothing would be left of a split.
        FolderError: ``out`` is a file or holds something.
        OSError: The disk is full or not writable; there is then no new folder.
    """
    files = {f"{split}.txt": _format_split(data, removals) for split, data in splits.items()}
    with replacing_folder(out) as temporary:
        for name, content in (files | {LOG: _format_log(removals)}).items():
            (temporary / name).write_text(content, encoding="utf-8", newline="")


def _format_split(data: LabeledTexts, removals: Sequence[Removal]) -> str:
    removed = [removal.row for removal in removals if removal.split == data.split]
    kept = data.take(np.flatnonzero(~np.isin(data.rows, removed)))
    if not len(kept):
        raise DataError(
            f"source {data.source}: nothing would be left of {data.split}; expected some texts without faults"
        )
    return "".join(
        f"{_make_line(text)};{kept.labels[target]}\n" for text, target in zip(kept.texts, kept.targets, strict=True)
    )


def _make_line(text: str) -> str:
    """The text on one line of UTF-8; the model reads both alike, since they are the same once normalized."""
    return replace_surrogates(text).replace("\n", " ")


def _format_log(removals: Sequence[Removal]) -> str:
    log = io.StringIO()
    writer = csv.writer(log, lineterminator="\n")
    writer.writerow(["split", "row", "reason"])
    writer.writerows([removal.split, removal.row, removal.reason] for removal in removals)
    return log.getvalue()

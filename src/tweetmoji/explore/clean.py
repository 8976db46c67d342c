"""Cleaned files of a source, without training rows that mislead or are in an evaluation split.

Rows are removed from the split to train on and from no other: evaluation splits stay as published, so that metrics
stay comparable. The files are ``text;label`` lines in the order of the source, whatever its own format, beside a list
of the removed rows, by number.
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

REMOVALS_FILE: Final = "removed.csv"
"""Name of the list of removed rows: a header, then ``split,row,reason`` for each."""


@dataclass(frozen=True)
class Removal:
    """A row that is left out, and why."""

    split: str
    row: int
    reason: str


def plan_removals(audit: Audit) -> tuple[Removal, ...]:
    """Choose the rows of the split to train on that a cleaned file leaves out.

    They are the rows whose text is in another split too; all copies of a text with different labels; likely label
    errors, if the audit looked for them; and copies of a text after its first. The reason of a row is the first of
    these that applies.

    Raises:
        DataError: The source has evaluation splits only.
    """
    split = audit.first_split
    if split in EVALUATION_SPLITS:
        raise DataError(
            f"source {audit.source} has no split to clean, since nothing is removed from {', '.join(audit.splits)}; "
            "expected one to train on"
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
    """Write the splits without the removed rows, and the list of these, to a new folder: all or nothing.

    Args:
        out: The folder, which must be empty or not exist.
        splits: The splits by name; ``train`` becomes ``train.txt``.
        removals: What to leave out.

    Raises:
        DataError: Nothing would be left of a split.
        FolderError: ``out`` is a file or holds something.
        OSError: The disk is full or not writable; there is then no new folder.
    """
    files = {f"{split}.txt": _format_split(data, removals) for split, data in splits.items()}
    with replacing_folder(out) as temporary:
        for name, content in (files | {REMOVALS_FILE: _format_removals(removals)}).items():
            (temporary / name).write_text(content, encoding="utf-8", newline="")


def _format_split(data: LabeledTexts, removals: Sequence[Removal]) -> str:
    removed = [removal.row for removal in removals if removal.split == data.split]
    kept = data.take(np.flatnonzero(~np.isin(data.rows, removed)))
    if not len(kept):
        raise DataError(
            f"source {data.source}: nothing would be left of {data.split}; expected some rows that do not mislead"
        )
    # a text with a line end would take two lines; to a model, which normalizes texts, a space is the same
    lines = [text.replace("\n", " ") for text in kept.texts]
    return "".join(f"{line};{kept.labels[target]}\n" for line, target in zip(lines, kept.targets, strict=True))


def _format_removals(removals: Sequence[Removal]) -> str:
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(["split", "row", "reason"])
    writer.writerows([removal.split, removal.row, removal.reason] for removal in removals)
    return content.getvalue()

"""Texts written for this project, with what each of them tests; ``data/written/README.md`` describes them.

The folder ``written`` of the project's own data holds ``test.tsv`` and the training files ``train*.tsv``, with the
columns of `COLUMNS`. Part of the training rows is val. Every fault is a `DataError` that names file and line.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.keys import make_keys
from tweetmoji.data.lines import combine_digests, read_records
from tweetmoji.data.sources.base import LabeledSource, find_own_folder
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.emotions import CLASSES
from tweetmoji.errors import DataError

COLUMNS: Final = ("text", "label", "capability", "pair")
CAPABILITIES: Final = (
    *("negation", "contrast", "temporal", "implied", "irony", "question", "slang", "typos", "elongation", "hashtags"),
    *("emoji", "emoticons", "neutral", "foreign", "plain"),
)
"""What a text can test."""

VAL_PERCENT: Final = 8
"""Share of the training rows that goes to val, in percent: about 550 of 7,000, as many as the best epoch needs."""


@dataclass(frozen=True)
class WrittenText:
    """A written text.

    Attributes:
        text: The text.
        label: One of `tweetmoji.emotions.CLASSES`.
        capability: What it tests, one of `CAPABILITIES`.
        pair: Id of the minimal pair that it is half of; empty for a single text.
        row: Its line in the file, from 1; the header is the first.
        file: The file.
    """

    text: str
    label: str
    capability: str
    pair: str
    row: int
    file: Path

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.file}:{self.row}"

    @property
    def held_out(self) -> bool:
        """Whether a training row goes to val, by a hash: pairs stay together, and new rows move no other."""
        return int(make_keys([self.pair or self.text])[0]) % 100 < VAL_PERCENT


# eq=False: as for LabeledTexts
@dataclass(frozen=True, eq=False, kw_only=True)
class WrittenTexts(LabeledTexts):
    """Written texts of one split.

    Attributes:
        capabilities: What each of the n texts tests, one of `CAPABILITIES`.
        pairs: Id of the minimal pair that each text is half of; empty for a single text.
    """

    capabilities: list[str]
    pairs: list[str]

    def take(self, indices: Sequence[int] | NDArray[np.integer]) -> Self:
        """Select texts with what they test; see `Texts.take`."""
        chosen = np.asarray(indices, dtype=np.int64)
        return replace(
            super().take(chosen),
            capabilities=[self.capabilities[i] for i in chosen],
            pairs=[self.pairs[i] for i in chosen],
        )


class WrittenSource(LabeledSource):
    """The written texts: the six emotions and none."""

    name: ClassVar[str] = names.WRITTEN

    def __init__(self, own_data: Path) -> None:
        """Open ``own_data/written``.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = find_own_folder(own_data, self.name)

    def read(self, split: str) -> WrittenTexts:
        """Read one split; see `Source.read`. Train and val have the digest of all training files together."""
        rows = self.read_rows(split)
        digests = [digest for path, (_, digest) in self._files.items() if is_test(path) == (split == "test")]
        return WrittenTexts(
            source=self.name,
            split=split,
            texts=[row.text for row in rows],
            targets=np.array([CLASSES.index(row.label) for row in rows], dtype=np.int64),
            labels=CLASSES,
            class_map=identity_map(CLASSES),
            none_possible=True,
            rows=np.array([row.row for row in rows], dtype=np.int64),
            sha256=combine_digests(*digests),
            capabilities=[row.capability for row in rows],
            pairs=[row.pair for row in rows],
        )

    def read_rows(self, split: str) -> list[WrittenText]:
        """Read one split with capabilities and pairs, in the order of `read`.

        Raises:
            DataError: There is no such split, or a file of any split is missing or damaged.
        """
        self.check_split(split)
        rows = [row for path, (part, _) in self._files.items() if is_test(path) == (split == "test") for row in part]
        return rows if split == "test" else [row for row in rows if row.held_out == (split == "val")]

    @cached_property
    def _files(self) -> dict[Path, tuple[list[WrittenText], str]]:
        """Each file to its rows and its digest, checked together."""
        files = {path: read_written(path) for path in list_files(self.folder)}
        for fault in find_faults([row for rows, _ in files.values() for row in rows]):
            raise DataError(fault)
        return files


def list_files(folder: Path) -> list[Path]:
    """List the test file and the training files, which may be any number."""
    return [folder / "test.tsv", *(sorted(folder.glob("train*.tsv")) or [folder / "train.tsv"])]


def is_test(path: Path) -> bool:
    """Whether a file is that of the test split."""
    return path.stem == "test"


def read_written(path: Path) -> tuple[list[WrittenText], str]:
    """Read one file: its rows, and its hex SHA-256.

    Raises:
        DataError: The file is missing or not UTF-8, or its header or a row does not have the expected columns.
    """
    records = read_records(path, COLUMNS)
    rows = [
        WrittenText(text, label, capability, pair, row, path) for row, (text, label, capability, pair) in records.rows
    ]
    return rows, records.sha256


def find_faults(rows: Sequence[WrittenText]) -> Iterator[str]:
    """Each unknown label or capability, empty or repeated text, and broken pair, with file and line."""
    first: dict[str, WrittenText] = {}
    for row in rows:
        if row.label not in CLASSES:
            yield f"{row.place}: unknown label {row.label!r}; expected one of {', '.join(CLASSES)}"
        if row.capability not in CAPABILITIES:
            yield f"{row.place}: unknown capability {row.capability!r}; expected one of {', '.join(CAPABILITIES)}"
        if not row.text.strip():
            yield f"{row.place}: the text is empty; write one, or remove the row"
        same = first.setdefault(row.text.casefold(), row)
        if same is not row:
            yield f"{row.place}: the text of {same.place} again; expected each once"
    yield from _find_broken_pairs(rows)


def _find_broken_pairs(rows: Sequence[WrittenText]) -> Iterator[str]:
    """Each pair that is not two rows of a file, one after the other, with two labels."""
    pairs: dict[str, list[WrittenText]] = defaultdict(list)
    for row in rows:
        if row.pair:
            pairs[row.pair].append(row)
    for name, members in pairs.items():
        first, *others = members
        second = [(first.file, first.row + 1)]
        if [(row.file, row.row) for row in others] != second or first.label == others[0].label:
            found = ", ".join(f"{member.label} ({member.file.name}:{member.row})" for member in members)
            yield f"{first.place}: pair {name} is {found}; expected two adjacent rows with two labels"

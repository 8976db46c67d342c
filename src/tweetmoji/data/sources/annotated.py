"""Labels of real tweets, found by the hash of the tweet; ``docs/annotation.md`` says how they were read.

The folder ``annotated`` of the project's own data holds ``test.tsv``, with the labels of two readings, ``train.tsv``
and perhaps more to train on: ``hard.tsv``, tweets chosen where models disagree, and ``denials.tsv``, those of Emotion
(dair-ai) that deny a feeling. The tweets are those of the collections of unlabeled texts. Every fault is a `DataError`
that names file and line.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.keys import hash_texts
from tweetmoji.data.lines import combine_digests, read_records
from tweetmoji.data.sources.base import LabeledSource, find_own_folder
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.data.unlabeled import UNLABELED_FOLDERS, read_unlabeled
from tweetmoji.emotions import CLASSES
from tweetmoji.errors import DataError

MIXED: Final = "mixed"
"""Label of a tweet with two emotions of equal weight: it has no single right answer."""

LABELS: Final = (*CLASSES, MIXED)

EXTRA_PARTS: Final = ("hard", names.DENIALS)
"""Parts to train on that need not be there."""

COLUMNS: Final = {
    "test": ("hash", "label_1", "label_2"),
    "train": ("hash", "label"),
    **dict.fromkeys(EXTRA_PARTS, ("hash", "label")),
}
"""Part to the columns of its file: one label for each reading."""

PARTS: Final = {"train": ("train", *EXTRA_PARTS), "val": ("train",), "test": ("test",)}
"""Split to the parts that its rows are from."""

VAL_PERCENT: Final = 18
"""Share of the tweets of train.tsv that goes to val, in percent: about 400 of 2,200."""


@dataclass(frozen=True)
class AnnotatedRow:
    """A row of a file.

    Attributes:
        file: The file.
        row: Its line there, from 1.
        hash: The tweet, as `tweetmoji.data.keys.hash_texts` names it.
        values: The labels in the other columns, one for each reading.
    """

    file: Path
    row: int
    hash: str
    values: tuple[str, ...]

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.file}:{self.row}"

    @property
    def held_out(self) -> bool:
        """Whether a row of train.tsv goes to val: the hash decides, so that new rows move no other."""
        return int(self.hash, 16) % 100 < VAL_PERCENT


class AnnotatedSource(LabeledSource):
    """The annotated tweets: the six emotions and none."""

    name: ClassVar[str] = names.ANNOTATED

    def __init__(self, own_data: Path, root: Path) -> None:
        """Open ``own_data/annotated``.

        Args:
            own_data: The folder of the project's own data.
            root: Root of all datasets, which has the tweets.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = find_own_folder(own_data, self.name)
        self.root = root

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`.

        The label of a test tweet is that of the first reader, whether or not the second one agrees. Tweets that are
        mixed are left out.
        """
        self.check_split(split)
        parts = [part for part in self._parts if part in PARTS[split]]
        rows = [row for part in parts for row in self._list_rows(part, split) if row.values[0] != MIXED]
        digests = [self._parts[part][1] for part in parts]
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=[self._tweets[0][row.hash] for row in rows],
            targets=np.array([CLASSES.index(row.values[0]) for row in rows], dtype=np.int64),
            labels=CLASSES,
            class_map=identity_map(CLASSES),
            none_possible=True,
            rows=np.array([row.row for row in rows], dtype=np.int64),
            sha256=combine_digests(*digests, *self._tweets[1]),
        )

    def _list_rows(self, part: str, split: str) -> list[AnnotatedRow]:
        """List the rows of a part that a split has: train and val share train.tsv."""
        rows = self._parts[part][0]
        return [row for row in rows if row.held_out == (split == "val")] if part == "train" else rows

    @cached_property
    def _tweets(self) -> tuple[dict[str, str], list[str]]:
        """Hash to tweet, of all collections that the parts are from, and the digests of these."""
        denials = (names.DENIALS,) if names.DENIALS in list_parts(self.folder) else ()
        collections = [read_unlabeled(name, self.root) for name in (*names.TWEET_COLLECTIONS, *denials)]
        texts = [text for collection in collections for text in collection.texts]
        return dict(zip(hash_texts(texts), texts, strict=True)), [collection.sha256 for collection in collections]

    @cached_property
    def _parts(self) -> dict[str, tuple[list[AnnotatedRow], str]]:
        """Each part to its rows and the digest of its file, checked together."""
        parts = {part: read_annotated(self.folder, part) for part in list_parts(self.folder)}
        rows = {part: found for part, (found, _) in parts.items()}
        for fault in (*find_faults_of_parts(rows), *find_missing_tweets(rows, self._tweets[0])):
            raise DataError(fault)
        return parts


def list_parts(folder: Path) -> list[str]:
    """List the parts of `COLUMNS` that a folder is to have; of these, only `EXTRA_PARTS` may be missing."""
    return [part for part in COLUMNS if part not in EXTRA_PARTS or (folder / f"{part}.tsv").exists()]


def read_annotated(folder: Path, part: str) -> tuple[list[AnnotatedRow], str]:
    """Read the file of a part: its rows, and its hex SHA-256.

    Raises:
        DataError: The file is missing or not UTF-8, or its header or a line has other columns.
    """
    path = folder / f"{part}.tsv"
    records = read_records(path, COLUMNS[part])
    return parse_rows(path, records.rows), records.sha256


def parse_rows(path: Path, rows: Iterable[tuple[int, Sequence[str]]]) -> list[AnnotatedRow]:
    """Make rows of the lines of a file, whose first column is the hash."""
    return [AnnotatedRow(path, row, key, tuple(values)) for row, (key, *values) in rows]


def find_faults_of_parts(parts: Mapping[str, Sequence[AnnotatedRow]]) -> Iterator[str]:
    """Each fault of the rows of all parts, by the name of the part, with file and line."""
    training = [row for part, rows in parts.items() if part != "test" for row in rows]
    yield from find_faults(parts["test"])
    yield from find_faults(training)
    yield from find_leaks(parts["test"], training)


def find_faults(rows: Iterable[AnnotatedRow], labels: Collection[str] = LABELS) -> Iterator[str]:
    """Each label that is none of the labels, and each tweet that occurs twice, with file and line."""
    first: dict[str, AnnotatedRow] = {}
    for row in rows:
        for label in row.values:
            if label not in labels:
                yield f"{row.place}: unknown label {label!r}; expected one of {', '.join(labels)}"
        same = first.setdefault(row.hash, row)
        if same is not row:
            yield f"{row.place}: the tweet of {same.place} again; expected each once"


def find_leaks(test: Sequence[AnnotatedRow], training: Iterable[AnnotatedRow]) -> Iterator[str]:
    """Each training row whose tweet is in test, with file and line."""
    held_out = {row.hash: row for row in test}
    for row in training:
        if row.hash in held_out:
            yield f"{row.place}: the tweet of {held_out[row.hash].place}; expected none of the test set: remove the row"


def find_missing_tweets(parts: Mapping[str, Sequence[AnnotatedRow]], tweets: Collection[str]) -> Iterator[str]:
    """Each row whose hash is not among those of the tweets, with file and line."""
    for part, rows in parts.items():
        folders = (EmotionSource.folder_name,) if part == names.DENIALS else UNLABELED_FOLDERS
        remedy = f"fetch all files of {' and '.join(f'{folder}/' for folder in folders)}, or remove the row"
        yield from find_unknown(rows, tweets, "belongs to no tweet of the datasets", remedy)


def find_unknown(rows: Iterable[AnnotatedRow], known: Collection[str], what: str, remedy: str) -> Iterator[str]:
    """Each row whose hash is not among those known, with file and line, what is wrong with it and what to do."""
    for row in rows:
        if row.hash not in known:
            yield f"{row.place}: the hash {row.hash!r} {what}: {remedy}"

"""GoEmotions: Reddit comments with 27 emotions, mapped to our six (Demszky et al. 2020).

A folder holds ``train.tsv``, ``dev.tsv`` and ``test.tsv`` with ``text<TAB>label numbers<TAB>id`` a line, and
``labels.txt`` with a label a line. Source: https://github.com/google-research/google-research/tree/master/goemotions,
CC BY 4.0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import SourceLabels, read_source_labels
from tweetmoji.data.lines import read_lines
from tweetmoji.data.sources.base import LabeledSource, Source, find_folder
from tweetmoji.data.texts import LabeledTexts, NeutralTexts
from tweetmoji.errors import DataError

FOLDER_NAME: Final = "goemotions"

FILES: Final = {"train": "train.tsv", "val": "dev.tsv", "test": "test.tsv"}
"""Split to its file."""

NEUTRAL_LABEL: Final = "neutral"
"""The label of comments without an emotion."""


@dataclass(frozen=True)
class Comment:
    """One row of a file: its number from 1, the text, and the names of its labels."""

    row: int
    text: str
    labels: frozenset[str]


class GoEmotionsSource(LabeledSource):
    """The comments whose labels all mean the same one of the six emotions.

    To learn from, also those that a reader found curious, in agreement or the like besides: a label that means none of
    the emotions does not contradict one. Neutral does.
    """

    name: ClassVar[str] = names.GOEMOTIONS
    folder_name: ClassVar[str] = FOLDER_NAME

    def __init__(self, root: Path) -> None:
        """Open the folder ``root``, or ``root/goemotions`` where that exists.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = _find_goemotions(root)
        self.meaning = read_source_labels(self.name)

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`. Comments with none or several of the six emotions are left out."""
        self.check_split(split)
        comments, sha256 = _read_comments(self.folder, split, self.meaning)
        emotions = [self._find_emotion(comment.labels, split) for comment in comments]
        found = [(comment, emotion) for comment, emotion in zip(comments, emotions, strict=True) if emotion]
        _check_not_empty(found, self.folder / FILES[split], self.name)
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=[comment.text for comment, _ in found],
            targets=np.array([self.meaning.classes.index(emotion) for _, emotion in found], dtype=np.int64),
            labels=self.meaning.classes,
            class_map=self.meaning.class_map,
            none_possible=True,  # its annotators could choose neutral
            rows=np.array([comment.row for comment, _ in found], dtype=np.int64),
            sha256=sha256,
        )

    def _find_emotion(self, labels: frozenset[str], split: str) -> str | None:
        """Find the emotion that a comment counts as in a split; None if there is no such emotion."""
        meanings = {self.meaning.labels[label] for label in labels}
        if split == "train" and NEUTRAL_LABEL not in labels:
            meanings.discard(None)
        return meanings.pop() if len(meanings) == 1 else None


class NeutralSource(Source):
    """The comments of the same folder without an emotion, to train on only.

    A model with an output for none learns it from them; any other learns that all its labels are equally probable.
    """

    name: ClassVar[str] = names.NEUTRAL
    splits = ("train",)

    def __init__(self, root: Path) -> None:
        """Open the folder as `GoEmotionsSource` does."""
        self.folder = _find_goemotions(root)
        self.meaning = read_source_labels(GoEmotionsSource.name)

    def read(self, split: str) -> NeutralTexts:
        """Read one split; see `Source.read`. Comments with any label but neutral are left out."""
        self.check_split(split)
        comments, sha256 = _read_comments(self.folder, split, self.meaning)
        found = [comment for comment in comments if comment.labels == {NEUTRAL_LABEL}]
        _check_not_empty(found, self.folder / FILES[split], self.name)
        return NeutralTexts(
            source=self.name,
            split=split,
            texts=[comment.text for comment in found],
            rows=np.array([comment.row for comment in found], dtype=np.int64),
            sha256=sha256,
        )


def _find_goemotions(root: Path) -> Path:
    return find_folder(root, FOLDER_NAME, "train.tsv, dev.tsv, test.tsv and labels.txt")


def _check_not_empty(found: Sequence[object], path: Path, source: str) -> None:
    if not found:
        raise DataError(f"{path}: none of its rows counts for source {source}; fetch the file again")


def _read_comments(folder: Path, split: str, meaning: SourceLabels) -> tuple[list[Comment], str]:
    """Read all comments of a split, and the hex SHA-256 of its file."""
    path = folder / FILES[split]
    content = read_lines(path, "text<TAB>label numbers<TAB>id lines")
    label_names = _read_label_names(folder / "labels.txt", meaning)
    rows = enumerate(content.lines, start=1)
    return [_parse_comment(row, line, label_names, f"{path}:{row}") for row, line in rows], content.sha256


def _read_label_names(path: Path, meaning: SourceLabels) -> dict[str, str]:
    """Read the name of each label number."""
    label_names = [line.strip() for line in read_lines(path, "a label a line").lines]
    for row, name in enumerate(label_names, start=1):
        if name not in meaning.labels:
            raise DataError(f"{path}:{row}: unknown label {name!r}; expected one of {', '.join(meaning.labels)}")
    return {str(number): name for number, name in enumerate(label_names)}


def _parse_comment(row: int, line: str, label_names: Mapping[str, str], where: str) -> Comment:
    fields = line.split("\t")
    if len(fields) != 3:
        raise DataError(f"{where}: {len(fields)} fields; expected 3: text<TAB>label numbers<TAB>id")
    numbers = fields[1].split(",")
    for number in numbers:
        if number not in label_names:
            raise DataError(
                f"{where}: unknown label {number[:60]!r}; "
                f"expected numbers from 0 to {len(label_names) - 1}, as in labels.txt"
            )
    return Comment(row, fields[0], frozenset(label_names[number] for number in numbers))

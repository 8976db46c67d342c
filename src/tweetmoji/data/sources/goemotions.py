"""GoEmotions: Reddit comments with 27 emotions, read as the six of ours (Demszky et al. 2020).

A folder holds ``train.tsv``, ``dev.tsv`` and ``test.tsv`` with ``text<TAB>label numbers<TAB>id`` a line, and
``labels.txt`` with a label a line. Source: https://github.com/google-research/google-research/tree/master/goemotions,
CC BY 4.0.
"""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import read_source_labels
from tweetmoji.data.labeled import LabeledTexts
from tweetmoji.data.lines import read_lines
from tweetmoji.data.sources.base import Source, find_folder
from tweetmoji.errors import DataError

FILES: Final = {"train": "train.tsv", "val": "dev.tsv", "test": "test.tsv"}

NEUTRAL: Final = "neutral"
"""The label of comments without an emotion."""


class GoEmotionsSource(Source):
    """The comments of a folder all of whose labels mean one and the same of the six emotions."""

    name: ClassVar[str] = names.GOEMOTIONS
    folder_name: ClassVar[str] = "goemotions"

    def __init__(self, root: Path) -> None:
        """Open the folder ``root``, or ``root/goemotions`` where that exists.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = find_folder(root, self.folder_name, "train.tsv, dev.tsv, test.tsv and labels.txt")
        self.meaning = read_source_labels(GoEmotionsSource.name)

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`. Comments of no or of several of the six emotions are left out."""
        self.check_split(split)
        path = self.folder / FILES[split]
        content = read_lines(path, "text<TAB>label numbers<TAB>id lines")
        names = self._read_names()
        found = [
            (row, text, column)
            for row, line in enumerate(content.lines, start=1)
            for text, labels in [_parse(line, names, f"{path}:{row}")]
            if (column := self._find_column(labels)) is not None
        ]
        if not found:
            raise DataError(f"{path}: none of its rows counts for source {self.name}; fetch the file anew")
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=[text for _, text, _ in found],
            targets=np.array([column for _, _, column in found], dtype=np.int64),
            labels=self.meaning.classes,
            class_map=self.meaning.class_map,
            rows=np.array([row for row, _, _ in found], dtype=np.int64),
            sha256=content.sha256,
        )

    def _find_column(self, labels: set[str]) -> int | None:
        """Column of the emotion, if all labels mean the same one."""
        meanings = {self.meaning.labels[label] for label in labels}
        (meaning, *others) = meanings
        return None if meaning is None or others else self.meaning.classes.index(meaning)

    def _read_names(self) -> dict[str, str]:
        """The label numbers of the files, each with its label."""
        path = self.folder / "labels.txt"
        names = [line.strip() for line in read_lines(path, "a label a line").lines]
        for row, name in enumerate(names, start=1):
            if name not in self.meaning.labels:
                raise DataError(
                    f"{path}:{row}: unknown label {name!r}; expected one of {', '.join(self.meaning.labels)}"
                )
        return {str(number): name for number, name in enumerate(names)}


class NeutralSource(GoEmotionsSource):
    """The comments of the same folder that have no emotion: nothing to be scored on, but to learn doubt from."""

    name: ClassVar[str] = names.NEUTRAL
    splits = ("train",)

    def __init__(self, root: Path) -> None:
        """Open the folder as `GoEmotionsSource` does."""
        super().__init__(root)
        self.meaning = replace(self.meaning, class_map={})

    def _find_column(self, labels: set[str]) -> int | None:
        """Column 0, of none, if the only label is neutral."""
        return 0 if labels == {NEUTRAL} else None


def _parse(line: str, names: dict[str, str], where: str) -> tuple[str, set[str]]:
    """The text of a line, and its labels."""
    fields = line.split("\t")
    if len(fields) != 3:
        raise DataError(f"{where}: {len(fields)} fields; expected 3: text<TAB>label numbers<TAB>id")
    labels = set()
    for number in fields[1].split(","):
        if number not in names:
            raise DataError(
                f"{where}: unknown label {number[:60]!r}; expected numbers from 0 to {len(names) - 1}, as in labels.txt"
            )
        labels.add(names[number])
    return fields[0], labels

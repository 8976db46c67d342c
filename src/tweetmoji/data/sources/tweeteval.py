"""Two tasks of TweetEval, real tweets (Barbieri et al. 2020): emotions as readers saw them, emoji as authors used them.

A folder holds ``train_text.txt`` and ``train_labels.txt``, ``val_text.txt`` and ``val_labels.txt``, line by line in
step, and ``mapping.txt`` with a label a line: ``number<TAB>label``, perhaps with more columns. Source:
https://github.com/cardiffnlp/tweeteval.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map, read_source_labels
from tweetmoji.data.lines import combine_digests, read_lines
from tweetmoji.data.sources.base import LabeledSource, find_folder
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.errors import DataError


@dataclass(frozen=True)
class _Classes:
    """What the labels of a task mean.

    Attributes:
        labels: Names of the classes.
        class_map: Class to the model's outputs that count as it.
        columns: The class of each label of ``mapping.txt``, as an index into ``labels``.
    """

    labels: tuple[str, ...]
    class_map: Mapping[str, tuple[str, ...]]
    columns: list[int]


class TaskSource(LabeledSource):
    """The text and label files of a task."""

    folder_name: ClassVar[str]
    splits = ("train", "val")

    def __init__(self, root: Path) -> None:
        """Open the folder of the task: ``root``, or ``folder_name`` in it where that exists.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = find_folder(root, self.folder_name, "train_text.txt, train_labels.txt and mapping.txt")

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`."""
        self.check_split(split)
        mapping = _read_mapping(self.folder)
        classes = self._find_classes([label for _, label in mapping])
        texts_path, labels_path = self.folder / f"{split}_text.txt", self.folder / f"{split}_labels.txt"
        texts = read_lines(texts_path, "a tweet a line")
        numbers = read_lines(labels_path, "a label number a line")
        if len(texts.lines) != len(numbers.lines):
            raise DataError(
                f"{labels_path}: {len(numbers.lines)} labels for the {len(texts.lines)} texts of {texts_path.name}; "
                "the two must have as many lines; fetch both again"
            )
        columns = dict(zip((number for number, _ in mapping), classes.columns, strict=True))
        targets = [
            _look_up(columns, number.strip(), f"{labels_path}:{row}")
            for row, number in enumerate(numbers.lines, start=1)
        ]
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=texts.lines,
            targets=np.array(targets, dtype=np.int64),
            labels=classes.labels,
            class_map=classes.class_map,
            rows=np.arange(1, len(targets) + 1),
            sha256=combine_digests(texts.sha256, numbers.sha256),
        )

    @abstractmethod
    def _find_classes(self, labels: Sequence[str]) -> _Classes:
        """Find the classes that the labels of ``mapping.txt``, line by line, count as.

        Raises:
            DataError: A label is unknown or missing.
        """


class TweetEvalSource(TaskSource):
    """Emotion: tweets labeled anger, joy, optimism or sadness (SemEval-2018 task 1); optimism counts as joy."""

    name: ClassVar[str] = names.TWEETEVAL
    folder_name: ClassVar[str] = "tweeteval-emotion"

    def _find_classes(self, labels: Sequence[str]) -> _Classes:
        meaning = read_source_labels(self.name)
        columns = []
        for row, label in enumerate(labels, start=1):
            counts_as = meaning.labels.get(label)
            if counts_as is None:
                raise DataError(
                    f"{self.folder / 'mapping.txt'}:{row}: unknown label {label!r}; "
                    f"expected one of {', '.join(meaning.labels)}"
                )
            columns.append(meaning.classes.index(counts_as))
        return _Classes(meaning.classes, meaning.class_map, columns)


class EmojiSource(TaskSource):
    """Emoji: tweets and which of twenty emoji their authors used (Barbieri et al. 2018, SemEval-2018 task 2).

    The emoji are not in the texts. A model that learns from this source suggests emoji: it has an output for each.
    """

    name: ClassVar[str] = names.EMOJI_TWEETS
    folder_name: ClassVar[str] = "tweeteval-emoji"

    def _find_classes(self, labels: Sequence[str]) -> _Classes:
        for row, emoji in enumerate(labels, start=1):
            if not emoji:
                raise DataError(
                    f"{self.folder / 'mapping.txt'}:{row}: no emoji; expected number<TAB>emoji: fetch it again"
                )
        return _Classes(tuple(labels), identity_map(labels), list(range(len(labels))))


def _read_mapping(folder: Path) -> list[tuple[str, str]]:
    """Read the number and the label of each line of ``mapping.txt``; the label of a line without a tab is empty.

    Raises:
        DataError: The file is missing or damaged.
    """
    path = folder / "mapping.txt"
    fields = [line.split("\t") for line in read_lines(path, "number<TAB>label lines").lines]
    mapping = [(row[0].strip(), row[1].strip() if len(row) > 1 else "") for row in fields]
    first: dict[str, int] = {}
    for row, (number, _) in enumerate(mapping, start=1):
        if first.setdefault(number, row) != row:
            raise DataError(f"{path}:{row}: the number {number!r} of line {first[number]} again; expected each once")
    return mapping


def _look_up(columns: dict[str, int], number: str, where: str) -> int:
    if number not in columns:
        raise DataError(f"{where}: unknown label {number!r}; expected one of {', '.join(columns)}, as in mapping.txt")
    return columns[number]

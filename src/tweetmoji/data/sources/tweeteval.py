"""Two tasks of TweetEval, real tweets (Barbieri et al. 2020): emotions as readers saw them, emoji as authors used them.

A folder holds ``train_text.txt`` and ``train_labels.txt``, ``val_text.txt`` and ``val_labels.txt``, line by line in
step, and ``mapping.txt`` with a label a line: ``number<TAB>label``, perhaps with more columns. Source:
https://github.com/cardiffnlp/tweeteval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import names
from tweetmoji.data.class_map import identity_map, read_source_labels
from tweetmoji.data.lines import combine_digests, read_lines
from tweetmoji.data.sources.base import LabeledSource, find_folder
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.errors import DataError


@dataclass(frozen=True, eq=False)
class _Task:
    """One split of a task, as its files have it.

    Attributes:
        texts: The n tweets.
        targets: int64 array of shape (n,), lines of ``mapping.txt`` from 0.
        sha256: Digest of texts and labels.
    """

    texts: list[str]
    targets: NDArray[np.int64]
    sha256: str


class TweetEvalSource(LabeledSource):
    """Emotion: tweets labeled anger, joy, optimism or sadness (SemEval-2018 task 1)."""

    name: ClassVar[str] = names.TWEETEVAL
    folder_name: ClassVar[str] = "tweeteval-emotion"
    splits = ("train", "val")

    def __init__(self, root: Path) -> None:
        """Open the folder ``root``, or ``root/tweeteval-emotion`` where that exists.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = _find_task(root, self.folder_name)
        self.meaning = read_source_labels(self.name)

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`. Optimism counts as joy."""
        self.check_split(split)
        mapping = _read_mapping(self.folder)
        columns = [self._find_column(label, row) for row, (_, label) in enumerate(mapping, start=1)]
        task = _read_task(self.folder, split, mapping)
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=task.texts,
            targets=np.array(columns, dtype=np.int64)[task.targets],
            labels=self.meaning.classes,
            class_map=self.meaning.class_map,
            rows=np.arange(1, len(task.texts) + 1),
            sha256=task.sha256,
        )

    def _find_column(self, label: str, row: int) -> int:
        counts_as = self.meaning.labels.get(label)
        if counts_as is None:
            raise DataError(
                f"{self.folder / 'mapping.txt'}:{row}: unknown label {label!r}; "
                f"expected one of {', '.join(self.meaning.labels)}"
            )
        return self.meaning.classes.index(counts_as)


class EmojiSource(LabeledSource):
    """Emoji: tweets and which of twenty emoji their authors used (Barbieri et al. 2018, SemEval-2018 task 2).

    The emoji are not in the texts. A model that learns from this source suggests emoji: it has an output for each.
    """

    name: ClassVar[str] = names.EMOJI_TWEETS
    folder_name: ClassVar[str] = "tweeteval-emoji"
    splits = ("train", "val")

    def __init__(self, root: Path) -> None:
        """Open the folder ``root``, or ``root/tweeteval-emoji`` where that exists.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = _find_task(root, self.folder_name)

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`. The classes are the emoji."""
        self.check_split(split)
        mapping = _read_mapping(self.folder)
        emoji = tuple(self._check_emoji(label, row) for row, (_, label) in enumerate(mapping, start=1))
        task = _read_task(self.folder, split, mapping)
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=task.texts,
            targets=task.targets,
            labels=emoji,
            class_map=identity_map(emoji),
            rows=np.arange(1, len(task.texts) + 1),
            sha256=task.sha256,
        )

    def _check_emoji(self, emoji: str, row: int) -> str:
        if not emoji:
            raise DataError(f"{self.folder / 'mapping.txt'}:{row}: no emoji; expected number<TAB>emoji: fetch it again")
        return emoji


def _find_task(root: Path, name: str) -> Path:
    return find_folder(root, name, "train_text.txt, train_labels.txt and mapping.txt")


def _read_mapping(folder: Path) -> list[tuple[str, str]]:
    """Read the number and the label of each line of ``mapping.txt``; the label of a line without a tab is empty.

    Raises:
        DataError: The file is missing or damaged.
    """
    lines = read_lines(folder / "mapping.txt", "number<TAB>label lines").lines
    fields = [line.split("\t") for line in lines]
    return [(row[0].strip(), row[1].strip() if len(row) > 1 else "") for row in fields]


def _read_task(folder: Path, split: str, mapping: Sequence[tuple[str, str]]) -> _Task:
    """Read texts and labels of one split.

    Raises:
        DataError: A file is missing or damaged, or texts and labels do not fit each other or the mapping.
    """
    texts_path, labels_path = folder / f"{split}_text.txt", folder / f"{split}_labels.txt"
    texts = read_lines(texts_path, "a tweet a line")
    numbers = read_lines(labels_path, "a label number a line")
    if len(texts.lines) != len(numbers.lines):
        raise DataError(
            f"{labels_path}: {len(numbers.lines)} labels for the {len(texts.lines)} texts of {texts_path.name}; "
            "the two must have as many lines; fetch both again"
        )
    lines = {number: line for line, (number, _) in enumerate(mapping)}
    targets = [
        _look_up(lines, number.strip(), f"{labels_path}:{row}") for row, number in enumerate(numbers.lines, start=1)
    ]
    return _Task(texts.lines, np.array(targets, dtype=np.int64), combine_digests(texts.sha256, numbers.sha256))


def _look_up(lines: dict[str, int], number: str, where: str) -> int:
    if number not in lines:
        raise DataError(f"{where}: unknown label {number!r}; expected one of {', '.join(lines)}, as in mapping.txt")
    return lines[number]

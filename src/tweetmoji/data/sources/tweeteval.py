"""TweetEval emotion: real tweets labeled anger, joy, optimism or sadness (Barbieri et al. 2020).

A folder holds ``train_text.txt`` and ``train_labels.txt``, ``val_text.txt`` and ``val_labels.txt``, line by line in
step, and ``mapping.txt`` with a ``number<TAB>label`` a line. Source: https://github.com/cardiffnlp/tweeteval.
"""

from pathlib import Path
from typing import ClassVar

import numpy as np

from tweetmoji.data import names
from tweetmoji.data.class_map import read_source_labels
from tweetmoji.data.lines import combine_digests, read_lines
from tweetmoji.data.sources.base import LabeledSource, find_folder
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.errors import DataError


class TweetEvalSource(LabeledSource):
    """The text and label files of a folder."""

    name: ClassVar[str] = names.TWEETEVAL
    folder_name: ClassVar[str] = "tweeteval-emotion"
    splits = ("train", "val")

    def __init__(self, root: Path) -> None:
        """Open the folder ``root``, or ``root/tweeteval-emotion`` where that exists.

        Raises:
            DataError: There is no such folder.
        """
        self.folder = find_folder(root, self.folder_name, "train_text.txt, train_labels.txt and mapping.txt")
        self.meaning = read_source_labels(self.name)

    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`. Optimism counts as joy."""
        self.check_split(split)
        texts_path, labels_path = self.folder / f"{split}_text.txt", self.folder / f"{split}_labels.txt"
        texts = read_lines(texts_path, "a tweet a line")
        numbers = read_lines(labels_path, "a label number a line")
        if len(texts.lines) != len(numbers.lines):
            raise DataError(
                f"{labels_path}: {len(numbers.lines)} labels for the {len(texts.lines)} texts of {texts_path.name}; "
                "the two must have as many lines; fetch both again"
            )
        columns = self._read_columns()
        targets = [
            _look_up(columns, number.strip(), f"{labels_path}:{row}")
            for row, number in enumerate(numbers.lines, start=1)
        ]
        return LabeledTexts(
            source=self.name,
            split=split,
            texts=texts.lines,
            targets=np.array(targets, dtype=np.int64),
            labels=self.meaning.classes,
            class_map=self.meaning.class_map,
            rows=np.arange(1, len(targets) + 1),
            sha256=combine_digests(texts.sha256, numbers.sha256),
        )

    def _read_columns(self) -> dict[str, int]:
        """Read the column of the class that each label number counts as."""
        path = self.folder / "mapping.txt"
        columns = {}
        for row, line in enumerate(read_lines(path, "number<TAB>label lines").lines, start=1):
            number, _, label = line.partition("\t")
            counts_as = self.meaning.labels.get(label.strip())
            if counts_as is None:
                raise DataError(
                    f"{path}:{row}: unknown label {label.strip()!r}; expected one of {', '.join(self.meaning.labels)}"
                )
            columns[number.strip()] = self.meaning.classes.index(counts_as)
        return columns


def _look_up(columns: dict[str, int], number: str, where: str) -> int:
    if number not in columns:
        raise DataError(f"{where}: unknown label {number!r}; expected one of {', '.join(columns)}, as in mapping.txt")
    return columns[number]

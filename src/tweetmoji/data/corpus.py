"""What a run trains, chooses and reports on: splits of one or several sources, cleared of each other's texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tweetmoji.data.labeled import LabeledTexts
from tweetmoji.data.names import CUSTOM_LABEL_SOURCES, TRAINING_SOURCES, SourceChoice
from tweetmoji.data.overlap import find_overlap
from tweetmoji.data.registry import FOLDER_SOURCES, open_source, read_evaluation_splits
from tweetmoji.data.sources.base import Source
from tweetmoji.data.sources.divided import DividedTable
from tweetmoji.data.sources.table import FULL, TableSource
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, SettingError

COLUMNS: Final = ("text", "label")
"""Names of a table's text column and label column, unless a run has others."""


@dataclass(frozen=True)
class Corpus:
    """The texts of a run.

    Attributes:
        train: Training texts by source, in the order given.
        val: What all is chosen on, one for each source that has it.
        test: What is only reported, likewise.
        evaluation: Every split that nothing may be trained on, those of neighbouring sources included.
        removed: Source to the number of training texts that were left out, since they stand in an evaluation split of
            any source.
        divided: Sources that are a single file, which was divided into these splits here.
    """

    train: list[LabeledTexts]
    val: list[LabeledTexts]
    test: list[LabeledTexts]
    evaluation: list[LabeledTexts]
    removed: dict[str, int]
    divided: tuple[str, ...] = ()

    def describe(self) -> dict[str, dict[str, object]]:
        """For each source, how many texts were trained on and removed, and the digests of its files.

        Of a single file that was divided, since its digest does not tell, how many texts are in each split.
        """
        splits = [*self.train, *self.val, *self.test]
        return {
            data.source: {
                "train_texts": len(data),
                "removed_texts": self.removed[data.source],
                "sha256": {split.split: split.sha256 for split in splits if split.source == data.source},
                **({"divided": self._count(data.source)} if data.source in self.divided else {}),
            }
            for data in self.train
        }

    def _count(self, source: str) -> dict[str, int]:
        """Split to its number of texts."""
        return {part.split: len(part) for part in (*self.train, *self.val, *self.test) if part.source == source}


def read_corpus(
    data: Path | None,
    choices: Sequence[SourceChoice],
    labels: Sequence[str],
    seed: int,
    columns: tuple[str, str] = COLUMNS,
) -> Corpus:
    """Read the sources of a run.

    Every training text is left out that stands in an evaluation split, be it of these sources or of any other that
    lies in the root of all datasets.

    Args:
        data: Root of the datasets, or the folder of the one source; None if all are fetched.
        choices: What to train on.
        labels: Label names of the model.
        seed: Of the draw of rows, and of the splits of a table that is a single file.
        columns: Names of a table's text column and label column.

    Raises:
        DataError: A file is missing or damaged, no split is there to choose on, a source has no text left, a table has
            too few texts of a label to be divided, or a label of the user's own has no training text.
        SettingError: There is no such source, one is named twice, or one does not go with the labels.
    """
    names = [choice.name for choice in choices]
    if len(set(names)) < len(names):
        raise SettingError(f"sources are {', '.join(names)}; expected each once")
    _check_labels_fit(names, labels)
    sources = _open_sources(data, names, labels, seed, columns)
    evaluation = read_evaluation_splits([*sources, *_open_neighbours(data, names, labels)])
    whole = [source.read("train") for source in sources]
    cleared = [leave_out(part, evaluation) for part in whole]
    for part in cleared:
        if not len(part):
            raise DataError(f"source {part.source}: every training text stands in an evaluation split; give it others")
    val = [split for split in evaluation if split.source in names and split.split == "val"]
    if not val:
        raise DataError(f"no val split to choose the best epoch on: {', '.join(names)} has none; add for example home")
    train = [_draw(part, choice.rows, seed) for part, choice in zip(cleared, choices, strict=True)]
    _check_labels_occur(train, labels)
    return Corpus(
        train=train,
        val=val,
        test=[split for split in evaluation if split.source in names and split.split == "test"],
        evaluation=evaluation,
        removed={part.source: len(part) - len(left) for part, left in zip(whole, cleared, strict=True)},
        divided=tuple(source.name for source in sources if isinstance(source, DividedTable)),
    )


def leave_out(part: LabeledTexts, others: Iterable[LabeledTexts]) -> LabeledTexts:
    """The texts that stand in none of the others, in their order."""
    return part.take(np.setdiff1d(np.arange(len(part)), find_overlap(part, others)))


def _check_labels_fit(names: Sequence[str], labels: Sequence[str]) -> None:
    """Refuse sources whose labels are those of the six emotions for a model with others."""
    fixed = [name for name in names if name in TRAINING_SOURCES and name not in CUSTOM_LABEL_SOURCES]
    if fixed and tuple(labels) != EMOTIONS:
        raise SettingError(
            f"source {', '.join(fixed)} is labeled with {', '.join(EMOTIONS)}, and the model has {', '.join(labels)}; "
            f"expected --source {' or '.join(CUSTOM_LABEL_SOURCES)}: choose one of these, or leave out --labels"
        )


def _check_labels_occur(train: Sequence[LabeledTexts], labels: Sequence[str]) -> None:
    """Refuse a user's own label that nothing is learned of; a source may well lack some of the six emotions."""
    if tuple(labels) == EMOTIONS:
        return
    taught = {part.labels[target] for part in train for target in np.unique(part.targets)}
    missing = [label for label in labels if label not in taught]
    if missing:
        raise DataError(
            f"no training text has the label {', '.join(missing)}; expected texts of each of {', '.join(labels)}: "
            "add rows, or take the label out of the file of labels"
        )


def _open_sources(
    data: Path | None, names: Sequence[str], labels: Sequence[str], seed: int, columns: tuple[str, str]
) -> list[Source]:
    """The sources of the run; a table that is a single file is divided, since it has no split to choose on."""
    opened = [open_source(name, data, labels, text_column=columns[0], label_column=columns[1]) for name in names]
    return [
        DividedTable(source, seed) if isinstance(source, TableSource) and source.splits == (FULL,) else source
        for source in opened
    ]


def _open_neighbours(data: Path | None, names: Sequence[str], labels: Sequence[str]) -> list[Source]:
    """The other sources that lie beside those of the run; there are none beside a single source's own folder.

    Nor for a model with labels of a user's own, which is never scored on them.
    """
    if data is None:
        return []
    if not data.exists():  # else a wrong path would go unnoticed where every source of the run is fetched
        raise DataError(f"{data}: no such folder; expected the root of the datasets, or leave out --data")
    if tuple(labels) != EMOTIONS:
        return []
    return [
        open_source(source.name, data, labels)
        for source in FOLDER_SOURCES
        if source.name not in names and (data / source.folder_name).is_dir()
    ]


def _draw(part: LabeledTexts, rows: int | None, seed: int) -> LabeledTexts:
    """At most ``rows`` of the texts, at random, in their order."""
    if rows is None or rows >= len(part):
        return part
    return part.take(np.sort(np.random.default_rng(seed).choice(len(part), size=rows, replace=False)))

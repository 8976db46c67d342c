"""What a run trains, chooses and reports on: splits of one or several sources, cleared of each other's texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tweetmoji.data import LabelledTexts, Source, find_overlap, open_source, read_evaluation_splits
from tweetmoji.data.sources import FOLDER_SOURCES
from tweetmoji.errors import DataError, SettingError
from tweetmoji.train.settings import SourceChoice


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
    """

    train: list[LabelledTexts]
    val: list[LabelledTexts]
    test: list[LabelledTexts]
    evaluation: list[LabelledTexts]
    removed: dict[str, int]

    def describe(self) -> dict[str, dict[str, object]]:
        """For each source, how many texts were trained on and removed, and the digests of its files."""
        splits = [*self.train, *self.val, *self.test]
        return {
            data.source: {
                "train_texts": len(data),
                "removed_texts": self.removed[data.source],
                "sha256": {split.split: split.sha256 for split in splits if split.source == data.source},
            }
            for data in self.train
        }


def read_corpus(data: Path | None, choices: Sequence[SourceChoice], labels: Sequence[str], seed: int) -> Corpus:
    """Read the sources of a run.

    Every training text is left out that stands in an evaluation split, be it of these sources or of any other that
    lies in the root of all datasets.

    Args:
        data: Root of the datasets, or the folder of the one source; None if all are fetched.
        choices: What to train on.
        labels: Label names of the model.
        seed: Of the draw of rows.

    Raises:
        DataError: A file is missing or damaged, no split is there to choose on, or a source has no text left.
        SettingError: There is no such source, or one is named twice.
    """
    names = [choice.name for choice in choices]
    if len(set(names)) < len(names):
        raise SettingError(f"sources are {', '.join(names)}; expected each once")
    sources = [open_source(name, data, labels) for name in names]
    evaluation = read_evaluation_splits([*sources, *_open_neighbours(data, names, labels)])
    whole = [source.read("train") for source in sources]
    cleared = [leave_out(part, evaluation) for part in whole]
    for part in cleared:
        if not len(part):
            raise DataError(f"source {part.source}: every training text stands in an evaluation split; give it others")
    val = [split for split in evaluation if split.source in names and split.split == "val"]
    if not val:
        raise DataError(f"no val split to choose the best epoch on: {', '.join(names)} has none; add for example home")
    return Corpus(
        train=[_draw(part, choice.rows, seed) for part, choice in zip(cleared, choices, strict=True)],
        val=val,
        test=[split for split in evaluation if split.source in names and split.split == "test"],
        evaluation=evaluation,
        removed={part.source: len(part) - len(left) for part, left in zip(whole, cleared, strict=True)},
    )


def leave_out(part: LabelledTexts, others: Iterable[LabelledTexts]) -> LabelledTexts:
    """The texts that stand in none of the others, in their order."""
    return part.take(np.setdiff1d(np.arange(len(part)), find_overlap(part, others)))


def _open_neighbours(data: Path | None, names: Sequence[str], labels: Sequence[str]) -> list[Source]:
    """The other sources that lie beside those of the run; there are none beside a single source's own folder."""
    if data is None:
        return []
    if not data.exists():  # else a wrong path would go unnoticed where every source of the run is fetched
        raise DataError(f"{data}: no such folder; expected the root of the datasets, or leave out --data")
    return [
        open_source(source.name, data, labels)
        for source in FOLDER_SOURCES
        if source.name not in names and (data / source.folder_name).is_dir()
    ]


def _draw(part: LabelledTexts, rows: int | None, seed: int) -> LabelledTexts:
    """At most ``rows`` of the texts, at random, in their order."""
    if rows is None or rows >= len(part):
        return part
    return part.take(np.sort(np.random.default_rng(seed).choice(len(part), size=rows, replace=False)))

"""The corpus of a run: splits of one or several sources, free of texts that something is scored on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from tweetmoji.data.denials import DENIED_SOURCES
from tweetmoji.data.denials import drop_denials as leave_out_denials
from tweetmoji.data.names import (
    CUSTOM_LABEL_SOURCES,
    EMOTION,
    OWN_DATA_SOURCES,
    SOURCES,
    TRAINING_SOURCES,
    SourceChoice,
)
from tweetmoji.data.overlap import AnyTexts, leave_out
from tweetmoji.data.registry import (
    FOLDER_SOURCES,
    find_own_sources,
    open_source,
    open_training_source,
    read_evaluation_splits,
)
from tweetmoji.data.sources.base import FULL, Source
from tweetmoji.data.sources.divided import DividedTable
from tweetmoji.data.sources.table import TableSource
from tweetmoji.data.texts import LabeledTexts, TrainingTexts
from tweetmoji.emotions import EMOTIONS, NONE
from tweetmoji.errors import DataError, SettingError

COLUMNS: Final = ("text", "label")
"""Names of a table's text column and label column, unless a run has others."""


@dataclass(frozen=True)
class Corpus:
    """The texts of a run.

    Attributes:
        train: Training texts by source, in the order given.
        rows: Source to the number of its training texts that an epoch takes; not of sources that it takes whole.
        val: The val split of each source that has one: for choosing the best epoch.
        test: The test split of each source that has one: for reporting alone.
        evaluation: Every val and test split, those of sources beside the run included: nothing is trained on them.
        removed: Source to the number of training texts left out, because an evaluation split of any source has them or
            the texts that they were made from.
        divided: Sources with splits that share a file, divided here.
        denials: Source to the number of other training texts left out because they deny a feeling; only the sources
            that were searched for such texts.
    """

    train: list[TrainingTexts]
    rows: dict[str, int]
    val: list[LabeledTexts]
    test: list[LabeledTexts]
    evaluation: list[LabeledTexts]
    removed: dict[str, int]
    divided: tuple[str, ...] = ()
    denials: dict[str, int] = field(default_factory=dict)

    @property
    def has_none(self) -> bool:
        """Whether a model can learn that a text has none of its labels, and be calibrated on it: val has such texts."""
        return any(NONE in split.labels for split in self.val)

    def first_scorable(self) -> LabeledTexts:
        """Return the training texts of the first source, which cross-validation scores.

        Raises:
            SettingError: The first source is one to train on only: its texts have no labels, or are synthetic.
        """
        first = self.train[0]
        if not isinstance(first, LabeledTexts) or first.source not in SOURCES:
            scorable = [name for name in TRAINING_SOURCES if name in SOURCES]
            raise SettingError(
                f"source {first.source} comes first, and there is nothing to score on it; expected one of "
                f"{', '.join(scorable)}: name another --source first"
            )
        return first

    def describe(self) -> dict[str, dict[str, object]]:
        """Describe each source as plain JSON types: numbers of texts trained on and removed, digests of the files.

        Splits that share a file have one digest, so the number of texts in each is added.
        """
        splits = [*self.train, *self.val, *self.test]
        return {
            data.source: {
                "train_texts": len(data),
                **({"epoch_texts": self.rows[data.source]} if data.source in self.rows else {}),
                "removed_texts": self.removed[data.source],
                **({"removed_denials": self.denials[data.source]} if data.source in self.denials else {}),
                "sha256": {split.split: split.sha256 for split in splits if split.source == data.source},
                **({"divided": self._count(data.source)} if data.source in self.divided else {}),
            }
            for data in self.train
        }

    def _count(self, source: str) -> dict[str, int]:
        """Count the texts of each split."""
        return {part.split: len(part) for part in (*self.train, *self.val, *self.test) if part.source == source}


def read_corpus(
    data: Path | None,
    choices: Sequence[SourceChoice],
    labels: Sequence[str],
    seed: int,
    columns: tuple[str, str] = COLUMNS,
    *,
    own_data: Path | None = None,
    drop_denials: bool = False,
    none: bool = True,
) -> Corpus:
    """Read the sources of a run.

    A training text is left out if it, or the text that it was made from, is in an evaluation split: of these sources,
    of any other in the root of all datasets or of the project's own data.

    Args:
        data: Root of the datasets, or the folder of the one source; None if all are fetched.
        choices: What to train on.
        labels: Label names of the model.
        seed: Decides the splits of a table that is a single file.
        columns: Names of a table's text column and label column.
        own_data: Folder of the project's own data, whose evaluation splits are held out whether or not they are sources
            of the run; None for none.
        drop_denials: Whether to leave out the training texts of Emotion (dair-ai) that deny a feeling, and texts made
            from them; see `tweetmoji.data.denials`.
        none: Whether the model has the output `tweetmoji.emotions.NONE`. If not, labeled texts of the class ``none``
            are left out of train, val and test.

    Raises:
        DataError: A file is missing or damaged, no source has a val split, a source has no text left, a table has too
            few texts of a label to be divided, or a label of the user's own has no training text.
        SettingError: There is no such source, one is named twice, or one does not go with the labels.
    """
    names = [choice.name for choice in choices]
    if len(set(names)) < len(names):
        raise SettingError(f"sources are {', '.join(names)}; expected each once")
    _check_labels_fit(names, labels)
    sources = _open_sources(data, names, labels, seed, columns, own_data)
    evaluation = read_evaluation_splits([*sources, *_open_neighbors(data, names, labels, own_data)])
    whole = [_keep_known(source.read("train"), none=none) for source in sources]
    cleared = _clear(whole, evaluation, drop_denials=drop_denials)
    scored = [_keep_known(split, none=none) for split in evaluation if split.source in names]
    _check_val(scored, names)
    _check_labels_occur(cleared.train, labels)
    return Corpus(
        train=cleared.train,
        rows={choice.name: choice.rows for choice in choices if choice.rows is not None},
        val=[split for split in scored if split.split == "val"],
        test=[split for split in scored if split.split == "test"],
        evaluation=evaluation,
        removed=cleared.removed,
        divided=tuple(
            source.name for source in sources if isinstance(source, DividedTable) or source.name in OWN_DATA_SOURCES
        ),
        denials=cleared.denials,
    )


class _Cleared(NamedTuple):
    """Training texts that may be trained on; the other fields are those of `Corpus`."""

    train: list[TrainingTexts]
    removed: dict[str, int]
    denials: dict[str, int]


def _clear(whole: Sequence[TrainingTexts], evaluation: Sequence[LabeledTexts], *, drop_denials: bool) -> _Cleared:
    """Leave out the training texts that are in an evaluation split, and then those that deny a feeling."""
    kept = [leave_out(part, evaluation) for part in whole]
    _check_not_empty(kept, "is in an evaluation split")
    searched = DENIED_SOURCES if drop_denials else ()
    affirmed = [leave_out_denials(part) if part.source in searched else part for part in kept]
    _check_not_empty(affirmed, "denies a feeling")
    denials = {source: n for source, n in _count_removed(kept, affirmed).items() if source in searched}
    return _Cleared(affirmed, _count_removed(whole, kept), denials)


def _check_val(scored: Sequence[LabeledTexts], names: Sequence[str]) -> None:
    """Refuse sources without a val split, which the epoch is chosen by."""
    if not any(split.split == "val" for split in scored):
        raise DataError(
            f"no val split to choose the best epoch on: {', '.join(names)} does not have one; "
            f"add for example --source {EMOTION}"
        )


def _keep_known(part: AnyTexts, *, none: bool) -> AnyTexts:
    """Leave out the texts of the class ``none`` for a model that does not know it."""
    return part if none or not isinstance(part, LabeledTexts) else part.without_none()


def _check_not_empty(parts: Sequence[TrainingTexts], what: str) -> None:
    for part in parts:
        if not len(part):
            raise DataError(f"source {part.source}: every training text {what}; give it others")


def _count_removed(before: Sequence[TrainingTexts], after: Sequence[TrainingTexts]) -> dict[str, int]:
    """Count the texts of each source that a step left out."""
    return {part.source: len(part) - len(left) for part, left in zip(before, after, strict=True)}


def _check_labels_fit(names: Sequence[str], labels: Sequence[str]) -> None:
    """Refuse sources with the six emotions for a model with other labels."""
    fixed = [name for name in names if name in TRAINING_SOURCES and name not in CUSTOM_LABEL_SOURCES]
    if fixed and tuple(labels) != EMOTIONS:
        raise SettingError(
            f"source {', '.join(fixed)} is labeled with {', '.join(EMOTIONS)}, and the model has {', '.join(labels)}; "
            f"expected --source {' or '.join(CUSTOM_LABEL_SOURCES)}: choose one of these, or leave out --labels"
        )


def _check_labels_occur(train: Sequence[TrainingTexts], labels: Sequence[str]) -> None:
    """Refuse a label of the user's own without any training text; some of the six emotions may have none."""
    if tuple(labels) == EMOTIONS:
        return
    labeled = [part for part in train if isinstance(part, LabeledTexts)]
    present = {part.labels[target] for part in labeled for target in np.unique(part.targets)}
    missing = [label for label in labels if label not in present]
    if missing:
        raise DataError(
            f"no training text has the label {', '.join(missing)}; expected texts of each of {', '.join(labels)}: "
            "add rows, or take the label out of the file of labels"
        )


def _open_sources(
    data: Path | None,
    names: Sequence[str],
    labels: Sequence[str],
    seed: int,
    columns: tuple[str, str],
    own_data: Path | None,
) -> list[Source]:
    """Open the sources of the run; a table in a single file is divided, since it has no val split."""
    text, label = columns
    opened = [
        open_training_source(name, data, labels, text_column=text, label_column=label, own_data=own_data)
        for name in names
    ]
    return [
        DividedTable(source, seed) if isinstance(source, TableSource) and source.splits == (FULL,) else source
        for source in opened
    ]


def _open_neighbors(
    data: Path | None, names: Sequence[str], labels: Sequence[str], own_data: Path | None
) -> list[Source]:
    """Open the sources beside the run: those in the root of all datasets, and the project's own data.

    A folder of a single source has no other one in it. A model with labels of the user's own is never scored on these
    sources, so for it there are none.
    """
    if data is not None and not data.exists():  # else a wrong path would go unnoticed where every source is fetched
        raise DataError(f"{data}: no such folder; expected the root of the datasets, or leave out --data")
    if tuple(labels) != EMOTIONS:
        return []
    own: list[Source] = [source for source in find_own_sources(own_data, data) if source.name not in names]
    present = [source for source in FOLDER_SOURCES if data is not None and (data / source.folder_name).is_dir()]
    return [*(open_source(source.name, data, labels) for source in present if source.name not in names), *own]

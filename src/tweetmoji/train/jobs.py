"""The training jobs and what each is told: one model, cross-validation, a teacher, suggestions. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tweetmoji.data import LabelSet, SourceChoice
from tweetmoji.data.corpus import COLUMNS
from tweetmoji.data.names import EMOTION, TABLE
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import SettingError
from tweetmoji.train.settings import SuggestionSettings, TrainSettings

SUGGESTIONS: Final = "suggestions"
"""Key of a model's provenance and metrics for what its suggestions were learned from: they come after the run."""

MIN_FOLDS: Final = 2
"""Fewest folds: a model needs texts to learn from and texts to predict."""


@dataclass(frozen=True)
class CorpusChoice:
    """Which texts to learn from.

    Attributes:
        data: Root of the datasets, or the folder of the one source (for ``table`` also a file); None if every source
            is downloaded.
        sources: The sources, and how many texts of each.
        columns: Names of a table's text column and label column.
        own_data: Folder of the project's own data, whose evaluation splits are held out; see
            `tweetmoji.data.read_corpus`.
        drop_denials: Whether to leave out the training texts of Emotion (dair-ai) that deny a feeling; see
            `tweetmoji.data.denials`.

    Raises:
        SettingError: No source is named, or columns are named and no table is read.
    """

    data: Path | None
    sources: tuple[SourceChoice, ...] = (SourceChoice(EMOTION),)
    columns: tuple[str, str] = COLUMNS
    own_data: Path | None = None
    drop_denials: bool = False

    def __post_init__(self) -> None:
        if not self.sources:
            raise SettingError("no source is named; expected at least one, for example --source emotion")
        if self.columns != COLUMNS and TABLE not in {source.name for source in self.sources}:
            raise SettingError(
                f"columns are {' and '.join(self.columns)}, and only a table has columns; expected --source {TABLE}: "
                "add it, or leave the columns out"
            )


@dataclass(frozen=True)
class StudentData:
    """What a student learns from a teacher.

    Attributes:
        teacher: File of the teacher's logits, see `tweetmoji.train.distillation.teacher_logits`.
        unlabeled: Collections of texts, see `tweetmoji.data.unlabeled`, and how many texts of each an epoch takes: each
            epoch draws others. None takes all.

    Raises:
        SettingError: No collection is named, or one is named twice.
    """

    teacher: Path
    unlabeled: tuple[SourceChoice, ...]

    def __post_init__(self) -> None:
        _check_collections([choice.name for choice in self.unlabeled])


@dataclass(frozen=True, kw_only=True)
class FineTuningJob:
    """What every training job is told.

    Attributes:
        corpus: Which texts to learn from.
        base: A Hugging Face model folder, or the id of a model on the Hub.
        out: What to write: a folder for a model, a file for probabilities or logits.
        settings: Settings of the fine-tuning.
    """

    corpus: CorpusChoice
    base: str
    out: Path
    settings: TrainSettings = field(default_factory=TrainSettings)

    @property
    def checkpoints(self) -> Path:
        """Checkpoint folder, beside ``out``.

        It holds the only float32 weights, which `tweetmoji.train.export_hugging_face` needs. Remove it when no export
        is planned and ``out`` is written.
        """
        from tweetmoji.train.loop.checkpoints import checkpoint_folder  # imports torch

        return checkpoint_folder(self.out)


@dataclass(frozen=True, kw_only=True)
class ModelJob(FineTuningJob):
    """What is told to a job that trains models with labels.

    Attributes:
        labels: Labels and emoji of the models.
        student_data: What to learn from a teacher, in addition to the corpus.

    Raises:
        SettingError: A model with your own labels is to learn from a teacher, which knows only the emotions and none.
    """

    labels: LabelSet = field(default_factory=LabelSet)
    student_data: StudentData | None = None

    def __post_init__(self) -> None:
        if self.student_data and self.labels.labels != EMOTIONS:
            raise SettingError(
                f"a teacher has the labels {', '.join(EMOTIONS)}, and the model has {', '.join(self.labels.labels)}; "
                "expected a model with these emotions: leave out the teacher"
            )


@dataclass(frozen=True, kw_only=True)
class TrainingRun(ModelJob):
    """One model: ``out`` is the folder of its artifact.

    Attributes:
        score_test: Whether to score the test splits too. Leave them alone while you compare models.
    """

    score_test: bool = True


@dataclass(frozen=True, kw_only=True)
class CrossValidationRun(ModelJob):
    """One model for each fold: ``out`` is the .npz file of the out-of-fold probabilities.

    The folds divide the first source, which must have labels to score. Other sources only add to the training texts.

    Attributes:
        folds: Number of folds, at least `MIN_FOLDS`.

    Raises:
        SettingError: ``folds`` is too small, or ``out`` is not the name of a .npz file; or as `ModelJob`.
    """

    folds: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_suffix(self.out)
        if self.folds < MIN_FOLDS:
            raise SettingError(f"folds is {self.folds}; expected at least {MIN_FOLDS}")


@dataclass(frozen=True, kw_only=True)
class TeacherRun(FineTuningJob):
    """One teacher of the six emotions and none: ``out`` is the .npz file of its logits.

    Attributes:
        unlabeled: Collections of texts to compute logits for; see `tweetmoji.data.unlabeled`.

    Raises:
        SettingError: ``out`` is not the name of a .npz file, or no collection is named, or one twice.
    """

    unlabeled: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_suffix(self.out)
        _check_collections(self.unlabeled)


@dataclass(frozen=True, kw_only=True)
class SuggestionsRun:
    """The suggestions of one model: ``out`` is the folder of the artifact that has them.

    Attributes:
        model: Folder of a finished model.
        data: Root of the datasets, which holds TweetEval's emoji task.
        out: The folder to write; may be that of the model.
        own_data: Folder of the project's own data, whose evaluation splits are held out; None for none.
        settings: Settings of the fit.
    """

    model: Path
    data: Path
    out: Path
    own_data: Path | None = None
    settings: SuggestionSettings = field(default_factory=SuggestionSettings)


def _check_suffix(out: Path) -> None:
    if out.suffix != ".npz":
        raise SettingError(f"--out {out}: expected the name of a file that ends in .npz")


def _check_collections(names: Sequence[str]) -> None:
    """Refuse no collection of unlabeled texts, and one named twice."""
    if not names:
        raise SettingError("no unlabeled texts are named; expected at least one, for example --unlabeled tweets")
    if len(set(names)) < len(names):
        raise SettingError(f"unlabeled texts are {', '.join(names)}; expected each once")

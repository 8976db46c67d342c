"""Training: from labeled texts to an artifact on disk. Needs torch; the rest of the program sees only the artifact."""

import importlib
from typing import TYPE_CHECKING, Any, Final

from tweetmoji.errors import needs_extra
from tweetmoji.train.settings import SuggestionSettings, TrainSettings

if TYPE_CHECKING:
    from tweetmoji.train.cross_validation import cross_validate
    from tweetmoji.train.distillation.teacher import train_teacher
    from tweetmoji.train.export.hugging_face import export_hugging_face
    from tweetmoji.train.jobs import (
        CorpusChoice,
        CrossValidationRun,
        StudentData,
        SuggestionsRun,
        TeacherRun,
        TrainingRun,
    )
    from tweetmoji.train.run import train
    from tweetmoji.train.suggestions.run import train_suggestions

__all__ = [
    "CorpusChoice",
    "CrossValidationRun",
    "StudentData",
    "SuggestionSettings",
    "SuggestionsRun",
    "TeacherRun",
    "TrainSettings",
    "TrainingRun",
    "cross_validate",
    "export_hugging_face",
    "train",
    "train_suggestions",
    "train_teacher",
]

MODULES: Final = {
    "CorpusChoice": "jobs",
    "CrossValidationRun": "jobs",
    "StudentData": "jobs",
    "SuggestionsRun": "jobs",
    "TeacherRun": "jobs",
    "TrainingRun": "jobs",
    "cross_validate": "cross_validation",
    "export_hugging_face": "export.hugging_face",
    "train": "run",
    "train_suggestions": "suggestions.run",
    "train_teacher": "distillation.teacher",
}
"""Name to the module that it is in."""


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a module once one of its names is used: the command line's help needs only the settings."""
    if name in MODULES:
        with needs_extra("train"):
            return getattr(importlib.import_module(f"tweetmoji.train.{MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""From labeled texts to an artifact on disk, with torch; the rest of the program knows training only through that."""

import importlib
from typing import TYPE_CHECKING, Any, Final

from tweetmoji.errors import needs_extra
from tweetmoji.train.settings import TrainSettings

if TYPE_CHECKING:
    from tweetmoji.train.cross_validation import cross_validate
    from tweetmoji.train.distillation.student_data import StudentData
    from tweetmoji.train.distillation.teacher import train_teacher
    from tweetmoji.train.export.hugging_face import export_hugging_face
    from tweetmoji.train.run import TrainingRun, train

__all__ = [
    "StudentData",
    "TrainSettings",
    "TrainingRun",
    "cross_validate",
    "export_hugging_face",
    "train",
    "train_teacher",
]

MODULES: Final = {
    "StudentData": "distillation.student_data",
    "TrainingRun": "run",
    "export_hugging_face": "export.hugging_face",
    "train_teacher": "distillation.teacher",
    "train": "run",
    "cross_validate": "cross_validation",
}
"""What takes torch, and the module that it is in."""


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import torch only once it is needed: the settings alone do without."""
    if name in MODULES:
        with needs_extra("train"):
            return getattr(importlib.import_module(f"tweetmoji.train.{MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

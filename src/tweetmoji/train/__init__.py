"""From labelled texts to an artefact on disk, with torch; the rest of the program knows training only through that."""

import importlib
from typing import TYPE_CHECKING, Any, Final

from tweetmoji.errors import needs_extra
from tweetmoji.train.settings import SourceChoice, TrainSettings, parse_choice

if TYPE_CHECKING:
    from tweetmoji.train.folds import train_folds
    from tweetmoji.train.hugging_face import export_hugging_face
    from tweetmoji.train.lessons import Lessons
    from tweetmoji.train.recipe import TrainingRun, train
    from tweetmoji.train.teaching import teach

__all__ = [
    "Lessons",
    "SourceChoice",
    "TrainSettings",
    "TrainingRun",
    "export_hugging_face",
    "parse_choice",
    "teach",
    "train",
    "train_folds",
]

MODULES: Final = {
    "Lessons": "lessons",
    "TrainingRun": "recipe",
    "export_hugging_face": "hugging_face",
    "teach": "teaching",
    "train": "recipe",
    "train_folds": "folds",
}
"""What takes torch, and the module that it is in."""


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import torch only once it is needed: the settings alone do without."""
    if name in MODULES:
        with needs_extra("train"):
            return getattr(importlib.import_module(f"tweetmoji.train.{MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

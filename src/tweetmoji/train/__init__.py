"""From labelled texts to an artefact on disk, with torch; the rest of the program knows training only through that."""

from typing import TYPE_CHECKING, Any

from tweetmoji.errors import needs_extra
from tweetmoji.train.settings import SourceChoice, TrainSettings, parse_choice

if TYPE_CHECKING:
    from tweetmoji.train.folds import train_folds
    from tweetmoji.train.recipe import TrainingRun, train

__all__ = ["SourceChoice", "TrainSettings", "TrainingRun", "parse_choice", "train", "train_folds"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import torch only once it is needed: the settings alone do without."""
    if name in {"TrainingRun", "train", "train_folds"}:
        with needs_extra("train"):
            from tweetmoji.train import folds, recipe
        return getattr(folds if name == "train_folds" else recipe, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

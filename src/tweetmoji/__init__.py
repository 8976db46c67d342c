"""tweetmoji: the emoji that fits a tweet best, with a confidence you can believe.

>>> import tweetmoji
>>> emojifier = tweetmoji.load()
>>> emojifier("Today is a good day!").emoji
'😂'

Importing this package imports neither the inference engine nor the tokenizer; `load` does.
"""

from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import (
    ArtifactError,
    DataError,
    FolderError,
    MissingExtraError,
    ServeError,
    SettingError,
    TrainingError,
    TweetmojiError,
)
from tweetmoji.runtime.emojifier import Emojifier, Prediction, load

__all__ = [
    "EMOTIONS",
    "ArtifactError",
    "DataError",
    "Emojifier",
    "FolderError",
    "MissingExtraError",
    "Prediction",
    "ServeError",
    "SettingError",
    "TrainingError",
    "TweetmojiError",
    "__version__",
    "load",
]


def __getattr__(name: str) -> str:
    """Look the version up only when it is asked for: reading package metadata takes milliseconds."""
    if name == "__version__":
        from importlib.metadata import version

        return version("tweetmoji")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

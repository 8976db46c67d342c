"""tweetmoji: the emoji that fits a tweet best, with a confidence you can believe.

>>> import tweetmoji
>>> emojifier = tweetmoji.load()
>>> emojifier("Today is a good day!").emoji
'😂'

Importing this package imports none of its modules; each public name imports its own on first use.
"""

TYPE_CHECKING = False  # as type checkers have it; importing typing would take longer than all else here
if TYPE_CHECKING:
    from tweetmoji.emotions import EMOTIONS
    from tweetmoji.errors import (
        ArtifactError,
        DataError,
        FolderError,
        MissingExtraError,
        NoSuggestionsError,
        ServeError,
        SettingError,
        TooManyWordsError,
        TrainingError,
        TweetmojiError,
    )
    from tweetmoji.label.table import label_table
    from tweetmoji.runtime.emojifier import Emojifier, Prediction, load
    from tweetmoji.runtime.explain import Explanation, WordWeight
    from tweetmoji.runtime.suggestions import Suggestion

    __version__: str

__all__ = [
    "EMOTIONS",
    "ArtifactError",
    "DataError",
    "Emojifier",
    "Explanation",
    "FolderError",
    "MissingExtraError",
    "NoSuggestionsError",
    "Prediction",
    "ServeError",
    "SettingError",
    "Suggestion",
    "TooManyWordsError",
    "TrainingError",
    "TweetmojiError",
    "WordWeight",
    "__version__",
    "label_table",
    "load",
]

_MODULES = {
    "EMOTIONS": "tweetmoji.emotions",
    "Emojifier": "tweetmoji.runtime.emojifier",
    "Explanation": "tweetmoji.runtime.explain",
    "Prediction": "tweetmoji.runtime.emojifier",
    "Suggestion": "tweetmoji.runtime.suggestions",
    "WordWeight": "tweetmoji.runtime.explain",
    "label_table": "tweetmoji.label.table",
    "load": "tweetmoji.runtime.emojifier",
}
"""Public names to their modules; all others are errors."""


def __getattr__(name: str) -> object:
    """Import a public name on first use: the command line can then end at once when it is interrupted."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":  # from the package's metadata, which takes milliseconds to read
        from importlib.metadata import version

        value: object = version("tweetmoji")
    else:
        from importlib import import_module

        value = getattr(import_module(_MODULES.get(name, "tweetmoji.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, used yet or not."""
    return sorted({*globals(), *__all__})

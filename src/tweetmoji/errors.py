"""The errors that tweetmoji raises for mistakes of people, files and machines.

All derive from `TweetmojiError`, so one ``except`` catches them. Each message says what came, what was expected and
what to do. A wrong argument type is a plain `TypeError`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

MAX_SHOWN_CHARS: Final = 200
"""Characters of another program's message that ours repeat."""


class TweetmojiError(Exception):
    """Base of every error that tweetmoji raises on purpose."""


class ArtifactError(TweetmojiError):
    """A model folder is missing, incomplete, damaged, foreign, or older or newer than this program."""


class DataError(TweetmojiError):
    """A dataset file is missing, unreadable or holds a line that does not fit."""


class FolderError(TweetmojiError):
    """A folder to write to is a file, or holds something already."""


class SettingError(TweetmojiError, ValueError):
    """A setting or argument has a value that is not possible."""


class NoSuggestionsError(TweetmojiError):
    """Suggestions were asked of a model that has none."""


class TooManyWordsError(TweetmojiError, ValueError):
    """An explanation was asked of a text with more words than are weighed."""


class TrainingError(TweetmojiError):
    """Training cannot start or go on; the message says why and what to change."""


class ServeError(TweetmojiError):
    """The server cannot start; the message says why and what to change."""


class MissingExtraError(TweetmojiError, ImportError):
    """An optional part was used without the packages that it needs."""


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Turn a failed import of an optional package into the advice how to install it.

    Of blocks within each other the outermost counts: ``train`` brings what ``evaluate`` needs.

    Raises:
        MissingExtraError: The block imports a package that is not installed; the message names the ``pip install``.
    """
    try:
        yield
    except (ModuleNotFoundError, MissingExtraError) as error:
        if error.name is None or error.name.partition(".")[0] == "tweetmoji":
            raise
        raise MissingExtraError(
            f"this needs {error.name!r}, which is not installed; in a clone, run: pip install '.[{extra}]'",
            name=error.name,
        ) from None


def shorten(error: BaseException) -> str:
    """Put an error's message on one line of at most `MAX_SHOWN_CHARS`; give its type's name where it says nothing."""
    return " ".join(str(error).split())[:MAX_SHOWN_CHARS] or type(error).__name__

"""Unlabeled texts, which a student learns from a teacher on.

Two folders of the root of all datasets hold tweets: ``unlabelled/tweets.txt``, a tweet a line, and
``tweeteval-emoji/``, with the emoji that their authors used (`EmojiSource`). That dataset took the emoji out of the
texts; here they are put back at the end. The third collection is the training texts of Emotion (dair-ai) that deny a
feeling, without their labels, which are wrong (`tweetmoji.data.denials`).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tweetmoji.data.denials import denies_feeling
from tweetmoji.data.lines import read_lines
from tweetmoji.data.names import DENIALS, EMOJI_TWEETS, TWEETS, UNLABELED
from tweetmoji.data.sources.base import FULL
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.tweeteval import EmojiSource
from tweetmoji.data.texts import UnlabeledTexts
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import SettingError

TWEETS_FOLDER: Final = "unlabelled"
"""Folder of ``tweets.txt``."""

UNLABELED_FOLDERS: Final = (TWEETS_FOLDER, EmojiSource.folder_name)
"""Folders of the root of all datasets that hold the collections of tweets."""


def read_unlabeled(name: str, root: Path) -> UnlabeledTexts:
    """Read a collection of unlabeled texts.

    Args:
        name: One of `tweetmoji.data.names.UNLABELED`.
        root: Root of all datasets.

    Raises:
        DataError: A file is missing or damaged.
        SettingError: There is no such collection.
    """
    if name == TWEETS:
        content = read_lines(root / TWEETS_FOLDER / "tweets.txt", "a tweet a line")
        return _collect(name, FULL, content.lines, content.sha256)
    if name == EMOJI_TWEETS:
        return _read_emoji_tweets(root)
    if name == DENIALS:
        return _read_denials(root)
    raise SettingError(f"unknown texts {name!r}; expected one of {', '.join(UNLABELED)}")


def read_collections(names: Sequence[str], root: Path | None) -> list[UnlabeledTexts]:
    """Read collections of unlabeled texts, at least one.

    Args:
        names: Some of `tweetmoji.data.names.UNLABELED`.
        root: Root of all datasets.

    Raises:
        DataError: A file is missing or damaged.
        SettingError: There is no such collection, or ``root`` is None.
    """
    if root is None:
        raise SettingError(
            f"unlabeled texts {', '.join(names)} need a folder; name it with --data or TWEETMOJI_DATA_DIR"
        )
    return [read_unlabeled(name, root) for name in names]


def describe_collections(collections: Iterable[UnlabeledTexts]) -> dict[str, str]:
    """Name of each collection to the hex SHA-256 of its files."""
    return {collection.source: collection.sha256 for collection in collections}


def _read_emoji_tweets(root: Path) -> UnlabeledTexts:
    tweets = EmojiSource(root).read("train")
    texts = [
        f"{text.rstrip()} {tweets.labels[target]}" for text, target in zip(tweets.texts, tweets.targets, strict=True)
    ]
    return _collect(EMOJI_TWEETS, tweets.split, texts, tweets.sha256)


def _read_denials(root: Path) -> UnlabeledTexts:
    texts = EmotionSource(root, EMOTIONS).read("train")
    denied = [text for text in texts.texts if denies_feeling(text)]
    return _collect(DENIALS, texts.split, denied, texts.sha256)


def _collect(name: str, split: str, texts: list[str], sha256: str) -> UnlabeledTexts:
    return UnlabeledTexts(source=name, split=split, texts=texts, rows=np.arange(1, len(texts) + 1), sha256=sha256)

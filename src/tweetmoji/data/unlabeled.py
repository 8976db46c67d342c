"""Unlabeled texts, which a student learns from a teacher on.

Two folders of the root of all datasets hold them: ``unlabelled/tweets.txt``, a tweet a line, and ``tweeteval-emoji/``
with ``train_text.txt``, ``train_labels.txt`` and ``mapping.txt``, tweets and the emoji that their authors used
(Barbieri et al. 2018, SemEval-2018 task 2). That dataset took the emoji out of the texts; here they are put back at the
end.
"""

from pathlib import Path
from typing import Final

import numpy as np

from tweetmoji.data.lines import combine_digests, read_lines
from tweetmoji.data.names import EMOJI_TWEETS, TWEETS, UNLABELED
from tweetmoji.data.sources.base import FULL
from tweetmoji.data.texts import UnlabeledTexts
from tweetmoji.errors import DataError, SettingError

UNLABELED_FOLDERS: Final = ("unlabelled", "tweeteval-emoji")
"""Folders of the root of all datasets that hold the collections."""


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
        content = read_lines(root / "unlabelled" / "tweets.txt", "a tweet a line")
        return _collect(name, FULL, content.lines, content.sha256)
    if name == EMOJI_TWEETS:
        return _read_emoji_tweets(root / "tweeteval-emoji")
    raise SettingError(f"unknown texts {name!r}; expected one of {', '.join(UNLABELED)}")


def _read_emoji_tweets(folder: Path) -> UnlabeledTexts:
    texts = read_lines(folder / "train_text.txt", "a tweet a line")
    numbers = read_lines(folder / "train_labels.txt", "a label number a line")
    mapping = read_lines(folder / "mapping.txt", "number<TAB>emoji lines")
    if len(texts.lines) != len(numbers.lines):
        raise DataError(
            f"{folder}: {len(texts.lines)} texts and {len(numbers.lines)} labels; expected as many lines in "
            "train_text.txt as in train_labels.txt: fetch both again"
        )
    fields = [line.split("\t") for line in mapping.lines]
    emoji = {row[0]: row[1] for row in fields if len(row) > 1}
    for line, number in enumerate(numbers.lines, start=1):
        if number.strip() not in emoji:
            raise DataError(f"{folder / 'train_labels.txt'}:{line}: unknown label {number!r}; see mapping.txt")
    return _collect(
        EMOJI_TWEETS,
        "train",
        [f"{text.rstrip()} {emoji[number.strip()]}" for text, number in zip(texts.lines, numbers.lines, strict=True)],
        combine_digests(texts.sha256, numbers.sha256, mapping.sha256),
    )


def _collect(name: str, split: str, texts: list[str], sha256: str) -> UnlabeledTexts:
    return UnlabeledTexts(source=name, split=split, texts=texts, rows=np.arange(1, len(texts) + 1), sha256=sha256)

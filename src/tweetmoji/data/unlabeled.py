"""Texts without labels: what a student learns from a teacher on.

Two folders of the root of all datasets hold them: ``unlabelled/tweets.txt``, a tweet a line, and ``tweeteval-emoji/``
with ``train_text.txt``, ``train_labels.txt`` and ``mapping.txt``, tweets and the emoji that their authors used
(Barbieri et al. 2018, SemEval-2018 task 2), which were taken out of the texts and are put back at the end.
"""

from pathlib import Path

from tweetmoji.data.lines import read_lines
from tweetmoji.data.names import EMOJI_TWEETS, TWEETS, UNLABELED
from tweetmoji.errors import DataError, SettingError


def read_unlabeled(name: str, root: Path) -> list[str]:
    """Read the texts of one of `UNLABELED`.

    Raises:
        DataError: A file is missing or damaged.
        SettingError: There is no such collection.
    """
    if name == TWEETS:
        return read_lines(root / "unlabelled" / "tweets.txt", "a tweet a line").lines
    if name == EMOJI_TWEETS:
        return _read_emoji_tweets(root / "tweeteval-emoji")
    raise SettingError(f"unknown texts {name!r}; expected one of {', '.join(UNLABELED)}")


def _read_emoji_tweets(folder: Path) -> list[str]:
    texts = read_lines(folder / "train_text.txt", "a tweet a line").lines
    numbers = read_lines(folder / "train_labels.txt", "a label number a line").lines
    if len(texts) != len(numbers):
        raise DataError(f"{folder}: {len(texts)} texts and {len(numbers)} labels; the two files must be in step")
    rows = [line.split("\t") for line in read_lines(folder / "mapping.txt", "number<TAB>emoji lines").lines]
    emoji = {row[0]: row[1] for row in rows if len(row) > 1}
    for line, number in enumerate(numbers, start=1):
        if number.strip() not in emoji:
            raise DataError(f"{folder / 'train_labels.txt'}:{line}: unknown label {number!r}; see mapping.txt")
    return [f"{text.rstrip()} {emoji[number.strip()]}" for text, number in zip(texts, numbers, strict=True)]

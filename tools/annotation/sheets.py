"""Which tweets are annotated: drawn at random, and written to sheets for the readers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tweetmoji.data import comparison_key, read_unlabeled
from tweetmoji.data.keys import hash_texts
from tweetmoji.data.lines import read_lines
from tweetmoji.data.names import TWEET_COLLECTIONS
from tweetmoji.data.near_copies import find_cleaned_copies
from tweetmoji.errors import DataError
from tweetmoji.files import replacing_folder, write_text
from tweetmoji.text import clean, normalize

TWEETS: Final = {"test": 800, "train": 2200}
"""Part to its number of tweets."""

SHEETS: Final = {"test": 2, "train": 6}
"""Part to its number of sheets: up to 400 tweets each, which a reader gets through without losing the thread."""


def read_tweets(root: Path) -> list[str]:
    """Read the tweets to draw from: all collections of unlabeled texts, each normalized text once.

    The val split of the emoji tweets is left out. Some of its tweets are in the training split too, so the texts are
    compared, without their emoji.

    Args:
        root: Root of all datasets.

    Raises:
        DataError: A file is missing or damaged.
    """
    val = read_lines(root / "tweeteval-emoji" / "val_text.txt", "a tweet a line").lines
    held_out = {comparison_key(text) for text in val}
    distinct: dict[str, str] = {}
    for name in TWEET_COLLECTIONS:
        for text in read_unlabeled(name, root).texts:
            if comparison_key(text) not in held_out:
                distinct.setdefault(normalize(text), text)
    return list(distinct.values())


def draw_tweets(tweets: Sequence[str], sizes: Mapping[str, int], seed: int) -> dict[str, list[str]]:
    """Draw the tweets of ``test`` at random, then those of ``train`` from the rest without near copies of the former.

    Args:
        tweets: The tweets to draw from.
        sizes: Number of tweets of ``test`` and ``train``.
        seed: Decides the draw.

    Raises:
        DataError: There are too few tweets.
    """
    order = np.random.default_rng(seed).permutation(len(tweets))
    shuffled = [tweets[i] for i in order]
    test, rest = shuffled[: sizes["test"]], shuffled[sizes["test"] :]
    copies = find_cleaned_copies(rest, test)
    train = [text for i, text in enumerate(rest) if i not in copies][: sizes["train"]]
    drawn = {"test": test, "train": train}
    for name, texts in drawn.items():
        if len(texts) < sizes[name]:
            raise DataError(
                f"{len(tweets):,} different tweets leave {len(texts):,} for {name}; expected {sizes[name]:,}: "
                "fetch all files of unlabelled/ and tweeteval-emoji/"
            )
    return drawn


def write_sheets(folder: Path, drawn: Mapping[str, Sequence[str]]) -> None:
    """Write ``hash<TAB>text`` lines to ``test-1.tsv``, ``train-1.tsv`` and so on; the text is cleaned, on one line.

    Args:
        folder: A new or an empty folder.
        drawn: Part to its tweets.

    Raises:
        FolderError: The folder is a file or holds something.
    """
    with replacing_folder(folder) as temporary:
        for name, texts in drawn.items():
            lines = [f"{key}\t{clean(text)}\n" for key, text in zip(hash_texts(texts), texts, strict=True)]
            sizes = [len(part) for part in np.array_split(np.arange(len(lines)), SHEETS[name])]
            for number, size in enumerate(sizes, start=1):
                sheet, lines = lines[:size], lines[size:]
                write_text(temporary / f"{name}-{number}.tsv", "".join(sheet))


def find_sheets(folder: Path, name: str) -> list[Path]:
    """List the sheets of a part.

    Raises:
        DataError: One is missing.
    """
    paths = [folder / f"{name}-{number}.tsv" for number in range(1, SHEETS[name] + 1)]
    for path in paths:
        if not path.is_file():
            raise DataError(f"{path}: no such file; expected a sheet: write all with draw --out {folder}")
    return paths

"""Small datasets in the formats of the real ones, all of whose texts were made up for the tests.

The tiny model of ``conftest.py`` predicts the label of each text from the one word of `EMOTION_WORDS` in it, so it is
known beforehand how many of these labels it gets right: see `RIGHT`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tweetmoji.data import LabeledTexts
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.keys import hash_texts
from tweetmoji.emotions import EMOTIONS

EMOTION = {
    "train": "so sad;sadness\n",
    "val": """\
i am so happy;joy
happy today;joy
happy again;joy
a happy dog; a happy cat;love
this is sad;sadness
sad rain;sadness
sad and late;anger
i adore you;love
furious;anger
very furious;anger
scared of the dark;fear
i was astonished;joy
""",
    "test": "happy;joy\nsad;joy\n",
}

# 0 anger, 1 joy, 2 optimism, 3 sadness; the tiny model predicts love for "adore", which counts as TweetEval's joy
TWEETEVAL_LABELS = ("anger", "joy", "optimism", "sadness")
TWEETEVAL = {
    "train": "furious;0\n",
    "val": "i am furious;0\nso happy;1\ni adore you;1\na good day;2\nthis is sad;3\nhappy rain;3\n",
}

# numbers of `GOEMOTIONS_LABELS`; rows of two emotions, and neutral ones, do not count
GOEMOTIONS_LABELS = ("anger", "annoyance", "fear", "joy", "love", "sadness", "surprise", "neutral")
GOEMOTIONS = {
    "train": "so happy\t3\ta\n",
    "dev": "furious\t0,1\tb\nthis is sad\t5\tc\nthe rain is home\t7\td\ni was astonished\t6\te\nso happy\t3,5\tf\n",
    "test": "scared\t2\tg\ni adore my dog\t4\th\nhappy\t5\ti\n",
}

WRITTEN = {
    "test": (
        "the dentist called and i hung up scared\tfear\timplied\ttest-1\n"
        "the dentist called and i hung up happy\tjoy\timplied\ttest-1\n"
        "we all danced until the lights came on\tjoy\tplain\t\n"
        "the bus leaves at nine\tnone\tneutral\t\n"
    ),
    "train-a": (
        "sad once more\tsadness\tplain\ta-1\n"
        "happy once more\tjoy\tplain\ta-1\n"
        "scared all night\tfear\tplain\ta-31\n"
        "furious all night\tanger\tplain\ta-31\n"
        "furious rain\tanger\tplain\t\n"
    ),
    "train-b": "the rain is home\tnone\tneutral\t\na happy day\tjoy\tplain\t\n",
}
"""File of the written texts to its rows. By its hash, the pair a-31 is val."""

EMOJI_TWEETS = ("i adore my garden ❤",)
ANNOTATED = {
    "test": (
        ("hash", "label_1", "label_2"),
        (
            ("so happy about the last train home tonight", "joy\tjoy"),
            ("i adore my garden ❤", "love\tjoy"),
            ("the shop opens at ten", "none\tnone"),
            ("crying and laughing at once", "mixed\tsadness"),
        ),
    ),
    "train": (
        ("hash", "label"),
        (
            ("happy dog", "joy"),
            ("sad dog", "sadness"),
            ("late dog", "mixed"),
            ("dog for sale", "none"),
            ("dog 5", "joy"),
        ),
    ),
}
"""Part of the annotated tweets to its columns, and its tweets with their labels.

By their hashes, the first and the fourth of train are val.
"""

RIGHT = {
    ("emotion", "val"): (9, 12),
    ("emotion", "test"): (1, 2),
    ("tweeteval", "val"): (5, 6),
    ("goemotions", "val"): (3, 3),
    ("goemotions", "test"): (2, 3),
}
"""Right predictions of the tiny model, and texts, of each evaluation split, in the order of `find_sources`."""


def write_emotion(folder: Path, files: Mapping[str, str] = EMOTION) -> Path:
    """Write ``text;label`` files; ``files`` maps each split to its content."""
    return write_files(folder, {f"{split}.txt": content for split, content in files.items()})


def write_tweeteval(folder: Path, files: Mapping[str, str] = TWEETEVAL) -> Path:
    """Write texts and label numbers to files of their own; ``files`` maps each split to ``text;number`` lines."""
    numbered = "".join(f"{number}\t{label}\n" for number, label in enumerate(TWEETEVAL_LABELS))
    written = {"mapping.txt": numbered}
    for split, content in files.items():
        texts, numbers = zip(*(line.split(";") for line in content.splitlines()), strict=True)
        written[f"{split}_text.txt"] = "".join(f"{text}\n" for text in texts)
        written[f"{split}_labels.txt"] = "".join(f"{number}\n" for number in numbers)
    return write_files(folder, written)


def write_goemotions(
    folder: Path, files: Mapping[str, str] = GOEMOTIONS, labels: Sequence[str] = GOEMOTIONS_LABELS
) -> Path:
    """Write tab-separated files with label numbers; ``files`` maps train, dev and test to their content."""
    names = "".join(f"{label}\n" for label in labels)
    return write_files(folder, {f"{name}.tsv": content for name, content in files.items()} | {"labels.txt": names})


def write_datasets(root: Path) -> Path:
    """Write the three folders by which a root of datasets is recognized."""
    write_emotion(root / "emotion")
    write_tweeteval(root / "tweeteval-emotion")
    write_goemotions(root / "goemotions")
    return root


def write_own_data(folder: Path) -> Path:
    """Write the project's own data: `WRITTEN` and `ANNOTATED`, whose tweets `write_tweets` writes."""
    header = "text\tlabel\tcapability\tpair\n"
    write_files(folder / "written", {f"{name}.tsv": header + rows for name, rows in WRITTEN.items()})
    annotated = {
        f"{name}.tsv": "\t".join(columns)
        + "\n"
        + "".join(f"{hash_texts([text])[0]}\t{labels}\n" for text, labels in rows)
        for name, (columns, rows) in ANNOTATED.items()
    }
    write_files(folder / "annotated", annotated)
    return folder


def write_tweets(root: Path) -> Path:
    """Write the collections of unlabeled texts, with the tweets of `ANNOTATED`."""
    tweets = [text for _, rows in ANNOTATED.values() for text, _ in rows if text not in EMOJI_TWEETS]
    write_files(root / "unlabelled", {"tweets.txt": "".join(f"{text}\n" for text in [*tweets, "nobody read this"])})
    files = {
        "mapping.txt": "0\t❤\t_red_heart_\n",
        "train_text.txt": "".join(f"{text.removesuffix(' ❤')} \n" for text in EMOJI_TWEETS),
        "train_labels.txt": "0\n" * len(EMOJI_TWEETS),
        "val_text.txt": "roses again\n",
        "val_labels.txt": "0\n",
    }
    write_files(root / "tweeteval-emoji", files)
    return root


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files with these contents to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def make_labeled(
    pairs: Sequence[tuple[str, str]],
    *,
    labels: Sequence[str] = EMOTIONS,
    source: str = "emotion",
    split: str = "train",
    rows: Sequence[int] | None = None,
    sha256: str = "0" * 64,
    parents: list[str | None] | None = None,
) -> LabeledTexts:
    """Make labeled texts of ``(text, label)`` pairs; rows count from 1 unless they are given."""
    return LabeledTexts(
        source=source,
        split=split,
        texts=[text for text, _ in pairs],
        targets=np.array([tuple(labels).index(label) for _, label in pairs], dtype=np.int64),
        labels=tuple(labels),
        class_map=identity_map(labels),
        rows=np.array(rows or range(1, len(pairs) + 1), dtype=np.int64),
        sha256=sha256,
        parents=parents,
    )

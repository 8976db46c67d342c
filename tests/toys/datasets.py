"""Small datasets in the formats of the real ones, all of whose texts were made up for the tests.

The tiny model of ``conftest.py`` answers each text by the one word of `EMOTION_WORDS` in it, so how many of these
labels it gets right is known beforehand; `RIGHT` says it.
"""

from pathlib import Path

HOME = {
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

# 0 anger, 1 joy, 2 optimism, 3 sadness; what adores is love to the model, which counts as TweetEval's joy
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

RIGHT = {
    ("emotion", "val"): (9, 12),
    ("emotion", "test"): (1, 2),
    ("tweeteval", "val"): (5, 6),
    ("goemotions", "val"): (3, 3),
    ("goemotions", "test"): (2, 3),
}
"""Right answers of the tiny model, and texts, of each evaluation split, in the order of `find_sources`."""


def write_emotion(folder: Path) -> Path:
    """``text;label`` files."""
    return write_files(folder, {f"{split}.txt": content for split, content in HOME.items()})


def write_tweeteval(folder: Path) -> Path:
    """Texts and label numbers in files of their own."""
    files = {"mapping.txt": "0\tanger\n1\tjoy\n2\toptimism\n3\tsadness\n"}
    for split, content in TWEETEVAL.items():
        texts, numbers = zip(*(line.split(";") for line in content.splitlines()), strict=True)
        files[f"{split}_text.txt"] = "".join(f"{text}\n" for text in texts)
        files[f"{split}_labels.txt"] = "".join(f"{number}\n" for number in numbers)
    return write_files(folder, files)


def write_goemotions(folder: Path) -> Path:
    """Tab-separated files with label numbers."""
    names = "".join(f"{label}\n" for label in GOEMOTIONS_LABELS)
    return write_files(
        folder, {f"{split}.tsv": content for split, content in GOEMOTIONS.items()} | {"labels.txt": names}
    )


def write_datasets(root: Path) -> Path:
    """The root of all datasets, with the three folders that a source is found by."""
    write_emotion(root / "emotion")
    write_tweeteval(root / "tweeteval-emotion")
    write_goemotions(root / "goemotions")
    return root


def write_files(folder: Path, files: dict[str, str]) -> Path:
    """A folder with files of these contents."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder

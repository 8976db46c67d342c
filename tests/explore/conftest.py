"""Labeled texts made for a test, and a small dataset with one fault of each kind."""

import numpy as np
import pytest

from tweetmoji.data import LabeledTexts
from tweetmoji.emotions import EMOTIONS
from tweetmoji.explore import audit_splits


def label_texts(pairs, *, split="train", labels=EMOTIONS, rows=None, sha256="ab" * 32):
    """Texts of a source called home from ``(text, label)`` pairs; row numbers count from 1 unless they are given."""
    return LabeledTexts(
        source="emotion",
        split=split,
        texts=[text for text, _ in pairs],
        targets=np.array([labels.index(label) for _, label in pairs], dtype=np.int64),
        labels=labels,
        class_map={label: (label,) for label in labels},
        rows=np.array(rows or range(1, len(pairs) + 1), dtype=np.int64),
        sha256=sha256,
    )


TRAIN = [
    ("what a morning", "joy"),  # 1: stands in 4 too, with the same label
    ("no one came", "sadness"),  # 2: stands in 5 too, with another label
    ("mine always", "love"),  # 3: stands in val, with another label
    ("What a morning!", "joy"),
    ("no one came", "anger"),
    ("who is there", "fear"),  # 6: stands in test, with the same label
    ("well well", "surprise"),
    ("all good here", "joy"),
]
VAL = [("mine always", "joy"), ("so it goes", "sadness")]
TEST = [("stop it", "anger"), ("who is there", "fear")]


@pytest.fixture(scope="session")
def splits():
    """Three splits with a duplicate, a conflict, and leakage into val and test."""
    return {
        "train": label_texts(TRAIN),
        "val": label_texts(VAL, split="val", sha256="cd" * 32),
        "test": label_texts(TEST, split="test", sha256="ef" * 32),
    }


@pytest.fixture(scope="session")
def found(splits):
    """The audit of those splits, without label errors."""
    return audit_splits(splits)


@pytest.fixture(scope="session")
def make_texts():
    return label_texts

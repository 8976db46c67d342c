"""Labeled texts made for a test, and a small dataset with one fault of each kind."""

import pytest
from tests.toys.datasets import make_labeled

from tweetmoji.explore import audit_splits

TRAIN = [
    ("what a morning", "joy"),  # 1: in row 4 too, with the same label
    ("no one came", "sadness"),  # 2: in row 5 too, with another label
    ("mine always", "love"),  # 3: in val, with another label
    ("What a morning!", "joy"),
    ("no one came", "anger"),
    ("who is there", "fear"),  # 6: in test, with the same label
    ("well well", "surprise"),
    ("all good here", "joy"),
]
VAL = [("mine always", "joy"), ("so it goes", "sadness")]
TEST = [("stop it", "anger"), ("who is there", "fear")]


@pytest.fixture(scope="session")
def splits():
    """Three splits with a duplicate, a conflict, and leakage into val and test."""
    return {
        "train": make_labeled(TRAIN, sha256="ab" * 32),
        "val": make_labeled(VAL, split="val", sha256="cd" * 32),
        "test": make_labeled(TEST, split="test", sha256="ef" * 32),
    }


@pytest.fixture(scope="session")
def audit(splits):
    """The audit of those splits, without label errors."""
    return audit_splits(splits)

"""Labeled texts: that a selection keeps each text with its label and its row."""

from dataclasses import replace

import numpy as np
import pytest

from tweetmoji.data import LabeledTexts
from tweetmoji.data.class_map import identity_map

TEXTS = LabeledTexts(
    source="table",
    split="train",
    texts=["no one came", "what a morning", "mine always", "at last"],
    targets=np.array([0, 1, 2, 1]),
    labels=("sadness", "joy", "love"),
    class_map=identity_map(("sadness", "joy", "love")),
    rows=np.array([2, 3, 5, 8]),
    sha256="0" * 64,
)


def test_their_length_is_the_number_of_texts():
    assert len(TEXTS) == 4
    assert len(replace(TEXTS, texts=[])) == 0


@pytest.mark.parametrize("indices", [[3, 0, 0], np.array([3, 0, 0]), np.array([3, 0, 0], dtype=np.uint8)])
def test_a_selection_has_the_texts_in_the_order_asked_for_with_label_and_row(indices):
    chosen = TEXTS.take(indices)

    assert chosen.texts == ["at last", "no one came", "no one came"]
    assert chosen.targets.tolist() == [1, 0, 0]
    assert chosen.rows.tolist() == [8, 2, 2]


def test_a_selection_says_where_it_comes_from():
    chosen = TEXTS.take([1])

    assert (chosen.source, chosen.split, chosen.sha256) == ("table", "train", "0" * 64)
    assert (chosen.labels, chosen.class_map) == (TEXTS.labels, TEXTS.class_map)


@pytest.mark.parametrize("indices", [[], np.array([], dtype=np.int64)])
def test_a_selection_may_be_empty(indices):
    chosen = TEXTS.take(indices)

    assert len(chosen) == len(chosen.targets) == len(chosen.rows) == 0
    assert chosen.targets.dtype == chosen.rows.dtype == np.int64


def test_a_selection_beyond_the_end_is_an_error():
    with pytest.raises(IndexError):
        TEXTS.take([4])


def test_labels_cover_themselves_in_their_order():
    covers = identity_map(["joy", "anger"])

    assert covers == {"joy": ("joy",), "anger": ("anger",)}
    assert list(covers) == ["joy", "anger"]

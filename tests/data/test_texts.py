"""Texts, labeled, neutral and unlabeled: a selection keeps each text with its label, its row and its parent."""

from dataclasses import replace

import numpy as np
import pytest
from tests.toys.datasets import make_labeled

from tweetmoji.data import NeutralTexts, UnlabeledTexts

PAIRS = [("no one came", "sadness"), ("what a morning", "joy"), ("mine always", "love"), ("at last", "joy")]
TEXTS = make_labeled(PAIRS, labels=("sadness", "joy", "love"), source="table", rows=(2, 3, 5, 8))


def test_length_is_the_number_of_texts():
    assert len(TEXTS) == 4
    assert len(replace(TEXTS, texts=[])) == 0


@pytest.mark.parametrize("indices", [[3, 0, 0], np.array([3, 0, 0]), np.array([3, 0, 0], dtype=np.uint8)])
def test_take_selects_texts_with_label_and_row_in_the_order_of_the_indices(indices):
    chosen = TEXTS.take(indices)
    assert chosen.texts == ["at last", "no one came", "no one came"]
    assert chosen.targets.tolist() == [1, 0, 0]
    assert chosen.rows.tolist() == [8, 2, 2]
    assert chosen.parents is None


def test_take_keeps_source_split_digest_and_labels():
    chosen = TEXTS.take([1])
    assert (chosen.source, chosen.split, chosen.sha256) == ("table", "train", "0" * 64)
    assert (chosen.labels, chosen.class_map) == (TEXTS.labels, TEXTS.class_map)


def test_take_selects_parents():
    derived = replace(TEXTS, parents=["came", None, "mine", None])
    assert derived.take([2, 1]).parents == ["mine", None]


@pytest.mark.parametrize("indices", [[], np.array([], dtype=np.int64)])
def test_take_of_nothing_is_empty(indices):
    chosen = replace(TEXTS, parents=[None] * 4).take(indices)
    assert len(chosen) == len(chosen.targets) == len(chosen.rows) == len(chosen.parents) == 0
    assert chosen.targets.dtype == chosen.rows.dtype == np.int64


def test_take_beyond_the_end_is_an_index_error():
    with pytest.raises(IndexError):
        TEXTS.take([4])


@pytest.mark.parametrize("kind", [NeutralTexts, UnlabeledTexts])
def test_take_keeps_the_type_of_texts_without_labels(kind):
    data = kind(source="some", split="train", texts=["one", "two"], rows=np.array([4, 7]), sha256="0" * 64)
    chosen = data.take([1])
    assert type(chosen) is kind
    assert (chosen.texts, chosen.rows.tolist()) == (["two"], [7])
    assert not hasattr(data, "targets")


def test_equals_compares_identity_since_a_generated_eq_raises_on_arrays():
    copy = replace(TEXTS, rows=TEXTS.rows.copy())
    assert copy != TEXTS
    assert len({TEXTS, copy}) == 2


def test_without_none_keeps_the_texts_with_an_emotion_and_drops_the_class():
    pairs = [("at noon", "none"), ("what a morning", "joy"), ("no one came", "sadness"), ("by bus", "none")]
    data = replace(make_labeled(pairs, labels=("joy", "none", "sadness")), none_possible=True)
    left = data.without_none()
    assert left.texts == ["what a morning", "no one came"]
    assert left.rows.tolist() == [2, 3]
    assert left.labels == ("joy", "sadness")
    assert left.targets.tolist() == [0, 1]
    assert left.class_map == {"joy": ("joy",), "sadness": ("sadness",)}
    assert left.none_possible is True


def test_without_none_of_a_source_without_that_class_is_the_source():
    assert TEXTS.without_none() is TEXTS


def test_none_is_not_possible_unless_the_source_says_so():
    assert TEXTS.none_possible is False

"""Duplicates within a split and between splits, by row numbers and labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji.data import find_overlap, open_source
from tweetmoji.explore.duplicates import DuplicateGroup, Leakage, SharedText, find_duplicate_groups, find_leakage


def test_copies_are_the_rows_of_the_same_letters_and_digits(make_texts):
    data = make_texts(
        [("What a day!", "joy"), ("a day", "joy"), ("what  a day", "joy"), ("no", "anger"), ("WHAT A DAY", "joy")]
    )
    assert find_duplicate_groups(data) == (DuplicateGroup((1, 3, 5), ("joy", "joy", "joy")),)


def test_copies_conflict_if_their_labels_differ(make_texts):
    data = make_texts([("one", "joy"), ("two", "joy"), ("one", "love"), ("two", "joy")])
    conflicting, agreeing = find_duplicate_groups(data)
    assert conflicting == DuplicateGroup((1, 3), ("joy", "love"))
    assert (conflicting.conflicting, agreeing.conflicting) == (True, False)


def test_row_numbers_are_those_of_the_file(make_texts):
    data = make_texts([("one", "joy"), ("two", "joy"), ("one", "joy")], rows=[2, 40, 7])
    assert find_duplicate_groups(data) == (DuplicateGroup((2, 7), ("joy", "joy")),)


def test_a_split_without_copies_has_none(make_texts):
    assert find_duplicate_groups(make_texts([("one", "joy"), ("two", "joy")])) == ()


def test_every_pair_of_splits_is_compared_in_their_order(splits):
    train_val, train_test, val_test = find_leakage(splits)
    assert train_val == Leakage(
        "train", "val", (SharedText(DuplicateGroup((3,), ("love",)), DuplicateGroup((1,), ("joy",))),)
    )
    assert train_test == Leakage(
        "train", "test", (SharedText(DuplicateGroup((6,), ("fear",)), DuplicateGroup((2,), ("fear",))),)
    )
    assert val_test == Leakage("val", "test", ())


def test_a_single_split_leaks_nowhere(splits):
    assert find_leakage({"all": splits["train"]}) == ()


@pytest.mark.parametrize(
    ("first", "second", "relabeled"),
    [(("joy",), ("love",), True), (("joy",), ("joy",), False), (("joy", "love"), ("love",), False)],
)
def test_a_shared_text_is_relabeled_if_the_splits_have_no_label_of_it_in_common(first, second, relabeled):
    rows = tuple(range(1, len(first) + 1))
    assert SharedText(DuplicateGroup(rows, first), DuplicateGroup((1,), second)).relabeled is relabeled


@given(st.lists(st.text(min_size=1), max_size=8), st.lists(st.text(min_size=1), max_size=8))
def test_the_rows_shared_with_another_split_are_those_that_training_leaves_out(make_texts, first, second):
    train = make_texts([(text, "joy") for text in first])
    val = make_texts([(text, "joy") for text in second], split="val")
    (leakage,) = find_leakage({"train": train, "val": val})
    shared = sorted(row for text in leakage.texts for row in text.first.rows)
    assert shared == train.rows[find_overlap(train, [val])].tolist()


def test_the_known_copies_of_the_home_dataset_are_found(data_dir):
    source = open_source("emotion", data_dir)
    splits = {split: source.read(split) for split in source.splits}
    conflicts = [copies for copies in find_duplicate_groups(splits["train"]) if copies.conflicting]
    assert len(conflicts) == 30
    assert all(len(set(copies.labels)) == 2 for copies in conflicts)
    shared = {(leakage.first, leakage.second): leakage.texts for leakage in find_leakage(splits)}
    for pair, n in {("train", "val"): 5, ("train", "test"): 11}.items():
        assert sum(len(text.second.rows) for text in shared[pair]) == n
        assert all(text.relabeled for text in shared[pair])

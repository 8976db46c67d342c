"""``find_duplicate_groups`` within a split and ``find_leakage`` between splits, by row numbers and labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.toys.datasets import make_labeled

from tweetmoji.data import find_overlap, open_source
from tweetmoji.explore.duplicates import DuplicateGroup, Leakage, SharedText, find_duplicate_groups, find_leakage


def test_find_duplicate_groups_compares_letters_and_digits():
    data = make_labeled(
        [("What a day!", "joy"), ("a day", "joy"), ("what  a day", "joy"), ("no", "anger"), ("WHAT A DAY", "joy")]
    )
    assert find_duplicate_groups(data) == (DuplicateGroup((1, 3, 5), ("joy", "joy", "joy")),)


def test_duplicate_group_is_conflicting_if_labels_differ():
    data = make_labeled([("one", "joy"), ("two", "joy"), ("one", "love"), ("two", "joy")])
    conflicting, agreeing = find_duplicate_groups(data)
    assert conflicting == DuplicateGroup((1, 3), ("joy", "love"))
    assert (conflicting.conflicting, agreeing.conflicting) == (True, False)


def test_find_duplicate_groups_gives_row_numbers_of_the_file():
    data = make_labeled([("one", "joy"), ("two", "joy"), ("one", "joy")], rows=[2, 40, 7])
    assert find_duplicate_groups(data) == (DuplicateGroup((2, 7), ("joy", "joy")),)


def test_find_duplicate_groups_without_duplicates_is_empty():
    assert find_duplicate_groups(make_labeled([("one", "joy"), ("two", "joy")])) == ()


def test_find_leakage_compares_every_pair_of_splits(splits):
    train_val, train_test, val_test = find_leakage(splits)
    assert train_val == Leakage(
        "train", "val", (SharedText(DuplicateGroup((3,), ("love",)), DuplicateGroup((1,), ("joy",))),)
    )
    assert train_test == Leakage(
        "train", "test", (SharedText(DuplicateGroup((6,), ("fear",)), DuplicateGroup((2,), ("fear",))),)
    )
    assert val_test == Leakage("val", "test", ())


def test_find_leakage_of_a_single_split_is_empty(splits):
    assert find_leakage({"full": splits["train"]}) == ()


@pytest.mark.parametrize(
    ("first", "second", "relabeled"),
    [(("joy",), ("love",), True), (("joy",), ("joy",), False), (("joy", "love"), ("love",), False)],
)
def test_shared_text_is_relabeled_if_the_splits_have_no_label_in_common(first, second, relabeled):
    rows = tuple(range(1, len(first) + 1))
    assert SharedText(DuplicateGroup(rows, first), DuplicateGroup((1,), second)).relabeled is relabeled


@given(st.lists(st.text(min_size=1), max_size=8), st.lists(st.text(min_size=1), max_size=8))
def test_find_leakage_agrees_with_find_overlap(first, second):
    train = make_labeled([(text, "joy") for text in first])
    val = make_labeled([(text, "joy") for text in second], split="val")
    (leakage,) = find_leakage({"train": train, "val": val})
    shared = sorted(row for text in leakage.texts for row in text.first.rows)
    assert shared == train.rows[find_overlap(train, [val])].tolist()


def test_find_duplicate_groups_of_the_real_emotion_dataset(data_dir):
    source = open_source("emotion", data_dir)
    splits = {split: source.read(split) for split in source.splits}
    conflicts = [copies for copies in find_duplicate_groups(splits["train"]) if copies.conflicting]
    assert len(conflicts) == 30
    assert all(len(set(copies.labels)) == 2 for copies in conflicts)
    shared = {(leakage.first, leakage.second): leakage.texts for leakage in find_leakage(splits)}
    for pair, n in {("train", "val"): 5, ("train", "test"): 11}.items():
        assert sum(len(text.second.rows) for text in shared[pair]) == n
        assert all(text.relabeled for text in shared[pair])

"""`denies_feeling`, and what is left of a split without such texts."""

from dataclasses import replace

import pytest
from tests.toys.datasets import make_labeled

from tweetmoji.data import open_source
from tweetmoji.data.denials import denies_feeling, drop_denials, list_views


@pytest.mark.parametrize(
    "text",
    [
        "i don't feel merry",
        "i didn't really feel the cold",
        "she couldn't feel it and he doesn't",
        "i haven't felt it",
        "he is not feeling so grand",
        "i never once felt gloomy",
        "she can hardly feel it",
        "i no longer feel gloomy",
        "i can't feel it",
        "and wouldn't have felt it",
    ],
)
def test_denies_feeling_finds_a_negation_before_the_feeling(text):
    assert denies_feeling(text.replace("'", ""))  # the dataset has no apostrophes


@pytest.mark.parametrize(
    "text",
    [
        "i feel merry",
        "i feel not merry",
        "i do not know what i really feel",
        "a knot feels tight",
        "not a feelings person",
        "whatnot feel",
        "",
    ],
)
def test_denies_feeling_leaves_other_texts_alone(text):
    assert not denies_feeling(text)


PAIRS = [("i feel merry", "joy"), ("i dont feel merry", "joy"), ("i never felt gloomy", "sadness"), ("hm", "fear")]


def test_drop_denials_keeps_labels_and_rows_of_the_others():
    left = drop_denials(make_labeled(PAIRS))
    assert left.texts == ["i feel merry", "hm"]
    assert left.rows.tolist() == [1, 4]
    assert [left.labels[target] for target in left.targets] == ["joy", "fear"]


def test_drop_denials_of_made_texts_goes_by_what_they_were_made_from():
    data = replace(make_labeled(PAIRS), parents=["i dont feel it", "i feel merry", None, "hm"])
    assert drop_denials(data).rows.tolist() == [2, 3, 4]


def test_list_views_of_the_test_split_of_emotion_has_a_second_one_without_denials():
    data = make_labeled(PAIRS, split="test")
    whole, affirmed = list_views(data)
    assert whole is data
    assert (affirmed.source, affirmed.split, affirmed.sha256) == ("emotion", "test-without-denials", data.sha256)
    assert affirmed.texts == ["i feel merry", "hm"]


@pytest.mark.parametrize(
    "data",
    [
        make_labeled(PAIRS, split="val"),
        make_labeled(PAIRS, split="test", source="goemotions"),
        make_labeled(PAIRS[:1], split="test"),
        make_labeled(PAIRS[1:2], split="test"),
    ],
    ids=["val", "another source", "no denial", "only denials"],
)
def test_list_views_of_other_splits_is_the_split(data):
    assert list_views(data) == [data]


def test_denials_of_the_real_dataset(data_dir):
    source = open_source("emotion", data_dir)
    counts = {split: sum(map(denies_feeling, source.read(split).texts)) for split in source.splits}
    assert counts == {"train": 698, "val": 80, "test": 72}

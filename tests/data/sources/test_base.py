"""What all sources share: their splits, and where their folder is looked for."""

import pytest

from tweetmoji import DataError
from tweetmoji.data import EVALUATION_SPLITS, SPLITS, Source
from tweetmoji.data.sources.base import find_folder


class Weather(Source):
    name = "weather"
    splits = ("train", "test")

    def read(self, split):
        self.check_split(split)
        return split


def test_a_source_has_to_say_how_it_is_read():
    with pytest.raises(TypeError, match="read"):
        Source()


def test_a_source_has_every_split_unless_it_says_otherwise():
    assert Source.splits == SPLITS == ("train", "val", "test")


def test_nothing_is_trained_on_val_and_test():
    assert EVALUATION_SPLITS == ("val", "test")


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_split_of_the_source_passes(split):
    assert Weather().read(split) == split


@pytest.mark.parametrize("split", ["val", "Train", "", "all"])
def test_a_split_that_it_does_not_have_is_named_with_those_that_it_has(split):
    with pytest.raises(DataError) as caught:
        Weather().read(split)

    assert str(caught.value) == f"source weather has no split {split!r}; expected one of train, test"


def test_the_folder_of_its_name_within_the_root_comes_first(tmp_path):
    (tmp_path / "weather").mkdir()
    assert find_folder(tmp_path, "weather", "rain.txt") == tmp_path / "weather"


def test_a_root_without_that_folder_is_the_folder_itself(tmp_path):
    (tmp_path / "weather").write_bytes(b"a file, no folder")
    assert find_folder(tmp_path, "weather", "rain.txt") == tmp_path


def test_a_missing_root_says_what_it_should_hold(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(DataError) as caught:
            find_folder(path, "weather", "rain.txt")

        assert str(caught.value) == f"{path}: no such folder; expected one that holds rain.txt, or weather/ with them"

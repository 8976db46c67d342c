"""What all sources share: ``check_split`` and ``find_folder``."""

import pytest

from tweetmoji import DataError
from tweetmoji.data import EVALUATION_SPLITS, SPLITS, LabeledSource, Source
from tweetmoji.data.sources.base import find_folder


class Weather(Source):
    name = "weather"
    splits = ("train", "test")

    def read(self, split):
        self.check_split(split)
        return split


def test_source_without_read_cannot_be_made():
    for kind in (Source, LabeledSource):
        with pytest.raises(TypeError, match="read"):
            kind()


def test_splits_default_to_train_val_and_test():
    assert Source.splits == SPLITS == ("train", "val", "test")


def test_evaluation_splits_are_val_and_test():
    assert EVALUATION_SPLITS == ("val", "test")


@pytest.mark.parametrize("split", ["train", "test"])
def test_check_split_accepts_a_split_of_the_source(split):
    assert Weather().read(split) == split


@pytest.mark.parametrize("split", ["val", "Train", "", "full"])
def test_check_split_names_an_unknown_split_and_the_known_ones(split):
    with pytest.raises(DataError) as caught:
        Weather().read(split)

    assert str(caught.value) == f"source weather has no split {split!r}; expected one of train, test"


def test_find_folder_prefers_the_folder_of_the_name_within_the_root(tmp_path):
    (tmp_path / "weather").mkdir()
    assert find_folder(tmp_path, "weather", "rain.txt") == tmp_path / "weather"


def test_find_folder_falls_back_to_the_root(tmp_path):
    (tmp_path / "weather").write_bytes(b"a file, no folder")
    assert find_folder(tmp_path, "weather", "rain.txt") == tmp_path


def test_find_folder_names_a_missing_root_and_what_it_should_hold(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(DataError) as caught:
            find_folder(path, "weather", "rain.txt")

        assert str(caught.value) == f"{path}: no such folder; expected one that holds rain.txt, or weather/ with them"

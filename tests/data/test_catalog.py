"""Which public dataset a source is, and what its splits are called."""

import pytest

from tweetmoji.data import SOURCES
from tweetmoji.data.catalog import DATASETS, identify, name_split
from tweetmoji.data.registry import TRAINING_SOURCES
from tweetmoji.data.sources.hub import SHA256


def test_every_source_is_a_public_dataset_but_tables_of_ones_own_and_what_is_made_by_rule():
    assert set(DATASETS) == set(TRAINING_SOURCES) - {"table", "synthetic"}
    assert set(SOURCES) <= {*DATASETS, "table"}


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_a_folder_is_the_public_dataset_if_one_of_its_files_is(split):
    dataset = identify("emotion", ["ab" * 32, SHA256[split]])
    assert dataset is not None
    assert dataset.hub_id == "dair-ai/emotion"


def test_a_folder_with_texts_of_ones_own_is_not():
    assert identify("emotion", ["ab" * 32]) is None
    assert identify("table", [SHA256["val"]]) is None


def test_what_services_offer_is_the_public_dataset_whatever_its_digest():
    assert identify("kaggle", []) == identify("huggingface", []) == identify("emotion", [SHA256["val"]])


def test_splits_are_called_by_dataset_or_source():
    assert name_split({"source": "goemotions", "split": "test", "data_sha256": "ab"}) == "GoEmotions test"
    assert name_split({"source": "emotion", "split": "val", "data_sha256": SHA256["val"]}) == "Emotions val"
    assert name_split({"source": "emotion", "split": "val", "data_sha256": "ab"}) == "home val"

"""``identify``: which public dataset a source read; and ``name_split``."""

import pytest

from tweetmoji.data import SOURCES, TRAINING_SOURCES
from tweetmoji.data.catalog import DATASETS, identify, name_split
from tweetmoji.data.sources.hub import SHA256


def test_datasets_has_every_source_except_table_and_synthetic():
    assert set(DATASETS) == {*TRAINING_SOURCES, *SOURCES} - {"table", "synthetic"}
    assert set(SOURCES) <= {*DATASETS, "table"}


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_identify_knows_the_emotion_dataset_by_one_of_its_files(split):
    dataset = identify("emotion", ["ab" * 32, SHA256[split]])
    assert dataset is not None
    assert dataset.hub_id == "dair-ai/emotion"


def test_identify_is_none_for_the_users_own_texts():
    assert identify("emotion", ["ab" * 32]) is None
    assert identify("table", [SHA256["val"]]) is None


def test_identify_of_kaggle_and_huggingface_needs_no_digest():
    assert identify("kaggle", []) == identify("huggingface", []) == identify("emotion", [SHA256["val"]])


@pytest.mark.parametrize(
    ("source", "split", "sha256", "name"),
    [
        ("goemotions", "test", "ab", "GoEmotions test"),
        ("emotion", "val", SHA256["val"], "Emotion (dair-ai) val"),
        ("emotion", "val", "ab", "emotion val"),
        ("table", "full", "ab", "table full"),
        ("emoji", "val", "ab", "TweetEval emoji val"),
        ("written", "test", "ab", "Written texts test"),
        ("annotated", "val", "ab", "Annotated tweets val"),
    ],
)
def test_name_split_is_the_title_of_the_dataset_or_the_name_of_the_source(source, split, sha256, name):
    assert name_split({"source": source, "split": split, "data_sha256": sha256}) == name


def test_name_of_a_dataset_links_to_the_hub_if_it_is_there():
    link = "https://huggingface.co/datasets/dair-ai/emotion"
    assert DATASETS["emotion"].name == f"**Emotion (dair-ai)** ([dair-ai/emotion]({link}))"
    assert DATASETS["written"].name == "**Written texts**"

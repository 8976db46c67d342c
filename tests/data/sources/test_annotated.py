"""`AnnotatedSource`: labels of tweets by hash, the readers' disagreement, and a message for every fault."""

from pathlib import Path

import numpy as np
import pytest
from tests.toys.datasets import write_files, write_own_data, write_tweets

from tweetmoji import DataError
from tweetmoji.data.keys import hash_texts
from tweetmoji.data.sources.annotated import AnnotatedSource
from tweetmoji.emotions import EMOTIONS, NONE

REPOSITORY = Path(__file__).parents[3]
KNOWN = hash_texts(["nobody read this"])[0]
"""Hash of a tweet without a label."""


@pytest.fixture
def root(tmp_path):
    return write_tweets(tmp_path / "datasets")


@pytest.fixture
def own_data(tmp_path):
    return write_own_data(tmp_path / "own")


def add(own_data, row, file="train.tsv"):
    with (own_data / "annotated" / file).open("a", encoding="utf-8") as opened:
        opened.write(f"{row}\n")


def labeled(data):
    return [(text, data.labels[target]) for text, target in zip(data.texts, data.targets, strict=True)]


def test_read_test_has_the_label_of_the_first_reader_and_no_mixed_tweet(own_data, root):
    data = AnnotatedSource(own_data, root).read("test")
    assert labeled(data) == [
        ("so happy about the last train home tonight", "joy"),
        ("i adore my garden ❤", "love"),
        ("the shop opens at ten", "none"),
    ]
    assert data.rows.tolist() == [2, 3, 4]
    assert (data.source, data.split, data.none_possible) == ("annotated", "test", True)
    assert data.labels == (*EMOTIONS, NONE)
    assert data.class_map == {label: (label,) for label in (*EMOTIONS, NONE)}


def test_read_divides_the_training_tweets_by_their_hashes(own_data, root):
    source = AnnotatedSource(own_data, root)
    assert labeled(source.read("train")) == [("sad dog", "sadness"), ("dog 5", "joy")]
    assert labeled(source.read("val")) == [("happy dog", "joy"), ("dog for sale", "none")]


def test_tweets_of_hard_tsv_are_all_for_training(own_data, root):
    source = AnnotatedSource(own_data, root)
    before = {split: source.read(split) for split in source.splits}
    write_files(own_data / "annotated", {"hard.tsv": f"hash\tlabel\n{KNOWN}\tnone\n"})
    source = AnnotatedSource(own_data, root)
    after = {split: source.read(split) for split in source.splits}
    assert after["train"].texts == [*before["train"].texts, "nobody read this"]
    assert after["train"].rows.tolist() == [3, 6, 2]
    assert after["train"].sha256 != before["train"].sha256
    for split in ("val", "test"):
        assert (after[split].texts, after[split].sha256) == (before[split].texts, before[split].sha256)


def test_labels_of_denials_are_for_training_and_found_in_the_emotion_dataset(own_data, root):
    before = {split: AnnotatedSource(own_data, root).read(split) for split in ("train", "val")}
    write_files(root / "emotion", {"train.txt": "i never feel fine;joy\ni feel fine;joy\n"})
    denied = hash_texts(["i never feel fine"])[0]
    write_files(own_data / "annotated", {"denials.tsv": f"hash\tlabel\n{denied}\tsadness\n"})
    source = AnnotatedSource(own_data, root)
    assert labeled(source.read("train")) == [*labeled(before["train"]), ("i never feel fine", "sadness")]
    assert source.read("val").texts == before["val"].texts
    affirmed = hash_texts(["i feel fine"])[0]
    write_files(own_data / "annotated", {"denials.tsv": f"hash\tlabel\n{affirmed}\tjoy\n"})
    remedy = "fetch all files of emotion/, or remove the row"
    with pytest.raises(
        DataError, match=rf"denials\.tsv:2: the hash '\w+' belongs to no tweet of the datasets: {remedy}"
    ):
        AnnotatedSource(own_data, root).read("train")


def test_digest_covers_labels_and_tweets(own_data, root):
    before = AnnotatedSource(own_data, root).read("val").sha256
    with (root / "unlabelled" / "tweets.txt").open("a", encoding="utf-8") as file:
        file.write("one more\n")
    more = AnnotatedSource(own_data, root).read("val").sha256
    add(own_data, f"{KNOWN}\tjoy")
    assert len({before, more, AnnotatedSource(own_data, root).read("val").sha256}) == 3


@pytest.mark.parametrize(
    ("file", "row", "fault"),
    [
        ("train.tsv", f"{KNOWN}\tbliss", "train.tsv:7: unknown label 'bliss'; expected one of sadness"),
        ("test.tsv", f"{KNOWN}\tjoy\tbliss", "test.tsv:6: unknown label 'bliss'; expected one of sadness"),
        ("train.tsv", "{train}\tjoy", "train.tsv:7: the tweet of {folder}/train.tsv:2 again; expected each once"),
        ("test.tsv", "{test}\tjoy\tjoy", "test.tsv:6: the tweet of {folder}/test.tsv:2 again"),
        ("train.tsv", "{test}\tjoy", "train.tsv:7: the tweet of {folder}/test.tsv:2; expected none of the test set"),
        ("hard.tsv", "{train}\tjoy", "hard.tsv:2: the tweet of {folder}/train.tsv:2 again"),
        ("hard.tsv", "{test}\tjoy", "hard.tsv:2: the tweet of {folder}/test.tsv:2; expected none of the test set"),
        (
            "train.tsv",
            "00ff\tjoy",
            "train.tsv:7: the hash '00ff' belongs to no tweet of the datasets: fetch all files of unlabelled/ and "
            "tweeteval-emoji/, or remove the row",
        ),
        ("train.tsv", f"{KNOWN}", "train.tsv:7: 1 columns; expected hash, label with tabs between"),
    ],
)
@pytest.mark.parametrize("split", ["train", "test"])
def test_a_fault_in_any_file_is_named_with_file_and_line(own_data, root, file, row, fault, split):
    folder = own_data / "annotated"
    write_files(folder, {"hard.tsv": "hash\tlabel\n"})
    hashes = {name: (folder / f"{name}.tsv").read_text().splitlines()[1][:16] for name in ("train", "test")}
    add(own_data, row.format_map(hashes), file)
    with pytest.raises(DataError) as caught:
        AnnotatedSource(own_data, root).read(split)
    assert str(caught.value).startswith(f"{folder}/{fault.format(folder=folder)}")


@pytest.mark.parametrize(
    "file", ["own/annotated/test.tsv", "own/annotated/train.tsv", "datasets/tweeteval-emoji/mapping.txt"]
)
def test_a_missing_file_is_named(own_data, root, tmp_path, file):
    (tmp_path / file).unlink()
    with pytest.raises(DataError, match=rf"{file}: no such file; expected"):
        AnnotatedSource(own_data, root).read("val")


def test_the_annotated_tweets_of_the_repository(data_dir):
    source = AnnotatedSource(REPOSITORY / "data", data_dir)
    sizes = {split: np.bincount(source.read(split).targets, minlength=7) for split in source.splits}
    assert sizes["test"].tolist() == [12, 192, 166, 140, 7, 3, 280]
    assert 300 < sizes["val"].sum() < 500
    assert sizes["train"].sum() + sizes["val"].sum() >= 2197

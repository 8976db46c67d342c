"""TweetEval's files: texts and labels line by line in step, and that every fault names file and row."""

import numpy as np
import pytest

from tweetmoji import DataError
from tweetmoji.data.sources.tweeteval import TweetEvalSource

MAPPING = "0\tanger\n1\tjoy\n2\toptimism\n3\tsadness\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train_text.txt").write_text("so it goes\nGRRR\nup &amp; on\nyay\u2028yay\n", encoding="utf-8")
    (tmp_path / "train_labels.txt").write_text("3\n0\n2\n1\n", encoding="utf-8")
    (tmp_path / "mapping.txt").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def fault(folder, split="train"):
    with pytest.raises(DataError) as caught:
        TweetEvalSource(folder).read(split)
    return str(caught.value)


def test_each_text_has_the_class_of_its_label_with_optimism_as_joy(folder):
    data = TweetEvalSource(folder).read("train")

    assert data.texts == ["so it goes", "GRRR", "up &amp; on", "yay\u2028yay"]
    assert [data.labels[target] for target in data.targets] == ["sadness", "anger", "joy", "joy"]
    assert data.targets.dtype == np.int64
    assert data.rows.tolist() == [1, 2, 3, 4]
    assert (data.source, data.split) == ("tweeteval", "train")


def test_an_answer_of_love_counts_as_joy(folder):
    covers = TweetEvalSource(folder).read("train").class_map
    assert covers == {"anger": ("anger",), "joy": ("joy", "love"), "sadness": ("sadness",)}


def test_the_numbers_are_those_of_the_mapping_file(folder):
    (folder / "mapping.txt").write_text("0\tsadness\n1\toptimism\n2\tjoy\n3\tanger\n", encoding="utf-8")
    data = TweetEvalSource(folder).read("train")

    assert [data.labels[target] for target in data.targets] == ["anger", "sadness", "joy", "joy"]


def test_windows_line_ends_change_nothing(folder):
    expected = TweetEvalSource(folder).read("train")
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    data = TweetEvalSource(folder).read("train")

    assert data.texts == expected.texts
    assert data.targets.tolist() == expected.targets.tolist()


@pytest.mark.parametrize(
    ("name", "content"), [("train_text.txt", "a\nb\nc\nd\n"), ("train_labels.txt", "3\n0\n2\n3\n")]
)
def test_the_digest_tells_other_texts_and_other_labels(folder, name, content):
    before = TweetEvalSource(folder).read("train").sha256
    (folder / name).write_text(content, encoding="utf-8")

    assert len(before) == 64
    assert TweetEvalSource(folder).read("train").sha256 != before


def test_the_root_of_all_datasets_will_do_for_the_folder(folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    folder.rename(root / "tweeteval-emotion")

    assert TweetEvalSource(root).read("train").texts[1] == "GRRR"


@pytest.mark.parametrize("label", ["4", "²", "٣", "", "-1", "joy", "0,1", "9" * 5_000])
def test_an_unknown_label_is_named_by_file_and_row(folder, label):
    path = folder / "train_labels.txt"
    path.write_text(f"3\n{label}\n2\n1\n", encoding="utf-8")

    assert fault(folder) == f"{path}:2: unknown label {label!r}; expected one of 0, 1, 2, 3, as in mapping.txt"


@pytest.mark.parametrize(("labels", "n"), [("3\n0\n2\n", 3), ("3\n0\n2\n1\n\n", 5)])
def test_as_many_labels_as_texts_are_needed(folder, labels, n):
    path = folder / "train_labels.txt"
    path.write_text(labels, encoding="utf-8")

    assert fault(folder).startswith(f"{path}: {n} labels for the 4 texts of train_text.txt; the two must have as many")
    assert "fetch both anew" in fault(folder)


@pytest.mark.parametrize(
    ("mapping", "row", "label"),
    [
        ("0\tanger\n1\tjealousy\n", 2, "jealousy"),
        ("0 anger\n", 1, ""),
        ("0\tanger\n\n", 2, ""),
        ("anger\t0\n", 1, "0"),
    ],
)
def test_an_unknown_label_in_the_mapping_is_named_by_file_and_row(folder, mapping, row, label):
    path = folder / "mapping.txt"
    path.write_text(mapping, encoding="utf-8")

    assert fault(folder) == (f"{path}:{row}: unknown label {label!r}; expected one of anger, joy, optimism, sadness")


@pytest.mark.parametrize("name", ["train_text.txt", "train_labels.txt", "mapping.txt"])
def test_a_missing_an_empty_and_a_wrongly_encoded_file_are_named(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\xff\n"))
    assert fault(folder).startswith(f"{path}:1: byte ")

    path.write_bytes(b"")
    assert fault(folder).startswith(f"{path}: the file is empty; expected ")

    path.unlink()
    assert fault(folder).startswith(f"{path}: no such file; expected ")


def test_a_missing_folder_says_what_it_should_hold(tmp_path):
    with pytest.raises(DataError, match=r"no such folder; expected one that holds train_text\.txt"):
        TweetEvalSource(tmp_path / "nowhere")


def test_there_is_no_test_split(folder):
    assert fault(folder, "test") == "source tweeteval has no split 'test'; expected one of train, val"


@pytest.mark.parametrize(("split", "sizes"), [("train", [1400, 1002, 855]), ("val", [160, 125, 89])])
def test_the_dataset_itself_is_read_whole(data_dir, split, sizes):
    data = TweetEvalSource(data_dir).read(split)
    numbers = (data_dir / "tweeteval-emotion" / f"{split}_labels.txt").read_text(encoding="utf-8").split()
    counts = [numbers.count(number) for number in "0123"]  # anger, joy, optimism, sadness

    assert np.bincount(data.targets).tolist() == sizes == [counts[0], counts[1] + counts[2], counts[3]]

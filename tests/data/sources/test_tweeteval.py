"""``TweetEvalSource`` and ``EmojiSource``: texts and labels line by line in step; every fault names file and row."""

import numpy as np
import pytest

from tweetmoji import DataError
from tweetmoji.data.class_map import identity_map
from tweetmoji.data.sources.tweeteval import EmojiSource, TweetEvalSource

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


def test_read_maps_labels_to_classes_with_optimism_as_joy(folder):
    data = TweetEvalSource(folder).read("train")

    assert data.texts == ["so it goes", "GRRR", "up &amp; on", "yay\u2028yay"]
    assert [data.labels[target] for target in data.targets] == ["sadness", "anger", "joy", "joy"]
    assert data.targets.dtype == np.int64
    assert data.rows.tolist() == [1, 2, 3, 4]
    assert (data.source, data.split) == ("tweeteval", "train")


def test_class_map_counts_love_as_joy(folder):
    class_map = TweetEvalSource(folder).read("train").class_map
    assert class_map == {"anger": ("anger",), "joy": ("joy", "love"), "sadness": ("sadness",)}


def test_label_numbers_are_those_of_mapping_txt(folder):
    (folder / "mapping.txt").write_text("0\tsadness\n1\toptimism\n2\tjoy\n3\tanger\n", encoding="utf-8")
    data = TweetEvalSource(folder).read("train")

    assert [data.labels[target] for target in data.targets] == ["anger", "sadness", "joy", "joy"]


def test_windows_line_ends_are_dropped(folder):
    expected = TweetEvalSource(folder).read("train")
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    data = TweetEvalSource(folder).read("train")

    assert data.texts == expected.texts
    assert data.targets.tolist() == expected.targets.tolist()


@pytest.mark.parametrize(
    ("name", "content"), [("train_text.txt", "a\nb\nc\nd\n"), ("train_labels.txt", "3\n0\n2\n3\n")]
)
def test_digest_covers_texts_and_labels(folder, name, content):
    before = TweetEvalSource(folder).read("train").sha256
    (folder / name).write_text(content, encoding="utf-8")

    assert len(before) == 64
    assert TweetEvalSource(folder).read("train").sha256 != before


def test_source_finds_its_folder_in_the_root_of_all_datasets(folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    folder.rename(root / "tweeteval-emotion")

    assert TweetEvalSource(root).read("train").texts[1] == "GRRR"


@pytest.mark.parametrize("label", ["4", "²", "٣", "", "-1", "joy", "0,1", "9" * 5_000])
def test_unknown_label_number_is_named_by_file_and_row(folder, label):
    path = folder / "train_labels.txt"
    path.write_text(f"3\n{label}\n2\n1\n", encoding="utf-8")

    assert fault(folder) == f"{path}:2: unknown label {label!r}; expected one of 0, 1, 2, 3, as in mapping.txt"


@pytest.mark.parametrize(("labels", "n"), [("3\n0\n2\n", 3), ("3\n0\n2\n1\n\n", 5)])
def test_different_numbers_of_texts_and_labels_are_refused(folder, labels, n):
    path = folder / "train_labels.txt"
    path.write_text(labels, encoding="utf-8")

    assert fault(folder).startswith(f"{path}: {n} labels for the 4 texts of train_text.txt; the two must have as many")
    assert "fetch both again" in fault(folder)


@pytest.mark.parametrize(
    ("mapping", "row", "label"),
    [
        ("0\tanger\n1\tjealousy\n", 2, "jealousy"),
        ("0 anger\n", 1, ""),
        ("0\tanger\n\n", 2, ""),
        ("anger\t0\n", 1, "0"),
    ],
)
def test_unknown_label_in_mapping_txt_is_named_by_file_and_row(folder, mapping, row, label):
    path = folder / "mapping.txt"
    path.write_text(mapping, encoding="utf-8")

    assert fault(folder) == (f"{path}:{row}: unknown label {label!r}; expected one of anger, joy, optimism, sadness")


def test_repeated_number_in_mapping_txt_is_named_by_file_and_row(folder):
    path = folder / "mapping.txt"
    path.write_text("0\tanger\n1\tjoy\n0\toptimism\n3\tsadness\n", encoding="utf-8")
    assert fault(folder) == f"{path}:3: the number '0' of line 1 again; expected each once"


@pytest.mark.parametrize("name", ["train_text.txt", "train_labels.txt", "mapping.txt"])
def test_missing_empty_and_wrongly_encoded_files_are_named(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\xff\n"))
    assert fault(folder).startswith(f"{path}:1: byte ")

    path.write_bytes(b"")
    assert fault(folder).startswith(f"{path}: the file is empty; expected ")

    path.unlink()
    assert fault(folder).startswith(f"{path}: no such file; expected ")


def test_missing_folder_is_named_with_what_it_should_hold(tmp_path):
    with pytest.raises(DataError, match=r"no such folder; expected one that holds train_text\.txt"):
        TweetEvalSource(tmp_path / "nowhere")


def test_read_refuses_the_test_split(folder):
    assert fault(folder, "test") == "source tweeteval has no split 'test'; expected one of train, val"


@pytest.mark.parametrize(("split", "sizes"), [("train", [1400, 1002, 855]), ("val", [160, 125, 89])])
def test_read_of_the_real_dataset(data_dir, split, sizes):
    data = TweetEvalSource(data_dir).read(split)
    numbers = (data_dir / "tweeteval-emotion" / f"{split}_labels.txt").read_text(encoding="utf-8").split()
    counts = [numbers.count(number) for number in "0123"]  # anger, joy, optimism, sadness

    assert np.bincount(data.targets).tolist() == sizes == [counts[0], counts[1] + counts[2], counts[3]]


EMOJI_MAPPING = "0\t❤\t_red_heart_\t\n1\t😂\t_joy_\t\n2\t🇺🇸\t_United_States_\t\n"


@pytest.fixture
def emoji_folder(folder):
    """The texts of `folder` with emoji in the place of emotions."""
    (folder / "mapping.txt").write_text(EMOJI_MAPPING, encoding="utf-8")
    (folder / "train_labels.txt").write_text("2\n0\n2\n1\n", encoding="utf-8")
    return folder


def test_classes_of_emoji_tweets_are_the_emoji_in_the_order_of_mapping_txt(emoji_folder):
    data = EmojiSource(emoji_folder).read("train")
    assert data.labels == ("❤", "😂", "🇺🇸")
    assert data.class_map == identity_map(data.labels)
    assert [data.labels[target] for target in data.targets] == ["🇺🇸", "❤", "🇺🇸", "😂"]
    assert data.texts == ["so it goes", "GRRR", "up &amp; on", "yay\u2028yay"]
    assert (data.source, data.split, data.none_possible) == ("emoji", "train", False)
    assert data.targets.dtype == np.int64
    assert data.rows.tolist() == [1, 2, 3, 4]


def test_emoji_source_finds_its_folder_and_has_train_and_val(emoji_folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    emoji_folder.rename(root / "tweeteval-emoji")
    source = EmojiSource(root)
    assert source.splits == ("train", "val")
    assert source.read("train").texts[1] == "GRRR"
    with pytest.raises(DataError, match="source emoji has no split 'test'; expected one of train, val"):
        source.read("test")


@pytest.mark.parametrize(("mapping", "row"), [("0\t❤\n1 😂\n", 2), ("0\n1\t😂\n", 1), ("0\t❤\n\n", 2)])
def test_line_of_mapping_txt_without_an_emoji_is_named(emoji_folder, mapping, row):
    path = emoji_folder / "mapping.txt"
    path.write_text(mapping, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        EmojiSource(emoji_folder).read("train")
    assert str(caught.value) == f"{path}:{row}: no emoji; expected number<TAB>emoji: fetch it again"


def test_unknown_number_of_an_emoji_is_named_by_file_and_row(emoji_folder):
    path = emoji_folder / "train_labels.txt"
    path.write_text("2\n0\n3\n1\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        EmojiSource(emoji_folder).read("train")
    assert str(caught.value) == f"{path}:3: unknown label '3'; expected one of 0, 1, 2, as in mapping.txt"


@pytest.mark.parametrize(("split", "n"), [("train", 44_704), ("val", 4_973)])
def test_read_of_the_real_emoji_tweets(data_dir, split, n):
    data = EmojiSource(data_dir).read(split)
    assert len(data) == n
    assert len(set(data.labels)) == len(data.labels) == 20
    assert not any(emoji.isascii() for emoji in data.labels)
    assert (np.bincount(data.targets, minlength=20) > 0).all()

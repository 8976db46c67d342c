"""``EmotionSource``: what a ``text;label`` line may hold, and that every fault names file and line."""

import hashlib

import numpy as np
import pytest

from tweetmoji import EMOTIONS, DataError
from tweetmoji.data import SPLITS
from tweetmoji.data.sources.emotion import EmotionSource, parse_emotion_file

LABELS = ("sadness", "joy", "love")


def read(content):
    content = content if isinstance(content, bytes) else content.encode("utf-8")
    return parse_emotion_file(content, "dir/train.txt", "train", LABELS, "emotion")


def test_parse_emotion_file_reads_texts_and_targets_in_order():
    content = "what a morning;joy\nno one came;sadness\nmine always;love\n"
    data = read(content)

    assert data.texts == ["what a morning", "no one came", "mine always"]
    assert data.targets.tolist() == [1, 0, 2]
    assert data.targets.dtype == np.int64
    assert data.labels == LABELS
    assert data.rows.tolist() == [1, 2, 3]
    assert data.sha256 == hashlib.sha256(content.encode("utf-8")).hexdigest()
    assert (data.source, data.split) == ("emotion", "train")


def test_class_map_is_the_identity():
    assert read("one;joy\n").class_map == {"sadness": ("sadness",), "joy": ("joy",), "love": ("love",)}


def test_targets_follow_the_order_of_the_labels():
    assert parse_emotion_file(
        b"what a morning;joy\n", "here", "val", ["joy", "sadness"], "emotion"
    ).targets.tolist() == [0]


def test_carriage_returns_at_line_ends_are_dropped():
    assert read("one;joy\r\ntwo;love\r\n").targets.tolist() == [1, 2]


def test_byte_order_mark_is_dropped():
    assert read("one;joy\n".encode("utf-8-sig")).texts == ["one"]


def test_last_semicolon_of_a_line_separates():
    assert read("first; then; last;joy\n;;love\n").texts == ["first; then; last", ";"]


def test_texts_are_as_in_the_file():
    assert read(" Spaced  OUT @ann &amp; 😂\u2028 ; joy \n").texts == [" Spaced  OUT @ann &amp; 😂\u2028 "]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("one;joy\ntwo;envy\n", 2, "unknown label 'envy'; expected one of sadness, joy, love"),
        ("one;Joy\n", 1, "unknown label 'Joy'"),
        ("one;\n", 1, "unknown label ''"),
        ("one;joy\nno label here\ntwo;joy\n", 2, "no semicolon in 'no label here'; expected text;label"),
        ("one;joy\n\ntwo;joy\n", 2, "no semicolon in ''"),
        ("one;joy\ntwo;joy\n\n", 3, "no semicolon in ''"),
        (";joy\n", 1, "no text before the semicolon; expected text;label"),
        ("one;joy\n \t;joy\n", 2, "no text before the semicolon"),
        (b"one;joy\ntwo;joy\ncaf\xe9;joy\n", 3, "byte 4 of the line (0xe9) is not UTF-8"),
    ],
)
def test_faulty_line_is_named_by_file_and_number(content, line, message):
    with pytest.raises(DataError) as caught:
        read(content)

    assert str(caught.value).startswith(f"dir/train.txt:{line}: {message}")


def test_long_faulty_line_is_shortened_in_the_message():
    with pytest.raises(DataError) as caught:
        read("word " * 10_000)

    assert str(caught.value).startswith("dir/train.txt:1: no semicolon")
    assert len(str(caught.value)) < 200


def test_empty_file_is_refused():
    with pytest.raises(DataError, match=r"^dir/train\.txt: the file is empty; expected lines of the form text;label$"):
        read(b"")


@pytest.fixture
def folder(tmp_path):
    for number, split in enumerate(SPLITS):
        (tmp_path / f"{split}.txt").write_text(f"text of {split};{EMOTIONS[number]}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("split", SPLITS)
def test_read_reads_the_file_of_the_split(folder, split):
    data = EmotionSource(folder).read(split)

    assert data.texts == [f"text of {split}"]
    assert (data.source, data.split, data.labels) == ("emotion", split, EMOTIONS)


def test_source_finds_its_folder_in_the_root_of_all_datasets(folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    folder.rename(root / "emotion")

    assert EmotionSource(root).read("val").texts == ["text of val"]


def test_read_with_own_labels(folder):
    (folder / "val.txt").write_text("it pours;rain\n", encoding="utf-8")
    data = EmotionSource(folder, ["sun", "rain"]).read("val")

    assert data.targets.tolist() == [1]
    assert data.labels == ("sun", "rain")


def test_missing_file_is_named(folder):
    (folder / "val.txt").unlink()
    with pytest.raises(DataError) as caught:
        EmotionSource(folder).read("val")

    assert str(caught.value) == f"{folder / 'val.txt'}: no such file; expected lines of the form text;label"


def test_read_refuses_an_unknown_split(folder):
    (folder / "dev.txt").write_text("one;joy\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"^source emotion has no split 'dev'; expected one of train, val, test$"):
        EmotionSource(folder).read("dev")


def test_missing_folder_is_named_with_what_it_should_hold(tmp_path):
    with pytest.raises(DataError) as caught:
        EmotionSource(tmp_path / "nowhere")

    assert str(caught.value).startswith(f"{tmp_path / 'nowhere'}: no such folder")
    assert "train.txt, val.txt and test.txt" in str(caught.value)


@pytest.mark.parametrize(
    ("split", "sizes"),
    [
        ("train", [4666, 5362, 1304, 2159, 1937, 572]),
        ("val", [550, 704, 178, 275, 212, 81]),
        ("test", [581, 695, 159, 275, 224, 66]),
    ],
)
def test_read_of_the_real_dataset(data_dir, split, sizes):
    data = EmotionSource(data_dir).read(split)

    assert len(data) == len(data.targets) == sum(sizes)
    assert np.bincount(data.targets).tolist() == sizes

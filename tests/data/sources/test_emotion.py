"""Reading ``text;label`` files: what a line may hold, and that every fault names file and line."""

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


def test_texts_and_targets_are_read_in_order():
    content = "what a morning;joy\nno one came;sadness\nmine always;love\n"
    data = read(content)

    assert data.texts == ["what a morning", "no one came", "mine always"]
    assert data.targets.tolist() == [1, 0, 2]
    assert data.targets.dtype == np.int64
    assert data.labels == LABELS
    assert data.rows.tolist() == [1, 2, 3]
    assert data.sha256 == hashlib.sha256(content.encode("utf-8")).hexdigest()
    assert (data.source, data.split) == ("emotion", "train")


def test_every_label_counts_as_itself_alone():
    assert read("one;joy\n").class_map == {"sadness": ("sadness",), "joy": ("joy",), "love": ("love",)}


def test_the_order_of_the_labels_decides_the_targets():
    assert parse_emotion_file(
        b"what a morning;joy\n", "here", "val", ["joy", "sadness"], "emotion"
    ).targets.tolist() == [0]


def test_carriage_returns_at_line_ends_are_no_part_of_the_label():
    assert read("one;joy\r\ntwo;love\r\n").targets.tolist() == [1, 2]


def test_a_byte_order_mark_is_no_part_of_the_first_text():
    assert read("one;joy\n".encode("utf-8-sig")).texts == ["one"]


def test_only_the_last_semicolon_separates():
    assert read("first; then; last;joy\n;;love\n").texts == ["first; then; last", ";"]


def test_texts_stay_as_they_stand_in_the_file():
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
def test_a_faulty_line_is_named_by_file_and_number(content, line, message):
    with pytest.raises(DataError) as caught:
        read(content)

    assert str(caught.value).startswith(f"dir/train.txt:{line}: {message}")


def test_a_long_faulty_line_is_not_repeated_whole():
    with pytest.raises(DataError) as caught:
        read("word " * 10_000)

    assert str(caught.value).startswith("dir/train.txt:1: no semicolon")
    assert len(str(caught.value)) < 200


def test_an_empty_file_is_called_empty():
    with pytest.raises(DataError, match=r"^dir/train\.txt: the file is empty; expected lines of the form text;label$"):
        read(b"")


@pytest.fixture
def folder(tmp_path):
    for number, split in enumerate(SPLITS):
        (tmp_path / f"{split}.txt").write_text(f"text of {split};{EMOTIONS[number]}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("split", SPLITS)
def test_a_split_is_the_file_of_its_name(folder, split):
    data = EmotionSource(folder).read(split)

    assert data.texts == [f"text of {split}"]
    assert (data.source, data.split, data.labels) == ("emotion", split, EMOTIONS)


def test_the_root_of_all_datasets_will_do_for_the_folder(folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    folder.rename(root / "emotion")

    assert EmotionSource(root).read("val").texts == ["text of val"]


def test_a_model_of_other_labels_reads_its_own(folder):
    (folder / "val.txt").write_text("it pours;rain\n", encoding="utf-8")
    data = EmotionSource(folder, ["sun", "rain"]).read("val")

    assert data.targets.tolist() == [1]
    assert data.labels == ("sun", "rain")


def test_a_missing_split_is_named(folder):
    (folder / "val.txt").unlink()
    with pytest.raises(DataError) as caught:
        EmotionSource(folder).read("val")

    assert str(caught.value) == f"{folder / 'val.txt'}: no such file; expected lines of the form text;label"


def test_a_split_that_there_never_was_is_refused(folder):
    (folder / "dev.txt").write_text("one;joy\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"^source home has no split 'dev'; expected one of train, val, test$"):
        EmotionSource(folder).read("dev")


def test_a_missing_folder_says_what_it_should_hold(tmp_path):
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
def test_the_dataset_itself_is_read_whole(data_dir, split, sizes):
    data = EmotionSource(data_dir).read(split)

    assert len(data) == len(data.targets) == sum(sizes)
    assert np.bincount(data.targets).tolist() == sizes

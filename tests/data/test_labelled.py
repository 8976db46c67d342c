"""Reading ``text;label`` files: what a line may hold, and that every fault names file and line."""

import hashlib

import numpy as np
import pytest

from tweetmoji import DataError
from tweetmoji.data import SPLITS, read_labelled, read_split

LABELS = ("sadness", "joy", "love")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "train.txt"


def read(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_labelled(path, LABELS)


def test_texts_and_targets_are_read_in_order(path):
    content = "what a morning;joy\nno one came;sadness\nmine always;love\n"
    data = read(path, content)

    assert data.texts == ["what a morning", "no one came", "mine always"]
    assert data.targets.tolist() == [1, 0, 2]
    assert data.targets.dtype == np.int64
    assert data.labels == LABELS
    assert data.sha256 == hashlib.sha256(content.encode("utf-8")).hexdigest()
    assert len(data) == 3


def test_the_order_of_the_labels_decides_the_targets(path):
    path.write_text("what a morning;joy\n", encoding="utf-8")
    assert read_labelled(path, ["joy", "sadness"]).targets.tolist() == [0]


def test_the_last_line_may_lack_its_line_end(path):
    assert read(path, "one;joy\ntwo;love").texts == ["one", "two"]


def test_carriage_returns_at_line_ends_are_no_part_of_the_label(path):
    data = read(path, "one;joy\r\ntwo;love\r\n")

    assert data.texts == ["one", "two"]
    assert data.targets.tolist() == [1, 2]


def test_a_byte_order_mark_is_no_part_of_the_first_text(path):
    content = "one;joy\n".encode("utf-8-sig")
    data = read(path, content)

    assert data.texts == ["one"]
    assert data.sha256 == hashlib.sha256(content).hexdigest()


def test_only_the_last_semicolon_separates(path):
    assert read(path, "first; then; last;joy\n;;love\n").texts == ["first; then; last", ";"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_lines_end_at_newlines_alone(path, separator):
    assert read(path, f"one{separator}two;joy\nthree;love\n").texts == [f"one{separator}two", "three"]


def test_texts_stay_as_they_stand_in_the_file(path):
    assert read(path, " Spaced  OUT @ann &amp; 😂 ; joy \n").texts == [" Spaced  OUT @ann &amp; 😂 "]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("one;joy\ntwo;envy\n", 2, "unknown label 'envy'; expected one of sadness, joy, love"),
        ("one;Joy\n", 1, "unknown label 'Joy'"),
        ("one;\n", 1, "unknown label ''"),
        ("one;joy\nno label here\ntwo;joy\n", 2, "no semicolon in 'no label here'; expected text;label"),
        ("one;joy\n\ntwo;joy\n", 2, "no semicolon in ''"),
        ("one;joy\ntwo;joy\n\n", 3, "no semicolon in ''"),
        (";joy\n", 1, "no text before the semicolon"),
        ("one;joy\n \t;joy\n", 2, "no text before the semicolon"),
        (b"one;joy\ntwo;joy\ncaf\xe9;joy\n", 3, "byte 4 of the line (0xe9) is not UTF-8"),
        (b"\xed\xa0\x80;joy\n", 1, "byte 1 of the line (0xed) is not UTF-8"),
        (b"\xff\xfeo\x00;\x00", 1, "byte 1 of the line (0xff) is not UTF-8"),
    ],
)
def test_a_faulty_line_is_named_by_file_and_number(path, content, line, message):
    with pytest.raises(DataError) as caught:
        read(path, content)

    assert str(caught.value).startswith(f"{path}:{line}: {message}")


def test_a_long_faulty_line_is_not_repeated_whole(path):
    with pytest.raises(DataError) as caught:
        read(path, "word " * 10_000)

    assert str(caught.value).startswith(f"{path}:1: no semicolon")
    assert len(str(caught.value)) < len(str(path)) + 200


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty(path, content):
    with pytest.raises(DataError) as caught:
        read(path, content)

    assert str(caught.value).startswith(f"{path}: the file is empty; expected lines of the form text;label")


def test_a_missing_file_is_named(path):
    with pytest.raises(DataError) as caught:
        read_labelled(path, LABELS)

    assert str(caught.value).startswith(f"{path}: no such file")


def test_a_folder_in_place_of_the_file_is_named(path):
    path.mkdir()
    with pytest.raises(DataError) as caught:
        read_labelled(path, LABELS)

    assert str(caught.value).startswith(f"{path}: cannot be read")


@pytest.mark.parametrize("split", SPLITS)
def test_a_split_is_the_file_of_its_name(tmp_path, split):
    for number, name in enumerate(("train", "val", "test")):
        (tmp_path / f"{name}.txt").write_text(f"text of {name};{LABELS[number]}\n", encoding="utf-8")

    assert read_split(tmp_path, split, LABELS).texts == [f"text of {split}"]


def test_a_missing_split_is_named(tmp_path):
    with pytest.raises(DataError) as caught:
        read_split(tmp_path, "val", LABELS)

    assert str(caught.value).startswith(f"{tmp_path / 'val.txt'}: no such file")


def test_a_missing_folder_says_what_it_should_hold(tmp_path):
    with pytest.raises(DataError) as caught:
        read_split(tmp_path / "nowhere", "val", LABELS)

    assert str(caught.value).startswith(f"{tmp_path / 'nowhere'}: no such folder")
    assert "train.txt, val.txt and test.txt" in str(caught.value)


@pytest.mark.parametrize(("split", "n"), [("train", 16_000), ("val", 2_000), ("test", 2_000)])
def test_the_dataset_itself_is_read_whole(data_dir, split, n):
    data = read_split(data_dir / "emotion", split, ("sadness", "joy", "love", "anger", "fear", "surprise"))

    assert len(data) == len(data.targets) == n
    assert set(data.targets.tolist()) == set(range(6))

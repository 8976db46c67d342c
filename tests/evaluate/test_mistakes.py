"""`find_mistakes` and `write_mistakes`: which mistakes, in which order, in a file that git ignores."""

import csv
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji.data import LabeledTexts
from tweetmoji.evaluate.mistakes import MAX_MISTAKES, Mistake, find_mistakes, write_mistakes

CLASSES = ("anger", "joy")


def make_split(targets, texts=None, rows=None):
    n = len(targets)
    return LabeledTexts(
        source="made",
        split="val",
        texts=texts or [f"text {i}" for i in range(n)],
        targets=np.array(targets, dtype=np.int64),
        labels=CLASSES,
        class_map={name: (name,) for name in CLASSES},
        rows=np.array(rows or range(1, n + 1), dtype=np.int64),
        sha256="ab" * 32,
    )


def predict(column, confidence):
    return [confidence if i == column else 1 - confidence for i in range(2)]


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_find_mistakes_gives_the_most_confident_first():
    data = make_split([0, 0, 1, 1], rows=[11, 12, 13, 14])
    probabilities = np.array([predict(1, 0.7), predict(0, 0.99), predict(0, 0.9), predict(1, 0.6)])

    assert find_mistakes(data, probabilities) == [
        Mistake(row=13, label="joy", predicted="anger", confidence=0.9, text="text 2"),
        Mistake(row=11, label="anger", predicted="joy", confidence=0.7, text="text 0"),
    ]


def test_equally_confident_mistakes_keep_the_order_of_the_file():
    data = make_split([0] * 40)
    probabilities = np.array([predict(1, 0.6 + 0.3 * (i == 30)) for i in range(40)])

    rows = [mistake.row for mistake in find_mistakes(data, probabilities)]
    assert rows == [31, *range(1, 31), *range(32, 41)]


def test_find_mistakes_gives_at_most_max_mistakes():
    data = make_split([0] * (MAX_MISTAKES + 10))
    probabilities = np.array([predict(1, 0.5 + i / 1000) for i in range(1, MAX_MISTAKES + 11)])

    rows = [mistake.row for mistake in find_mistakes(data, probabilities)]
    assert rows == list(range(MAX_MISTAKES + 10, 10, -1))


def test_find_mistakes_of_a_perfect_model_gives_none():
    assert find_mistakes(make_split([0, 1]), np.eye(2)) == []


def test_write_mistakes_writes_row_labels_confidence_and_text(tmp_path):
    mistakes = [Mistake(row=7, label="anger", predicted="joy", confidence=0.98765, text='so "happy", you\nknow 😂')]
    path = write_mistakes(tmp_path / "a" / "b", make_split([0]), mistakes)

    assert path == tmp_path / "a" / "b" / "made-val.csv"
    assert read(path) == [
        ["row", "label", "predicted", "confidence", "text"],
        ["7", "anger", "joy", "0.9877", 'so "happy", you\nknow 😂'],
    ]


def test_write_mistakes_of_none_writes_the_header(tmp_path):
    assert len(read(write_mistakes(tmp_path, make_split([0]), []))) == 1


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=5))
def test_any_text_can_be_read_back_from_the_csv(texts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mistakes")
    data = make_split([0] * len(texts), texts)
    path = write_mistakes(folder, data, find_mistakes(data, np.array([predict(1, 0.9)] * len(texts))))

    assert [row[4] for row in read(path)[1:]] == texts


def test_lone_surrogates_are_replaced(tmp_path):
    path = write_mistakes(tmp_path, make_split([0]), [Mistake(1, "anger", "joy", 0.9, "cut \ud83d off")])
    assert read(path)[1][4] == "cut ? off"


def test_the_folder_has_a_gitignore_for_everything(tmp_path):
    write_mistakes(tmp_path / "mistakes", make_split([0]), [])
    assert (tmp_path / "mistakes" / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_status_shows_nothing_of_the_folder(tmp_path):
    write_mistakes(tmp_path / "report" / "mistakes", make_split([0]), [])
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True, capture_output=True)
    done = subprocess.run(
        ["git", "-C", tmp_path, "status", "--short", "--untracked-files=all"], check=True, capture_output=True
    )
    assert done.stdout == b""


def test_writing_again_replaces_only_the_file_of_the_split(tmp_path):
    mistake = Mistake(1, "anger", "joy", 0.9, "text")
    write_mistakes(tmp_path, make_split([0]), [mistake, mistake])
    write_mistakes(tmp_path, replace(make_split([0]), split="test"), [mistake])
    write_mistakes(tmp_path, make_split([0]), [])

    assert {path.name for path in tmp_path.iterdir()} == {".gitignore", "made-val.csv", "made-test.csv"}
    assert [len(read(tmp_path / name)) for name in ("made-val.csv", "made-test.csv")] == [1, 2]

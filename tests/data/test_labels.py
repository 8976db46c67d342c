"""Labels of a user's own: read in their order, and every fault of their file in a message that says what to write."""

from pathlib import Path

import numpy as np
import pytest

from tweetmoji import DataError
from tweetmoji.data import open_source
from tweetmoji.data.labels import LabelSet, read_labels
from tweetmoji.emotions import EMOJI, EMOTIONS

TUTORIAL = Path(__file__).parents[2] / "docs" / "own-labels"


def write(folder, content):
    path = folder / "labels.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def fault(path):
    with pytest.raises(DataError) as caught:
        read_labels(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


def test_labels_are_the_six_emotions_unless_told_otherwise():
    assert LabelSet() == LabelSet(EMOTIONS, dict(EMOJI))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_order_of_the_file_is_the_order_of_the_labels(tmp_path, mark):
    content = mark + '[labels]\nquestion = "❓"\npraise = "👏"\n"off topic" = "🤷"\n[other]\nx = 1\n'.encode()
    labels = read_labels(write(tmp_path, content))
    assert labels.labels == ("question", "praise", "off topic")
    assert list(labels.emoji.items()) == [("question", "❓"), ("praise", "👏"), ("off topic", "🤷")]


def test_missing_file_is_named_with_what_it_should_hold(tmp_path):
    assert "no such file; expected a table [labels] with lines like praise" in fault(tmp_path / "labels.toml")


@pytest.mark.parametrize(
    "content", ["[labels]\npraise = 👏\n", "[labels", b"[labels]\npraise = '\xff'\n", '[labels]\na = "b"\na = "c"\n']
)
def test_what_is_not_toml_is_refused_with_the_reason(tmp_path, content):
    message = fault(write(tmp_path, content))
    assert "not TOML (" in message
    assert "expected a table [labels]" in message


@pytest.mark.parametrize("content", ["", 'praise = "👏"\ncomplaint = "😤"\n', 'labels = ["praise", "complaint"]\n'])
def test_missing_table_is_asked_for(tmp_path, content):
    assert "no table [labels]; expected" in fault(write(tmp_path, content))


@pytest.mark.parametrize(("content", "count"), [("[labels]\n", 0), ('[labels]\npraise = "👏"\n', 1)])
def test_fewer_than_two_labels_are_refused_by_their_number(tmp_path, content, count):
    assert f"{count} labels; expected two or more under [labels]" in fault(write(tmp_path, content))


@pytest.mark.parametrize("value", ['""', '" "', "1", "true", '["👏"]', "{}"])
def test_emoji_that_is_no_string_with_something_in_it_is_named_with_its_label(tmp_path, value):
    message = fault(write(tmp_path, f'[labels]\ncomplaint = "😤"\npraise = {value}\n'))
    assert "the emoji of praise is " in message
    assert 'write for example praise = "👏"' in message


@pytest.mark.parametrize("name", ["", " praise", "praise "])
def test_name_that_no_row_of_a_table_could_have_is_refused(tmp_path, name):
    assert f"a label is {name!r}; expected a name" in fault(write(tmp_path, f'[labels]\n"{name}" = "👏"\nb = "😤"\n'))


@pytest.mark.parametrize(("file", "least"), [("messages.csv", 20), ("later.csv", 4)])
def test_files_of_the_tutorial_fit_each_other(file, least):
    labels = read_labels(TUTORIAL / "labels.toml").labels
    data = open_source("table", TUTORIAL / file, labels).read("full")
    assert np.bincount(data.targets, minlength=len(labels)).min() >= least

"""``read_labels``: the user's own labels in their order, and a message for every fault of the file."""

from pathlib import Path

import numpy as np
import pytest

from tweetmoji import DataError
from tweetmoji.data import open_source
from tweetmoji.data.labels import LabelSet, read_labels
from tweetmoji.emotions import EMOJI, EMOTIONS, NONE

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


def test_label_set_defaults_to_the_six_emotions():
    assert LabelSet() == LabelSet(EMOTIONS, dict(EMOJI))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_read_labels_keeps_the_order_of_the_file(tmp_path, mark):
    content = mark + '[labels]\nquestion = "❓"\npraise = "👏"\n"off topic" = "🤷"\n[other]\nx = 1\n'.encode()
    labels = read_labels(write(tmp_path, content))
    assert labels.labels == ("question", "praise", "off topic")
    assert list(labels.emoji.items()) == [("question", "❓"), ("praise", "👏"), ("off topic", "🤷")]


def test_read_labels_names_a_missing_file(tmp_path):
    assert "no such file; expected a table [labels] with lines like praise" in fault(tmp_path / "labels.toml")


@pytest.mark.parametrize(
    "content", ["[labels]\npraise = 👏\n", "[labels", b"[labels]\npraise = '\xff'\n", '[labels]\na = "b"\na = "c"\n']
)
def test_read_labels_refuses_what_is_not_toml_with_the_reason(tmp_path, content):
    message = fault(write(tmp_path, content))
    assert "not TOML (" in message
    assert "expected a table [labels]" in message


@pytest.mark.parametrize("content", ["", 'praise = "👏"\ncomplaint = "😤"\n', 'labels = ["praise", "complaint"]\n'])
def test_read_labels_names_a_missing_table(tmp_path, content):
    assert "no table [labels]; expected" in fault(write(tmp_path, content))


@pytest.mark.parametrize(("content", "count"), [("[labels]\n", 0), ('[labels]\npraise = "👏"\n', 1)])
def test_read_labels_refuses_fewer_than_two_labels(tmp_path, content, count):
    assert f"{count} labels; expected 2 or more in [labels]" in fault(write(tmp_path, content))


@pytest.mark.parametrize("value", ['""', '" "', "1", "true", '["👏"]', "{}"])
def test_read_labels_refuses_an_emoji_that_is_empty_or_not_a_string(tmp_path, value):
    message = fault(write(tmp_path, f'[labels]\ncomplaint = "😤"\npraise = {value}\n'))
    assert "the emoji of praise is " in message
    assert 'write for example praise = "👏"' in message


@pytest.mark.parametrize("name", ["", " praise", "praise "])
def test_read_labels_refuses_a_label_that_is_empty_or_has_space_around_it(tmp_path, name):
    assert f"a label is {name!r}; expected a name" in fault(write(tmp_path, f'[labels]\n"{name}" = "👏"\nb = "😤"\n'))


@pytest.mark.parametrize(("file", "least"), [("messages.csv", 20), ("later.csv", 4)])
def test_read_labels_of_the_tutorial_fits_its_tables(file, least):
    labels = read_labels(TUTORIAL / "labels.toml").labels
    data = open_source("table", TUTORIAL / file, labels).read("full")
    assert np.bincount(data.targets, minlength=len(labels)).min() >= least


def test_label_set_of_the_emotions_has_none_as_its_last_output():
    assert LabelSet().none is True
    assert LabelSet().outputs == (*EMOTIONS, NONE)
    assert LabelSet(none=False).outputs == EMOTIONS


def test_labels_of_a_file_are_the_only_outputs_even_one_named_none(tmp_path):
    assert read_labels(write(tmp_path, '[labels]\nnone = "👏"\nb = "😤"\n')).outputs == ("none", "b")

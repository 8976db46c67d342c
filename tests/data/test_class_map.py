"""``class_map.toml``: that every choice has its reason, and that the groups are those of the scores."""

import tomllib
from importlib import resources

import pytest

from tweetmoji import EMOTIONS
from tweetmoji.data.class_map import parse_source_labels, read_source_labels

SIX_OF_GOEMOTIONS = {
    "joy": "admiration amusement excitement gratitude joy optimism pride relief",
    "love": "love caring desire",
    "anger": "anger annoyance disgust",
    "fear": "fear nervousness",
    "sadness": "sadness disappointment grief remorse",
    "surprise": "surprise",
    None: "approval confusion curiosity disapproval embarrassment realization neutral",
}


def read_tables():
    content = resources.files("tweetmoji.data").joinpath("class_map.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)


def test_every_choice_has_a_reason():
    rows = {
        f"{source}.{kind}.{name}": row
        for source, table in read_tables().items()
        for kind in ("labels", "classes")
        for name, row in table[kind].items()
    }

    assert len(rows) == 4 + 3 + 28 + 6
    assert [name for name, row in rows.items() if not row["because"].strip()] == []


@pytest.mark.parametrize("source", list(read_tables()))
def test_every_class_has_a_label_that_counts_as_it(source):
    mapping = read_source_labels(source)
    assert set(mapping.classes) == set(mapping.labels.values()) - {None}


@pytest.mark.parametrize("source", list(read_tables()))
def test_no_emotion_counts_as_two_classes(source):
    covered = [emotion for emotions in read_source_labels(source).class_map.values() for emotion in emotions]
    assert len(covered) == len(set(covered))


def test_goemotions_are_grouped_as_they_are_scored():
    expected = {name: emotion for emotion, names in SIX_OF_GOEMOTIONS.items() for name in names.split()}
    mapping = read_source_labels("goemotions")

    assert mapping.labels == expected
    assert mapping.classes == EMOTIONS
    assert mapping.class_map == {emotion: (emotion,) for emotion in EMOTIONS}


def test_tweeteval_is_grouped_as_it_is_scored():
    mapping = read_source_labels("tweeteval")

    assert mapping.labels == {"anger": "anger", "joy": "joy", "optimism": "joy", "sadness": "sadness"}
    assert mapping.classes == ("anger", "joy", "sadness")
    assert mapping.class_map == {"anger": ("anger",), "joy": ("joy", "love"), "sadness": ("sadness",)}


def test_a_source_without_a_table_is_a_key_error():
    with pytest.raises(KeyError, match="nowhere"):
        read_source_labels("nowhere")


def table(counts_as="joy", class_map=("joy",)):
    return {"labels": {"glee": {"as": counts_as}}, "classes": {"joy": {"counts": list(class_map)}}}


def test_none_is_no_class():
    assert parse_source_labels(table("none"), "mine").labels == {"glee": None}


def test_a_label_that_counts_as_no_class_is_named():
    with pytest.raises(ValueError, match=r"^mine: labels map to \['jo'\]; expected one of \['joy'\]$"):
        parse_source_labels(table("jo"), "mine")


def test_a_class_that_covers_no_emotion_of_ours_is_named():
    with pytest.raises(ValueError, match=r"^mine: classes cover \['glee'\]; expected some of sadness, joy, love"):
        parse_source_labels(table(class_map=["joy", "glee"]), "mine")

"""The names of the sources, and the ``NAME:ROWS`` of a command line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji import SettingError
from tweetmoji.data import SOURCES, TRAINING_SOURCES, UNLABELED, SourceChoice, parse_choice


def test_names_of_sources_and_collections():
    names = ["emotion", "tweeteval", "goemotions", "emoji", "huggingface", "kaggle", "table", "written", "annotated"]
    assert list(SOURCES) == names
    assert list(TRAINING_SOURCES) == [*(name for name in names if name != "emoji"), "neutral", "synthetic"]
    assert list(UNLABELED) == ["tweets", "emoji", "denials"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("emotion", SourceChoice("emotion")),
        ("goemotions:12000", SourceChoice("goemotions", 12000)),
        ("", SourceChoice("")),
    ],
)
def test_parse_choice_reads_a_name_with_or_without_rows(text, expected):
    assert parse_choice(text) == expected


@given(st.text().filter(lambda name: ":" not in name), st.integers(min_value=1))
def test_parse_choice_reads_any_name_and_any_number_of_rows(name, rows):
    assert parse_choice(f"{name}:{rows}") == SourceChoice(name, rows)


@pytest.mark.parametrize("rows", ["", "0", "-5", "+5", "1.5", "1e3", "1_000", " 5", "many", "٣", "5:6"])
def test_parse_choice_refuses_rows_that_are_not_a_positive_number(rows):
    with pytest.raises(SettingError) as caught:
        parse_choice(f"emotion:{rows}")
    assert str(caught.value) == (
        f"source 'emotion:{rows}': {rows!r} is not a number of rows; expected for example emotion:5000: correct it"
    )

"""`tools/emoticon_counts.py`: what is counted, and the table of it."""

import json

import pytest

import emoticon_counts
from emoticon_counts import ELSE, count, render_emoticons


def test_count_is_of_signs_alone_and_of_those_that_the_rules_read():
    found, read = count(["my D: drive", "no D: D:", "so cute :333 at 4:3", "^^ this ^^^", "<3% <34", "fine"])
    assert found == {"D:": 3, ":3": 1, "^^": 2, "<3": 1}
    assert read == {"D:": 1, ":3": 1, "^^": 1, "<3": 0}


def test_render_emoticons_has_a_row_for_each_sign():
    signs = [
        {"sign": "<3", "else": "a comparison", "found": 1200, "emoticons": 1199, "read": 1190},
        {"sign": "D=", "else": "a formula", "found": 0, "emoticons": None, "read": 0},
    ]
    header, _, *rows = render_emoticons({"texts": {"a": 1000, "b": 500}, "signs": signs}).splitlines()
    assert header.startswith("| sign, in 1,500 texts |")
    assert rows == [
        "| \\<3 | a comparison | 1,200 | 1,199 | 1,190 | read |",
        "| D= | a formula | 0 |  | 0 | not read |",
    ]


@pytest.mark.parametrize("sign", ELSE)
def test_the_committed_counts_are_of_the_signs_of_today(sign):
    rows = {row["sign"]: row for row in json.loads(emoticon_counts.RESULT.read_text(encoding="utf-8"))["signs"]}
    assert rows[sign]["else"] == ELSE[sign]
    assert rows[sign]["read"] <= rows[sign]["found"] >= (rows[sign]["emoticons"] or 0)

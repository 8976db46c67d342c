"""Grapheme clusters: the cases of Unicode's rules that a word boundary can meet."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji.text.graphemes import find_graphemes

SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def split(text):
    starts = find_graphemes(text)
    return [text[start:end] for start, end in zip(starts, [*starts, len(text)][1:], strict=True)]


@pytest.mark.parametrize(
    "clusters",
    [
        [],
        ["a", "b", " ", "!"],
        ["\r\n", "a"],
        ["\r", "a", "\n"],
        ["e\u0301", "t\u0301\u0323", "\u00e9"],
        [" \u0301", "a"],
        ["a\u200d", "😂"],  # a joiner joins emoji only
        ["👍🏽", "👍"],
        ["❤\ufe0f", "!"],
        ["1\ufe0f\u20e3", "2"],
        ["👨\u200d👩\u200d👧", "👨"],
        ["🏳\ufe0f\u200d🌈", "a"],
        ["👩🏽\u200d🚀", "a"],
        ["\u0600👩\u200d🚀", "a"],
        ["a\u0301\u200d", "🚀"],
        [SCOTLAND, "a"],
        ["🇩🇪", "🇫🇷", "🇩"],
        ["🇩\u0301", "🇪"],
        ["\u0600" + "1", "2"],
        ["\u0600", "\n"],
        ["\u0600🇩🇪", "🇫"],
        ["न\u093f", "a"],
        ["ก\u0e33", "a"],
        ["a\U0001f3fb", "b"],
    ],
    ids=ascii,
)
def test_clusters_are_those_of_unicode(clusters):
    assert split("".join(clusters)) == clusters


@given(text=st.text(max_size=40))
def test_clusters_make_up_the_text(text):
    clusters = split(text)
    assert "".join(clusters) == text
    assert all(clusters)


def test_a_long_cluster_takes_linear_time():
    """To look through it again at every emoji would take hours; the child is stopped after a minute."""
    program = """
from tweetmoji.text.graphemes import find_graphemes
assert find_graphemes("\\u0600" * 100_000 + "\\U0001f602\\u200d" * 100_000) == [0]
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

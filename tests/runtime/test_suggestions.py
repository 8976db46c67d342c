"""Suggestions: the most probable emoji of each row, in order."""

import numpy as np
import pytest

from tweetmoji import Suggestion
from tweetmoji.runtime.suggestions import rank_suggestions

EMOJI = ("🐶", "🐱", "☔", "🌞")
ROWS = np.array([[0.1, 0.4, 0.3, 0.2], [0.25, 0.25, 0.25, 0.25]], dtype=np.float32)


def test_the_most_probable_come_first():
    first, _ = rank_suggestions(ROWS, EMOJI, 3)
    assert [suggestion.emoji for suggestion in first] == ["🐱", "☔", "🌞"]
    assert [suggestion.probability for suggestion in first] == ROWS[0, [1, 2, 3]].tolist()
    assert {type(suggestion.probability) for suggestion in first} == {float}


def test_equally_probable_ones_keep_the_order_of_the_columns():
    assert rank_suggestions(ROWS, EMOJI, 2)[1] == [Suggestion("🐶", 0.25), Suggestion("🐱", 0.25)]


@pytest.mark.parametrize("k", [4, 5, 10**30])
def test_more_than_there_are_gives_all(k):
    assert [len(row) for row in rank_suggestions(ROWS, EMOJI, k)] == [4, 4]


def test_no_texts_have_no_suggestions():
    assert rank_suggestions(np.empty((0, 4), dtype=np.float32), EMOJI, 3) == []

"""The texts that ranges are measured on: some of every source, spread over all of it."""

from itertools import pairwise

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.train.export.ranges import SOURCE_TEXTS, choose_texts  # noqa: E402


@pytest.mark.parametrize("count", [0, 1, SOURCE_TEXTS - 1, SOURCE_TEXTS, SOURCE_TEXTS + 1, 10 * SOURCE_TEXTS + 7])
def test_up_to_a_number_of_texts_of_each_source_are_chosen(count):
    texts = [str(i) for i in range(count)]
    chosen = choose_texts([["first"], texts])
    assert chosen[0] == "first"
    assert len(chosen) == 1 + min(count, SOURCE_TEXTS)
    assert len(set(chosen)) == len(chosen)


@pytest.mark.parametrize("count", [SOURCE_TEXTS + 1, 2 * SOURCE_TEXTS - 1, 3 * SOURCE_TEXTS - 1, 20 * SOURCE_TEXTS])
def test_they_are_spread_over_the_whole_source(count):
    chosen = [int(text) for text in choose_texts([[str(i) for i in range(count)]])]
    step = count / SOURCE_TEXTS
    assert {abs((b - a) - step) < 1 for a, b in pairwise(chosen)} == {True}
    assert count - step - 1 <= chosen[-1] < count

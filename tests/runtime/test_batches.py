"""Batches hold texts of one length, every text once, and no more than fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji.runtime.batches import group_by_length, mix


@given(
    st.lists(st.integers(1, 40), max_size=200),
    st.integers(1, 100),
    st.integers(1, 50),
)
def test_every_text_is_in_one_batch_of_its_length_within_the_limits(lengths, max_tokens, max_texts):
    batches = group_by_length(lengths, max_tokens=max_tokens, max_texts=max_texts)

    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        tokens = [lengths[i] for i in batch]
        assert len(set(tokens)) == 1
        assert len(batch) <= max_texts
        assert len(batch) == 1 or sum(tokens) <= max_tokens
    work = [sum(lengths[i] for i in batch) for batch in batches]
    assert work == sorted(work, reverse=True)


@pytest.mark.parametrize(
    ("max_tokens", "max_texts", "sizes"), [(100, 100, [7]), (30, 100, [3, 3, 1]), (100, 4, [4, 3]), (9, 100, [1] * 7)]
)
def test_batches_are_as_large_as_the_limits_allow(max_tokens, max_texts, sizes):
    batches = group_by_length([10] * 7, max_tokens=max_tokens, max_texts=max_texts)
    assert [len(batch) for batch in batches] == sizes


@pytest.mark.parametrize(
    ("first", "second", "mixed"),
    [("abcdef", "12", "ab1cde2f"), ("", "12", "12"), ("a", "", "a"), ("", "", ""), ("ab", "1234", "1a23b4")],
)
def test_mix_spreads_both_lists_evenly(first, second, mixed):
    assert "".join(mix(first, second)) == mixed

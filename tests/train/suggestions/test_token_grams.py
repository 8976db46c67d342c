"""Hashed n-grams: worked by hand, and independent of the batch."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy")

from tweetmoji.train.suggestions.token_grams import MULTIPLIERS, PRIME, count_grams, hash_grams

(A,), (B, C), (D, E, F) = MULTIPLIERS


def test_every_run_of_one_two_and_three_tokens_has_its_bucket():
    buckets = 1000
    expected = [
        *(A * i for i in (2, 7, 3)),
        *(1 + B * i + C * j for i, j in ((2, 7), (7, 3))),
        2 + D * 2 + E * 7 + F * 3,
    ]
    assert hash_grams(np.array([[2, 7, 3]]), buckets).tolist() == [[value % PRIME % buckets for value in expected]]


@pytest.mark.parametrize(("tokens", "grams"), [(0, 0), (1, 1), (2, 3), (3, 6), (4, 9)])
def test_short_texts_have_fewer_ngrams(tokens, grams):
    assert hash_grams(np.ones((2, tokens), dtype=np.int64), 10).shape == (2, grams)


def test_order_of_tokens_matters():
    first, second = (set(hash_grams(np.array([ids]), 2**20)[0].tolist()) for ids in ([2, 5, 6, 3], [2, 6, 5, 3]))
    assert len(first & second) == 4  # the single tokens


def test_no_hash_overflows():
    ids = np.full((1, 4), 2**20, dtype=np.int64)
    assert (hash_grams(ids, 997) >= 0).all()
    assert all(sum(row) * 2**20 < 2**62 for row in MULTIPLIERS)


def test_counts_are_divided_by_the_root_of_their_number():
    matrix = count_grams([[2, 3], [], [2, 5, 5, 5, 3]], 50)
    assert (matrix.dtype, matrix.shape) == (np.float32, (3, 50))
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    assert totals == pytest.approx([np.sqrt(3), 0, np.sqrt(12)])

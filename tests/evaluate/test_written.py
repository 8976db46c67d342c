"""`rate_pairs` and `rate_capabilities`: what the written texts test, with Wilson's intervals."""

import numpy as np
import pytest
from scipy.stats import binomtest

from tweetmoji.evaluate.answers import Answers
from tweetmoji.evaluate.written import Rate, rate_capabilities, rate_pairs


def make_answers(*right):
    """Answers of which those are right that ``right`` says; the last class is none."""
    targets = np.arange(len(right)) % 3
    predictions = np.where(right, targets, (targets + 1) % 3)
    confidence, scores = np.full(len(right), 0.5), np.full((len(right), 2), 0.5)
    return Answers(("joy", "anger", "none"), targets, scores, predictions, predictions, confidence, None)


def test_a_pair_is_right_if_both_sides_are():
    answers = make_answers(True, True, True, False, False, False, True)
    rate = rate_pairs(answers, ["a", "a", "b", "b", "c", "c", ""])

    interval = binomtest(1, 3).proportion_ci(method="wilson")
    assert (rate.n, rate.right, rate.rate) == (3, 1, pytest.approx(1 / 3))
    assert (rate.low, rate.high) == pytest.approx((interval.low, interval.high))


def test_half_a_pair_does_not_count():
    rate = rate_pairs(make_answers(True, False, True), ["a", "b", "a"])
    assert (rate.n, rate.right) == (1, 1)


def test_without_pairs_there_is_no_rate():
    assert rate_pairs(make_answers(True, False), ["", ""]) is None
    assert rate_pairs(make_answers(True), ["a"]) is None


def test_capabilities_have_a_rate_each_in_alphabetical_order():
    rates = rate_capabilities(make_answers(True, False, True, False), ["plain", "irony", "irony", "irony"])

    assert list(rates) == ["irony", "plain"]
    assert (rates["irony"].n, rates["irony"].right, rates["irony"].rate) == (3, 1, pytest.approx(1 / 3))
    low = binomtest(1, 1).proportion_ci(method="wilson").low
    assert rates["plain"] == Rate(1, 1, 1.0, pytest.approx(low), 1.0)

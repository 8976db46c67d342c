"""`compare` and `mcnemar`, against differences measured resample by resample and p-values worked out by hand."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest

from tweetmoji.evaluate import measure
from tweetmoji.evaluate.compare import Difference, compare, mcnemar
from tweetmoji.evaluate.curves import accuracy_at_50
from tweetmoji.evaluate.intervals import bootstrap_intervals
from tweetmoji.evaluate.metrics import top_3_accuracy

LABELS = ("calm", "glad", "odd")


@pytest.fixture
def models():
    """Two models' probabilities of 300 texts, the second ones better, and the targets."""
    random = np.random.default_rng(0)
    first = random.dirichlet(np.ones(3), size=300)
    targets = np.array([random.choice(3, p=row) for row in first])
    second = 0.8 * first + 0.2 * np.eye(3)[targets]
    return first, second, targets


def test_only_first_right_and_only_second_right_are_counted():
    targets = np.array([0, 1, 2, 0, 1, 2])
    first = np.eye(3)[[0, 1, 2, 1, 0, 0]]  # correct: the first three
    second = np.eye(3)[[0, 0, 0, 0, 2, 1]]  # correct: the first and the fourth

    comparison = compare(first, second, targets, LABELS, resamples=10)

    assert comparison.n == 6
    assert (comparison.only_first_right, comparison.only_second_right) == (2, 1)
    assert comparison.p_value == mcnemar(2, 1)


def test_differences_are_second_minus_first(models):
    first, second, targets = models
    comparison = compare(first, second, targets, LABELS, resamples=10)

    before, after = measure(first, targets, LABELS).as_dict(), measure(second, targets, LABELS).as_dict()
    before["accuracy_at_50"], after["accuracy_at_50"] = accuracy_at_50(first, targets), accuracy_at_50(second, targets)
    before["top_3_accuracy"], after["top_3_accuracy"] = top_3_accuracy(first, targets), top_3_accuracy(second, targets)
    assert set(comparison.differences) == set(bootstrap_intervals(first, targets, LABELS, resamples=2))
    for name, difference in comparison.differences.items():
        assert difference.value == pytest.approx(after[name] - before[name]), name
    assert comparison.differences["accuracy"].value > 0
    assert comparison.differences["log_loss"].value < 0


def test_both_models_are_scored_on_the_same_resamples(models):
    first, second, targets = models
    comparison = compare(first, second, targets, LABELS, resamples=30, seed=7)

    differences = []
    for drawn in np.random.default_rng(7).integers(300, size=(30, 300)):
        before, after = (measure(rows[drawn], targets[drawn], LABELS) for rows in (first, second))
        differences.append((after.macro_f1 - before.macro_f1, after.brier - before.brier))
    for name, values in zip(("macro_f1", "brier"), zip(*differences, strict=True), strict=True):
        low, high = np.percentile(values, [2.5, 97.5])
        difference = comparison.differences[name]
        assert (difference.low, difference.high) == pytest.approx((low, high)), name


def test_a_model_does_not_differ_from_itself(models):
    first, _, targets = models
    comparison = compare(first, first, targets, LABELS, resamples=20)

    assert (comparison.only_first_right, comparison.only_second_right, comparison.p_value) == (0, 0, 1)
    assert set(comparison.differences.values()) == {Difference(value=0, low=0, high=0)}


def test_swapping_the_models_negates_the_differences(models):
    first, second, targets = models
    there = compare(first, second, targets, LABELS, resamples=50)
    back = compare(second, first, targets, LABELS, resamples=50)

    assert (there.only_first_right, there.only_second_right) == (back.only_second_right, back.only_first_right)
    assert there.p_value == back.p_value
    for name, difference in there.differences.items():
        swapped = back.differences[name]
        expected = (-swapped.value, -swapped.high, -swapped.low)
        assert (difference.value, difference.low, difference.high) == pytest.approx(expected)


def test_the_seed_decides_the_intervals(models):
    first, again, other = (compare(*models, LABELS, resamples=20, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_a_single_text_can_be_compared():
    comparison = compare(np.eye(3)[[0]], np.eye(3)[[1]], np.array([1]), LABELS)

    assert comparison.differences["accuracy"] == Difference(value=1, low=1, high=1)


def test_comparison_as_dict_is_plain_json(models):
    comparison = compare(*models, LABELS, resamples=20)
    plain = json.loads(json.dumps(comparison.as_dict()))

    assert plain == comparison.as_dict()
    assert list(plain) == ["n", "only_first_right", "only_second_right", "p_value", "differences"]
    assert list(plain["differences"]["accuracy"]) == ["value", "low", "high"]


@pytest.mark.parametrize(
    ("only_first", "only_second", "p_value"),
    [
        (0, 0, 1),
        (0, 1, 1),  # one toss says nothing
        (0, 5, 2 / 2**5),
        (1, 5, 2 * (1 + 6) / 2**6),
        (3, 3, 1),
        (3, 4, 1),
    ],
)
def test_mcnemar_worked_by_hand(only_first, only_second, p_value):
    assert mcnemar(only_first, only_second) == pytest.approx(p_value)
    assert mcnemar(only_second, only_first) == pytest.approx(p_value)


@pytest.mark.parametrize(("only_first", "only_second"), [(10, 21), (33, 40), (120, 171), (390, 411)])
def test_mcnemar_is_twice_the_tail_of_the_binomial_distribution(only_first, only_second):
    n = only_first + only_second
    tail = sum(math.comb(n, i) for i in range(only_first + 1))
    assert mcnemar(only_first, only_second) == pytest.approx(float(Fraction(2 * tail, 2**n)), rel=1e-8)


def test_mcnemar_of_a_very_uneven_split_is_next_to_nothing():
    assert math.log10(mcnemar(0, 1000)) == pytest.approx(math.log10(2) * -999)
    assert mcnemar(0, 50_000) == 0  # less than a float holds: no error


def test_fewer_texts_for_the_second_model_are_a_value_error(models):
    first, second, targets = models
    with pytest.raises(ValueError, match=r"probabilities have shape \(299, 3\); expected \(300, 3\)"):
        compare(first, second[1:], targets, LABELS)


def test_too_few_resamples_are_a_value_error(models):
    with pytest.raises(ValueError, match="resamples is 1; expected at least 2"):
        compare(*models, LABELS, resamples=1)

"""`reliability` and `selective_accuracy`, against values worked out by hand and scikit-learn's calibration curve."""

import math

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from tweetmoji.evaluate import measure
from tweetmoji.evaluate.curves import (
    ReliabilityBin,
    SelectivePoint,
    accuracy_at_50,
    accuracy_at_coverage,
    reliability,
    selective_accuracy,
)
from tweetmoji.evaluate.metrics import expected_calibration_error


def two_classes(confidences, correct):
    """Predictions of class 0 with these confidences, and targets that make them correct or wrong."""
    return np.column_stack([confidences, 1 - np.array(confidences)]), np.array([0 if hit else 1 for hit in correct])


@pytest.fixture
def drawn():
    """Probabilities of 500 texts over six classes, a little overconfident, and targets."""
    random = np.random.default_rng(3)
    probabilities = random.dirichlet(np.full(6, 0.4), size=500)
    targets = np.array([random.choice(6, p=0.8 * row + 0.2 / 6) for row in probabilities])
    return probabilities, targets


def test_reliability_bins_hold_n_confidence_and_accuracy():
    # 0.62 and 0.64 are in [9/15, 10/15); 1.0 is in the last bin, which includes it
    bins = reliability(*two_classes([0.62, 1.0, 0.64, 0.95], [True, True, False, False]))

    low, high = bins
    assert low == ReliabilityBin(low=9 / 15, high=10 / 15, n=2, confidence=pytest.approx(0.63), accuracy=0.5)
    assert high == ReliabilityBin(low=14 / 15, high=1.0, n=2, confidence=pytest.approx(0.975), accuracy=0.5)


def test_ece_is_the_mean_gap_of_the_reliability_bins(drawn):
    bins = reliability(*drawn)

    assert sum(one.n for one in bins) == 500
    expected = sum(one.n * abs(one.confidence - one.accuracy) for one in bins) / 500
    assert expected_calibration_error(*drawn) == pytest.approx(expected)
    assert measure(*drawn, "abcdef").ece == pytest.approx(expected)


def test_reliability_bins_are_those_of_calibration_curve(drawn):
    probabilities, targets = drawn
    correct = probabilities.argmax(axis=1) == targets
    accuracy, confidence = calibration_curve(correct, probabilities.max(axis=1), n_bins=15)

    bins = reliability(*drawn)
    assert [one.accuracy for one in bins] == pytest.approx(accuracy)
    assert [one.confidence for one in bins] == pytest.approx(confidence)


def test_selective_accuracy_answers_the_most_confident_texts_first():
    confidences = [0.6, 0.9, 0.7, 0.8]
    points = selective_accuracy(*two_classes(confidences, [False, True, False, True]))

    by_coverage = {point.coverage: point for point in points}
    assert by_coverage[0.25] == SelectivePoint(coverage=0.25, n=1, min_confidence=0.9, accuracy=1)
    assert by_coverage[0.5] == SelectivePoint(coverage=0.5, n=2, min_confidence=0.8, accuracy=1)
    assert by_coverage[0.75] == SelectivePoint(coverage=0.75, n=3, min_confidence=0.7, accuracy=pytest.approx(2 / 3))
    assert by_coverage[1.0] == SelectivePoint(coverage=1.0, n=4, min_confidence=0.6, accuracy=0.5)


def test_selective_accuracy_has_a_point_for_every_twentieth(drawn):
    points = selective_accuracy(*drawn)

    assert [point.coverage for point in points] == pytest.approx(np.linspace(0.05, 1, 20))
    assert [point.n for point in points] == list(range(25, 501, 25))
    assert points[-1].accuracy == pytest.approx(measure(*drawn, "abcdef").accuracy)


def test_selective_accuracy_is_the_accuracy_above_min_confidence(drawn):
    probabilities, targets = drawn
    correct = probabilities.argmax(axis=1) == targets
    for point in selective_accuracy(*drawn):
        given = probabilities.max(axis=1) >= point.min_confidence
        assert (given.sum(), correct[given].mean()) == (point.n, pytest.approx(point.accuracy))
        assert accuracy_at_coverage(*drawn, point.coverage) == point.accuracy


def test_of_equally_confident_predictions_the_earlier_ones_are_given():
    probabilities, targets = two_classes([0.7] * 40, [True] * 10 + [False] * 30)

    assert accuracy_at_coverage(probabilities, targets, 0.25) == 1
    assert accuracy_at_coverage(probabilities[::-1], targets[::-1], 0.25) == 0


@pytest.mark.parametrize("n", [1, 3, 7, 20, 100, 2000])
def test_selective_n_is_the_smallest_number_that_covers_the_share(n):
    probabilities, targets = two_classes([0.7] * n, [True] * n)

    # in whole numbers, because 0.55 * 100 is a little more than 55 in floating point
    assert [point.n for point in selective_accuracy(probabilities, targets)] == [
        math.ceil(step * n / 20) for step in range(1, 21)
    ]


def test_accuracy_at_50_is_that_of_the_more_confident_half():
    probabilities, targets = two_classes([0.6, 0.9, 0.7, 0.8, 0.95], [False, True, False, False, True])

    assert accuracy_at_50(probabilities, targets) == pytest.approx(2 / 3)  # three of five, since two are too few


@pytest.mark.parametrize("coverage", [0, -0.5, 1.01, math.nan])
def test_coverage_out_of_range_is_a_value_error(coverage):
    probabilities, targets = two_classes([0.7], [True])
    with pytest.raises(ValueError, match=r"coverage is .*; expected more than 0 and at most 1"):
        accuracy_at_coverage(probabilities, targets, coverage)


@pytest.mark.parametrize("curve", [reliability, selective_accuracy, accuracy_at_50])
def test_wrong_shapes_are_a_value_error(curve):
    for probabilities, targets in [(np.ones((2, 3)) / 3, [0]), (np.empty((0, 3)), []), (np.ones(3) / 3, [0, 1, 2])]:
        with pytest.raises(ValueError, match="probabilities have shape"):
            curve(probabilities, np.array(targets, dtype=np.int64))
    with pytest.raises(ValueError, match="targets reach from 2 to 2; expected 0 to 1"):
        curve(np.ones((1, 2)) / 2, np.array([2]))

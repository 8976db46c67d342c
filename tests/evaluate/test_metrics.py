"""`measure` and its parts, against values worked out by hand."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tweetmoji.evaluate.metrics import (
    expected_calibration_error,
    find_in_top,
    log_loss,
    measure,
    normalize_rows,
    top_3_accuracy,
)

LABELS = ("calm", "glad", "odd")

# five texts: calm calm glad glad odd, predicted as calm glad glad glad calm
PROBABILITIES = np.array(
    [[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.05, 0.9, 0.05], [0.25, 0.5, 0.25], [0.8, 0.1, 0.1]], dtype=np.float32
)
TARGETS = np.array([0, 0, 1, 1, 2])


@pytest.fixture
def worked():
    return measure(PROBABILITIES, TARGETS, LABELS)


def test_accuracy_is_the_share_of_correct_predictions(worked):
    assert worked.n == 5
    assert worked.accuracy == pytest.approx(3 / 5)


def test_per_class_has_n_precision_recall_and_f1(worked):
    assert list(worked.per_class) == list(LABELS)
    calm, glad, odd = (worked.per_class[label] for label in LABELS)
    assert (calm.n, calm.precision, calm.recall, calm.f1) == pytest.approx((2, 1 / 2, 1 / 2, 1 / 2))
    assert (glad.n, glad.precision, glad.recall, glad.f1) == pytest.approx((2, 2 / 3, 1, 4 / 5))
    assert (odd.n, odd.precision, odd.recall, odd.f1) == (1, 0, 0, 0)  # never predicted: no division by zero


def test_balanced_accuracy_is_the_mean_recall(worked):
    assert worked.balanced_accuracy == pytest.approx((1 / 2 + 1 + 0) / 3)


def test_macro_f1_is_the_mean_f1(worked):
    assert worked.macro_f1 == pytest.approx((1 / 2 + 4 / 5 + 0) / 3)


def test_weighted_f1_weighs_each_class_by_its_texts(worked):
    assert worked.weighted_f1 == pytest.approx((2 * 1 / 2 + 2 * 4 / 5 + 1 * 0) / 5)


def test_confusion_has_true_classes_as_rows_and_predicted_ones_as_columns(worked):
    assert worked.confusion == ((1, 1, 0), (0, 2, 0), (1, 0, 0))


def test_brier_score_sums_the_squared_errors_over_all_classes(worked):
    rows = (0.09 + 0.04 + 0.01, 0.49 + 0.36 + 0.01, 0.0025 + 0.01 + 0.0025, 0.0625 + 0.25 + 0.0625, 0.64 + 0.01 + 0.81)
    assert worked.brier == pytest.approx(sum(rows) / 5, rel=1e-6)


def test_brier_score_of_a_certain_wrong_prediction_is_two():
    assert measure(np.eye(3)[[0]], np.array([1]), LABELS).brier == 2
    assert measure(np.eye(2)[[0]], np.array([1]), LABELS[:2]).brier == 2


def test_measure_does_not_change_its_input():
    probabilities = PROBABILITIES.astype(np.float64)
    measure(probabilities, TARGETS, LABELS)

    assert (probabilities == PROBABILITIES.astype(np.float64)).all()


def test_log_loss_is_the_mean_negative_logarithm(worked):
    expected = -sum(math.log(p) for p in (0.7, 0.3, 0.9, 0.5, 0.1)) / 5
    assert worked.log_loss == pytest.approx(expected, rel=1e-6)
    assert log_loss(PROBABILITIES, TARGETS) == pytest.approx(expected, rel=1e-6)


def test_log_loss_of_a_certain_wrong_prediction_is_finite():
    assert log_loss(np.array([[1.0, 0.0]]), np.array([1])) == pytest.approx(-math.log(np.finfo(np.float64).eps))


def test_ece_weighs_each_of_fifteen_bins():
    # Confidences 0.62 and 0.66 share the bin [9/15, 10/15): mean 0.64, half of them correct. 0.9 correct, 1.0 wrong and
    # 1.0 correct are in [13/15, 14/15) and in the last bin, which includes 1: |0.9 - 1| and |1 - 0.5|.
    rows = [[0.62, 0.38], [0.34, 0.66], [0.9, 0.1], [1.0, 0.0], [1.0, 0.0]]
    targets = np.array([0, 0, 0, 1, 0])

    expected = (2 * abs(0.64 - 0.5) + abs(0.9 - 1) + 2 * abs(1 - 0.5)) / 5
    assert expected_calibration_error(np.array(rows), targets) == pytest.approx(expected)


def test_ece_of_different_bins_does_not_cancel():
    rows = np.array([[0.95, 0.05], [0.55, 0.45]])  # too sure when wrong, not sure enough when correct

    assert expected_calibration_error(rows, np.array([1, 0])) == pytest.approx((0.95 + 0.45) / 2)


def test_perfect_predictions_have_perfect_metrics():
    metrics = measure(np.eye(3)[[0, 1, 2, 2]], np.array([0, 1, 2, 2]), LABELS)

    assert (metrics.accuracy, metrics.balanced_accuracy, metrics.macro_f1) == (1, 1, 1)
    assert metrics.weighted_f1 == 1
    assert (metrics.log_loss, metrics.brier, metrics.ece) == (pytest.approx(0, abs=1e-15), 0, 0)


def test_absent_classes_are_left_out_of_the_means():
    metrics = measure(np.eye(3)[[0, 0, 1]], np.array([0, 1, 1]), LABELS)

    assert metrics.macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert metrics.balanced_accuracy == pytest.approx((1 + 1 / 2) / 2)
    assert metrics.per_class["odd"].n == 0


def test_a_class_that_is_only_predicted_counts_in_macro_f1_alone():
    metrics = measure(np.eye(3)[[0, 2]], np.array([0, 0]), LABELS)

    assert metrics.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert metrics.balanced_accuracy == pytest.approx(1 / 2)


def test_metrics_as_dict_is_plain_json(worked):
    plain = json.loads(json.dumps(worked.as_dict()))

    names = "n accuracy balanced_accuracy macro_f1 weighted_f1 log_loss brier ece per_class confusion"
    assert list(plain) == names.split()
    assert plain == worked.as_dict()
    assert plain["confusion"] == [[1, 1, 0], [0, 2, 0], [1, 0, 0]]
    assert plain["per_class"]["glad"] == {
        "n": 2,
        "precision": pytest.approx(2 / 3),
        "recall": 1.0,
        "f1": pytest.approx(0.8),
    }


@pytest.mark.parametrize(
    ("probabilities", "targets"),
    [
        (np.ones((2, 2)) / 2, np.array([0, 1])),  # two columns, three labels
        (np.ones((2, 3)) / 3, np.array([0, 1, 2])),
        (np.ones(3) / 3, np.array([0])),
        (np.ones((0, 3)), np.array([], dtype=np.int64)),
    ],
)
def test_wrong_shapes_are_a_value_error(probabilities, targets):
    with pytest.raises(ValueError, match=r"probabilities have shape \(.*expected \(\d, 3\) with n > 0"):
        measure(probabilities, targets, LABELS)


@pytest.mark.parametrize(("targets", "reach"), [([0, 3], "0 to 3"), ([-1, 2], "-1 to 2")])
def test_targets_out_of_range_are_a_value_error(targets, reach):
    with pytest.raises(ValueError, match=f"targets reach from {reach}; expected 0 to 2"):
        measure(np.ones((2, 3)) / 3, np.array(targets), LABELS)


@pytest.mark.parametrize("row", [[0.5, 0.5, 0.5], [0.2, 0.2, 0.2], [1.5, -0.5, 0.0], [math.nan, 0.5, 0.5]])
def test_rows_that_are_no_probabilities_are_a_value_error(row):
    with pytest.raises(ValueError, match=r"probabilities reach from .* rows sum to .*; expected none below 0 and sums"):
        measure(np.array([[0.2, 0.3, 0.5], row]), np.array([0, 1]), LABELS)


def test_normalize_rows_removes_the_rounding_of_float32():
    rows = normalize_rows(PROBABILITIES)

    assert rows.dtype == np.float64
    assert rows == pytest.approx(PROBABILITIES, abs=1e-7)
    assert np.abs(rows.sum(axis=1) - 1).max() < 1e-15


@st.composite
def predictions(draw):
    """Probabilities of up to 40 texts over two to five classes, and their targets."""
    classes, n = draw(st.integers(2, 5)), draw(st.integers(1, 40))
    weights = draw(arrays(np.float64, (n, classes), elements=st.floats(0.01, 1)))
    targets = draw(arrays(np.int64, n, elements=st.integers(0, classes - 1)))
    return weights / weights.sum(axis=1, keepdims=True), targets


@given(predictions())
def test_measure_works_without_warnings_whichever_classes_occur(drawn):
    probabilities, targets = drawn
    metrics = measure(probabilities.astype(np.float32), targets, "abcde"[: probabilities.shape[1]])

    confusion = np.array(metrics.confusion)
    assert confusion.sum() == metrics.n == len(targets)
    assert metrics.accuracy == pytest.approx(confusion.trace() / metrics.n)
    recalls = [row.recall for row in metrics.per_class.values() if row.n]
    assert metrics.balanced_accuracy == pytest.approx(np.mean(recalls))
    assert metrics.weighted_f1 == pytest.approx(sum(row.n * row.f1 for row in metrics.per_class.values()) / metrics.n)


@given(predictions())
def test_ece_is_the_weighted_mean_gap_of_its_bins(drawn):
    probabilities, targets = drawn
    bins = [[] for _ in range(15)]
    for row, target in zip(probabilities.tolist(), targets.tolist(), strict=True):
        confidence = max(row)
        bins[min(int(confidence * 15), 14)].append((confidence, row.index(confidence) == target))
    expected = sum(
        len(rows) / len(targets) * abs(sum(c for c, _ in rows) / len(rows) - sum(hit for _, hit in rows) / len(rows))
        for rows in bins
        if rows
    )

    assert expected_calibration_error(probabilities, targets) == pytest.approx(expected)


def test_top_3_accuracy_counts_texts_whose_class_is_among_the_three_most_probable():
    rows = np.array([[0.1, 0.4, 0.2, 0.25, 0.05]] * 5)
    assert find_in_top(rows, np.arange(5)).tolist() == [False, True, True, True, False]
    assert top_3_accuracy(rows, np.array([1, 2, 0, 3, 3])) == 4 / 5
    assert top_3_accuracy(rows, np.array([1, 0, 0, 4, 0])) == 1 / 5


def test_of_equally_probable_classes_the_first_three_are_the_top():
    assert find_in_top(np.full((5, 5), 0.2), np.arange(5)).tolist() == [True, True, True, False, False]

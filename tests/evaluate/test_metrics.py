"""Every figure against a value worked out by hand and against scikit-learn's."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as reference

from tweetmoji.evaluate.metrics import expected_calibration_error, log_loss, measure

LABELS = ("calm", "glad", "odd")

# Five texts: calm calm glad glad odd. Answered: calm glad glad glad calm.
PROBABILITIES = np.array(
    [[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.05, 0.9, 0.05], [0.25, 0.5, 0.25], [0.8, 0.1, 0.1]], dtype=np.float32
)
TARGETS = np.array([0, 0, 1, 1, 2])


@pytest.fixture
def worked():
    return measure(PROBABILITIES, TARGETS, LABELS)


def test_accuracy_is_the_share_of_right_answers(worked):
    assert worked.n == 5
    assert worked.accuracy == pytest.approx(3 / 5)


def test_classes_are_scored_one_by_one(worked):
    assert list(worked.per_class) == list(LABELS)
    calm, glad, odd = (worked.per_class[label] for label in LABELS)
    assert (calm.n, calm.precision, calm.recall, calm.f1) == pytest.approx((2, 1 / 2, 1 / 2, 1 / 2))
    assert (glad.n, glad.precision, glad.recall, glad.f1) == pytest.approx((2, 2 / 3, 1, 4 / 5))
    assert (odd.n, odd.precision, odd.recall, odd.f1) == (1, 0, 0, 0)  # never answered: no division by zero


def test_balanced_accuracy_is_the_mean_recall(worked):
    assert worked.balanced_accuracy == pytest.approx((1 / 2 + 1 + 0) / 3)


def test_macro_f1_is_the_mean_f1(worked):
    assert worked.macro_f1 == pytest.approx((1 / 2 + 4 / 5 + 0) / 3)


def test_weighted_f1_weighs_each_class_by_its_texts(worked):
    assert worked.weighted_f1 == pytest.approx((2 * 1 / 2 + 2 * 4 / 5 + 1 * 0) / 5)


def test_confusion_has_right_classes_as_rows_and_answers_as_columns(worked):
    assert worked.confusion == ((1, 1, 0), (0, 2, 0), (1, 0, 0))


def test_brier_score_sums_the_squared_errors_over_all_classes(worked):
    rows = (0.09 + 0.04 + 0.01, 0.49 + 0.36 + 0.01, 0.0025 + 0.01 + 0.0025, 0.0625 + 0.25 + 0.0625, 0.64 + 0.01 + 0.81)
    assert worked.brier == pytest.approx(sum(rows) / 5, rel=1e-6)


def test_a_certain_wrong_answer_has_a_brier_score_of_two():
    assert measure(np.eye(3)[[0]], np.array([1]), LABELS).brier == 2


def test_measuring_leaves_the_probabilities_as_they_are():
    probabilities = PROBABILITIES.astype(np.float64)
    measure(probabilities, TARGETS, LABELS)

    assert (probabilities == PROBABILITIES.astype(np.float64)).all()


def test_log_loss_is_the_mean_negative_logarithm(worked):
    expected = -sum(math.log(p) for p in (0.7, 0.3, 0.9, 0.5, 0.1)) / 5
    assert worked.log_loss == pytest.approx(expected, rel=1e-6)


def test_calibration_error_weighs_each_bin_of_a_fifteenth():
    # Confidences 0.62 and 0.66 share the bin [9/15, 10/15): mean 0.64, half of them right. 0.9 right, 1.0 wrong and
    # 1.0 right lie in [13/15, 14/15) and in the last bin, which includes 1: |0.9 - 1| and |1 - 0.5|.
    rows = [[0.62, 0.38], [0.34, 0.66], [0.9, 0.1], [1.0, 0.0], [1.0, 0.0]]
    targets = np.array([0, 0, 0, 1, 0])

    expected = (2 * abs(0.64 - 0.5) + abs(0.9 - 1) + 2 * abs(1 - 0.5)) / 5
    assert expected_calibration_error(np.array(rows), targets) == pytest.approx(expected)


def test_calibration_errors_of_different_bins_do_not_cancel():
    rows = np.array([[0.95, 0.05], [0.55, 0.45]])  # too sure when wrong, not sure enough when right

    assert expected_calibration_error(rows, np.array([1, 0])) == pytest.approx((0.95 + 0.45) / 2)


def test_perfect_answers_have_perfect_figures():
    figures = measure(np.eye(3)[[0, 1, 2, 2]], np.array([0, 1, 2, 2]), LABELS)

    assert (figures.accuracy, figures.balanced_accuracy, figures.macro_f1) == (1, 1, 1)
    assert figures.weighted_f1 == 1
    assert (figures.log_loss, figures.brier, figures.ece) == (0, 0, 0)


def test_a_certain_wrong_answer_costs_much_but_not_infinitely():
    assert log_loss(np.array([[1.0, 0.0]]), np.array([1])) == pytest.approx(-math.log(np.finfo(np.float32).eps))


def test_classes_that_do_not_occur_are_left_out_of_the_means():
    figures = measure(np.eye(3)[[0, 0, 1]], np.array([0, 1, 1]), LABELS)

    assert figures.macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert figures.balanced_accuracy == pytest.approx((1 + 1 / 2) / 2)
    assert figures.per_class["odd"].n == 0


def test_a_class_that_is_only_answered_counts_in_macro_f1_alone():
    figures = measure(np.eye(3)[[0, 2]], np.array([0, 0]), LABELS)

    assert figures.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert figures.balanced_accuracy == pytest.approx(1 / 2)


def test_figures_are_plain_json(worked):
    figures = json.loads(json.dumps(worked.as_dict()))

    names = "n accuracy balanced_accuracy macro_f1 weighted_f1 log_loss brier ece per_class confusion"
    assert list(figures) == names.split()
    assert figures == worked.as_dict()
    assert figures["confusion"] == [[1, 1, 0], [0, 2, 0], [1, 0, 0]]
    assert figures["per_class"]["glad"] == {
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
def test_shapes_that_do_not_fit_are_refused(probabilities, targets):
    with pytest.raises(ValueError, match=r"probabilities have shape \(.*expected \(\d, 3\) with n > 0"):
        measure(probabilities, targets, LABELS)


@pytest.mark.parametrize(("targets", "reach"), [([0, 3], "0 to 3"), ([-1, 2], "-1 to 2")])
def test_targets_that_are_no_labels_are_refused(targets, reach):
    with pytest.raises(ValueError, match=f"targets reach from {reach}; expected 0 to 2"):
        measure(np.ones((2, 3)) / 3, np.array(targets), LABELS)


@st.composite
def answers(draw):
    """Probabilities of up to 40 texts over two to five classes, and their targets."""
    classes, n = draw(st.integers(2, 5)), draw(st.integers(1, 40))
    weights = draw(arrays(np.float64, (n, classes), elements=st.floats(0.01, 1)))
    targets = draw(arrays(np.int64, n, elements=st.integers(0, classes - 1)))
    return weights / weights.sum(axis=1, keepdims=True), targets


@given(answers())
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true", "ignore:.*single label was found")
def test_figures_are_those_of_scikit_learn(drawn):
    probabilities, targets = drawn
    classes = list(range(probabilities.shape[1]))
    given = probabilities.argmax(axis=1)
    figures = measure(probabilities, targets, [str(i) for i in classes])

    assert figures.accuracy == pytest.approx(reference.accuracy_score(targets, given))
    assert figures.balanced_accuracy == pytest.approx(reference.balanced_accuracy_score(targets, given))
    assert figures.macro_f1 == pytest.approx(reference.f1_score(targets, given, average="macro", zero_division=0))
    assert figures.weighted_f1 == pytest.approx(reference.f1_score(targets, given, average="weighted", zero_division=0))
    assert figures.log_loss == pytest.approx(reference.log_loss(targets, probabilities, labels=classes))
    brier = reference.brier_score_loss(targets, probabilities, labels=classes, scale_by_half=False)
    assert figures.brier == pytest.approx(brier)
    assert np.array_equal(figures.confusion, reference.confusion_matrix(targets, given, labels=classes))
    columns = reference.precision_recall_fscore_support(targets, given, labels=classes, zero_division=0)
    for one, (precision, recall, f1, n) in zip(figures.per_class.values(), zip(*columns, strict=True), strict=True):
        assert (one.precision, one.recall, one.f1, one.n) == pytest.approx((precision, recall, f1, n))


@given(answers())
def test_calibration_error_is_that_of_its_definition(drawn):
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

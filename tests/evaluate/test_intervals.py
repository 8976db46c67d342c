"""Intervals, against the figures of resampled texts measured one resample at a time, and against scipy."""

import json

import numpy as np
import pytest
from scipy import stats

from tweetmoji.evaluate import measure
from tweetmoji.evaluate.curves import accuracy_at_50
from tweetmoji.evaluate.intervals import (
    Interval,
    bootstrap_intervals,
    draw_counts,
    pass_rate_interval,
    percentile_interval,
    score_rows,
)

LABELS = ("calm", "glad", "odd", "rare")
NAMES = ["accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "log_loss", "brier", "ece", "accuracy_at_50"]


def draw(n, seed=0):
    """Answers to n texts of four classes, of which the last is rare, and their targets; some confidences are equal."""
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet([1, 1, 1, 0.2], size=n).round(1) + 0.01
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return probabilities, np.array([random.choice(4, p=row) for row in probabilities])


def measure_all(probabilities, targets):
    """The eight figures as the other modules compute them."""
    metrics = measure(probabilities, targets, LABELS).as_dict() | {
        "accuracy_at_50": accuracy_at_50(probabilities, targets)
    }
    return {name: metrics[name] for name in NAMES}


@pytest.mark.parametrize("n", [1, 2, 13, 60])
def test_a_resamples_figures_are_those_of_the_texts_it_drew(n):
    probabilities, targets = draw(n)
    rows = score_rows(probabilities, targets, LABELS)

    for counts in draw_counts(n, resamples=50, seed=1):
        drawn = np.repeat(np.arange(n), counts)
        assert rows.metrics(counts) == pytest.approx(measure_all(probabilities[drawn], targets[drawn]))


def test_texts_that_count_once_each_have_the_plain_figures():
    probabilities, targets = draw(60)
    figures = score_rows(probabilities.astype(np.float32), targets, LABELS).metrics(np.ones(60, dtype=np.int64))

    assert list(figures) == NAMES
    assert figures == pytest.approx(measure_all(probabilities.astype(np.float32), targets))


def test_classes_that_a_resample_misses_are_left_out_of_its_means():
    probabilities, targets = np.eye(4)[[0, 1, 1, 3]], np.array([0, 1, 0, 2])
    figures = score_rows(probabilities, targets, LABELS).metrics(np.array([1, 2, 1, 0]))

    assert figures["balanced_accuracy"] == pytest.approx((1 / 2 + 1) / 2)
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_intervals_are_the_middle_of_the_resamples():
    probabilities, targets = draw(60)
    intervals = bootstrap_intervals(probabilities, targets, LABELS, resamples=200, seed=5)

    drawn = [np.repeat(np.arange(60), counts) for counts in draw_counts(60, resamples=200, seed=5)]
    figures = [measure_all(probabilities[rows], targets[rows]) for rows in drawn]
    assert list(intervals) == NAMES
    for name, interval in intervals.items():
        low, high = np.percentile([one[name] for one in figures], [2.5, 97.5])
        assert (interval.low, interval.high) == pytest.approx((low, high)), name


def test_intervals_of_means_are_nearly_those_of_the_normal_distribution():
    probabilities, targets = draw(2400)
    intervals = bootstrap_intervals(probabilities, targets, LABELS)

    losses = -np.log(probabilities[np.arange(2400), targets])
    for name, values in {"accuracy": probabilities.argmax(axis=1) == targets, "log_loss": losses}.items():
        expected = stats.norm.interval(0.95, values.mean(), values.std() / np.sqrt(2400))
        width = expected[1] - expected[0]
        assert (intervals[name].low, intervals[name].high) == pytest.approx(expected, abs=0.1 * width)


def test_the_seed_decides_the_intervals():
    probabilities, targets = draw(60)
    first, again, other = (
        bootstrap_intervals(probabilities, targets, LABELS, resamples=20, seed=seed) for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_resamples_draw_as_many_texts_as_there_are_each_equally_often():
    counts = np.array(list(draw_counts(10, resamples=4000, seed=0)))

    assert counts.shape == (4000, 10)
    assert (counts.sum(axis=1) == 10).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(10), abs=0.1)
    assert (counts == 0).mean() == pytest.approx(0.9**10, abs=0.01)  # with replacement


def test_percentiles_leave_out_a_fortieth_at_either_end():
    assert percentile_interval(list(range(1001))) == Interval(pytest.approx(25), pytest.approx(975))


def test_perfect_answers_have_intervals_without_width():
    intervals = bootstrap_intervals(np.eye(4), np.arange(4), LABELS, resamples=20)

    for name in ("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "accuracy_at_50"):
        assert intervals[name] == Interval(1, 1)
    for name in ("log_loss", "brier", "ece"):
        assert intervals[name] == Interval(0, 0)


@pytest.mark.parametrize("resamples", [0, -1])
def test_no_resamples_are_refused(resamples):
    with pytest.raises(ValueError, match=f"resamples is {resamples}; expected at least 1"):
        bootstrap_intervals(*draw(5), LABELS, resamples=resamples)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="probabilities have shape"):
        bootstrap_intervals(np.ones((2, 3)) / 3, np.array([0, 1]), LABELS)


@pytest.mark.parametrize("n", range(1, 60))
def test_pass_rate_of_all_or_none_lies_within_its_interval_to_the_bit(n):
    assert pass_rate_interval(np.ones(n, dtype=bool)).high == 1
    assert pass_rate_interval(np.zeros(n, dtype=bool)).low == 0


@pytest.mark.parametrize(("passes", "n"), [(0, 1), (1, 1), (0, 12), (12, 12), (7, 12), (150, 200), (199, 200)])
def test_pass_rate_interval_is_wilsons(passes, n):
    passed = np.arange(n) < passes
    interval = pass_rate_interval(passed)

    expected = stats.binomtest(passes, n).proportion_ci(method="wilson")
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))
    assert 0 <= interval.low <= passes / n <= interval.high <= 1


def test_a_pass_rate_needs_cases():
    with pytest.raises(ValueError, match="there are no cases; expected at least one"):
        pass_rate_interval(np.array([], dtype=bool))


def test_an_interval_is_plain_json():
    interval = bootstrap_intervals(*draw(20), LABELS, resamples=20)["accuracy"]

    assert json.loads(json.dumps(interval.as_dict())) == {"low": interval.low, "high": interval.high}

"""Bootstrap intervals against metrics of resampled texts, and Wilson's interval against its formula."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from tweetmoji.evaluate import measure
from tweetmoji.evaluate.curves import accuracy_at_50
from tweetmoji.evaluate.intervals import BATCH, Interval, bootstrap, bootstrap_intervals, pass_rate_interval, score_rows
from tweetmoji.evaluate.metrics import top_3_accuracy

LABELS = ("calm", "glad", "odd", "rare")
NAMES = [
    *("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "log_loss", "brier", "ece"),
    *("accuracy_at_50", "top_3_accuracy"),
]


def draw_predictions(n, seed=0):
    """Probabilities of n texts over four classes, the last one rare, and targets; some confidences are equal."""
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet([1, 1, 1, 0.2], size=n).round(1) + 0.01
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return probabilities, np.array([random.choice(4, p=row) for row in probabilities])


def measure_all(probabilities, targets):
    """The nine metrics as `measure`, `accuracy_at_50` and `top_3_accuracy` compute them."""
    metrics = measure(probabilities, targets, LABELS).as_dict() | {
        "accuracy_at_50": accuracy_at_50(probabilities, targets),
        "top_3_accuracy": top_3_accuracy(probabilities, targets),
    }
    return {name: metrics[name] for name in NAMES}


@pytest.mark.parametrize("n", [1, 2, 13, 60])
def test_row_scores_metrics_of_a_resample_are_those_of_measure(n):
    probabilities, targets = draw_predictions(n)
    rows = score_rows(probabilities, targets, LABELS)

    for drawn in np.sort(np.random.default_rng(1).integers(n, size=(15, n))):  # of equals the earlier comes first
        counts = np.bincount(drawn, minlength=n)
        assert rows.metrics(counts) == pytest.approx(measure_all(probabilities[drawn], targets[drawn]), abs=1e-12)


def test_row_scores_metrics_of_each_text_once_are_those_of_measure():
    probabilities, targets = draw_predictions(60)
    metrics = score_rows(probabilities.astype(np.float32), targets, LABELS).metrics(np.ones(60, dtype=np.int64))

    assert list(metrics) == NAMES
    assert metrics == pytest.approx(measure_all(probabilities.astype(np.float32), targets), abs=1e-12)


def test_log_losses_of_certain_predictions_are_clipped_as_by_scikit_learn():
    probabilities, targets = np.eye(4)[[0, 1]], np.array([0, 2])
    metrics = score_rows(probabilities, targets, LABELS).metrics(np.array([1, 1]))

    assert metrics["log_loss"] == pytest.approx(measure(probabilities, targets, LABELS).log_loss, abs=1e-15)


def test_classes_missing_from_a_resample_are_left_out_of_its_means():
    probabilities, targets = np.eye(4)[[0, 1, 1, 3]], np.array([0, 1, 0, 2])
    metrics = score_rows(probabilities, targets, LABELS).metrics(np.array([1, 2, 1, 0]))

    assert metrics["balanced_accuracy"] == pytest.approx((1 / 2 + 1) / 2)
    assert metrics["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_bootstrap_intervals_are_the_middle_95_percent_of_the_resamples():
    probabilities, targets = draw_predictions(60)
    intervals = bootstrap_intervals(probabilities, targets, LABELS, resamples=50, seed=5)

    # the same draws as when the recorded intervals were measured, before SciPy drew them
    resamples = np.sort(np.random.default_rng(5).integers(60, size=(50, 60)))
    metrics = [measure_all(probabilities[drawn], targets[drawn]) for drawn in resamples]
    assert list(intervals) == NAMES
    for name, interval in intervals.items():
        low, high = np.percentile([one[name] for one in metrics], [2.5, 97.5])
        assert (interval.low, interval.high) == pytest.approx((low, high)), name


def test_bootstrap_intervals_of_means_are_nearly_those_of_the_normal_distribution():
    probabilities, targets = draw_predictions(2400)
    intervals = bootstrap_intervals(probabilities, targets, LABELS)

    losses = -np.log(probabilities[np.arange(2400), targets])
    for name, values in {"accuracy": probabilities.argmax(axis=1) == targets, "log_loss": losses}.items():
        expected = stats.norm.interval(0.95, values.mean(), values.std() / np.sqrt(2400))
        width = expected[1] - expected[0]
        assert (intervals[name].low, intervals[name].high) == pytest.approx(expected, abs=0.1 * width)


def test_the_seed_decides_the_intervals():
    probabilities, targets = draw_predictions(60)
    first, again, other = (
        bootstrap_intervals(probabilities, targets, LABELS, resamples=20, seed=seed) for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_bootstrap_draws_n_of_n_texts_with_replacement():
    seen = []

    def note(counts):
        seen.append(counts)
        return {"first": float(counts[0])}

    bootstrap(note, 10, resamples=4 * BATCH, seed=0)
    counts = np.array(seen[1:])  # the first are those of the data itself
    assert seen[0].tolist() == [1] * 10
    assert counts.shape == (4 * BATCH, 10)
    assert (counts.sum(axis=1) == 10).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(10), abs=0.2)
    assert (counts == 0).mean() == pytest.approx(0.9**10, abs=0.02)


def test_a_single_text_has_intervals_without_width():
    probabilities, targets = np.array([[0.6, 0.2, 0.1, 0.1]]), np.array([0])

    for name, value in measure_all(probabilities, targets).items():
        interval = bootstrap_intervals(probabilities, targets, LABELS)[name]
        assert interval == Interval(pytest.approx(value), pytest.approx(value)), name


def test_perfect_predictions_have_intervals_without_width():
    intervals = bootstrap_intervals(np.eye(4), np.arange(4), LABELS, resamples=20)

    for name in ("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "accuracy_at_50"):
        assert intervals[name] == Interval(1, 1)
    for name in ("log_loss", "brier", "ece"):
        assert (intervals[name].low, intervals[name].high) == pytest.approx((0, 0), abs=1e-15)


@pytest.mark.parametrize("resamples", [-1, 0, 1])
def test_too_few_resamples_are_a_value_error(resamples):
    with pytest.raises(ValueError, match=f"resamples is {resamples}; expected at least 2"):
        bootstrap_intervals(*draw_predictions(5), LABELS, resamples=resamples)


def test_wrong_shapes_are_a_value_error():
    with pytest.raises(ValueError, match="probabilities have shape"):
        bootstrap_intervals(np.ones((2, 3)) / 3, np.array([0, 1]), LABELS)


@pytest.mark.parametrize(("passes", "n"), [(0, 1), (1, 1), (0, 12), (12, 12), (7, 12), (150, 200), (199, 200)])
def test_pass_rate_interval_is_wilsons(passes, n):
    interval = pass_rate_interval(np.arange(n) < passes)

    z, rate = 1.959963984540054, passes / n
    center = (rate + z**2 / (2 * n)) / (1 + z**2 / n)
    spread = z * math.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert (interval.low, interval.high) == pytest.approx((center - spread, center + spread))


@pytest.mark.parametrize("n", range(1, 60))
def test_pass_rate_is_inside_its_interval_to_the_bit(n):
    for passes in range(n + 1):
        interval = pass_rate_interval(np.arange(n) < passes)
        assert 0 <= interval.low <= passes / n <= interval.high <= 1  # error bars refuse negative lengths


def test_pass_rate_interval_without_cases_is_a_value_error():
    with pytest.raises(ValueError, match="there are no cases; expected at least one"):
        pass_rate_interval(np.array([], dtype=bool))


def test_interval_as_dict_is_plain_json():
    interval = bootstrap_intervals(*draw_predictions(20), LABELS, resamples=20)["accuracy"]

    assert json.loads(json.dumps(interval.as_dict())) == {"low": interval.low, "high": interval.high}

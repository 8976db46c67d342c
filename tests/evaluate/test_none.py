"""`measure_none`: areas under ROC curves, none as a class, and the calibration of the confidence."""

import json
import warnings

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from tweetmoji.evaluate.answers import Answers
from tweetmoji.evaluate.curves import SelectivePoint
from tweetmoji.evaluate.none import compute_roc_auc, measure_none

LABELS = ("joy", "anger", "none")


def make_answers(n=200, seed=0, **changes):
    """Random answers to n texts, of which a third has no emotion; many values are equal."""
    random = np.random.default_rng(seed)
    targets = random.integers(3, size=n)
    none = np.clip(random.normal(np.where(targets == 2, 0.7, 0.3), 0.3), 0, 1).round(1)
    best = np.where(random.random(n) < 0.8, targets % 2, 1 - targets % 2)
    made = {
        "labels": LABELS,
        "targets": targets,
        "scores": np.full((n, 2), 0.5),  # not read here
        "predictions": np.where(none > 0.5, 2, best),
        "best": best,
        "confidence": (1 - none) * random.uniform(0.5, 1, size=n),
        "none": none,
    }
    return Answers(**made | changes)


def test_measure_none_has_the_metrics_of_scikit_learn():
    answers = make_answers()
    found = measure_none(answers, resamples=2)
    emotional = answers.targets != 2

    assert found.n == (answers.targets == 2).sum()
    assert found.confidence_roc_auc == sklearn_metrics.roc_auc_score(emotional, answers.confidence)
    assert found.none_roc_auc == sklearn_metrics.roc_auc_score(~emotional, answers.none)
    assert 0.6 < found.none_roc_auc < 0.95
    assert found.accuracy == pytest.approx((answers.predictions == answers.targets).mean())
    f1 = sklearn_metrics.f1_score(answers.targets, answers.predictions, average=None, labels=[0, 1, 2])
    assert found.macro_f1 == pytest.approx(f1.mean())


def test_confidence_in_a_text_of_none_is_never_right():
    answers = make_answers(
        targets=np.array([0, 1, 2, 2]),
        best=np.array([0, 0, 0, 1]),
        predictions=np.array([0, 0, 2, 2]),
        confidence=np.array([0.95, 0.95, 0.95, 0.01]),
        none=np.array([0.0, 0.0, 0.6, 0.9]),
    )
    assert measure_none(answers, resamples=2).ece == pytest.approx((3 * 0.95 - 1 + 0.01) / 4)


def test_the_curve_is_of_the_confidence_and_an_answer_to_a_text_of_none_is_wrong():
    answers = make_answers(
        targets=np.array([0, 1, 2, 0]),
        best=np.array([0, 0, 0, 0]),
        predictions=np.array([0, 0, 2, 2]),  # none is right of the third, but no emoji is
        confidence=np.array([0.9, 0.6, 0.7, 0.2]),
        none=np.array([0.1, 0.1, 0.6, 0.7]),
    )
    points = {point.coverage: point for point in measure_none(answers, resamples=2).selective}
    assert points[0.25] == SelectivePoint(coverage=0.25, n=1, min_confidence=0.9, accuracy=1)
    assert points[0.5] == SelectivePoint(coverage=0.5, n=2, min_confidence=0.7, accuracy=1 / 2)
    assert points[0.75] == SelectivePoint(coverage=0.75, n=3, min_confidence=0.6, accuracy=pytest.approx(1 / 3))
    assert points[1.0] == SelectivePoint(coverage=1.0, n=4, min_confidence=0.2, accuracy=1 / 2)


def test_intervals_are_around_the_metrics_and_follow_the_seed():
    found, again, other = (measure_none(make_answers(), resamples=100, seed=seed) for seed in (0, 0, 1))

    assert list(found.intervals) == ["confidence_roc_auc", "none_roc_auc", "accuracy", "macro_f1", "ece"]
    for name in ("confidence_roc_auc", "none_roc_auc", "accuracy", "macro_f1"):
        interval = found.intervals[name]
        assert interval.low < getattr(found, name) < interval.high
        assert 0.05 < interval.high - interval.low < 0.25
    assert found == again
    assert found.intervals != other.intervals
    assert json.loads(json.dumps(found.as_dict())) == found.as_dict()


@pytest.mark.parametrize("targets", [[0, 1, 1], [2, 2, 2]])
def test_without_texts_of_both_kinds_there_is_nothing_to_measure(targets):
    assert measure_none(make_answers(3, targets=np.array([0, 1, 2])), resamples=2) is not None
    assert measure_none(make_answers(3, targets=np.array(targets)), resamples=2) is None


def test_a_model_without_none_has_nothing_to_measure():
    assert measure_none(make_answers(none=None), resamples=2) is None


def test_few_texts_have_intervals_although_some_resamples_lack_a_kind():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = measure_none(make_answers(4, targets=np.array([0, 1, 0, 2])), resamples=200)
    assert all(0 <= interval.low <= interval.high <= 1 for interval in found.intervals.values())


@pytest.mark.parametrize("seed", range(5))
def test_compute_roc_auc_is_scikit_learns_with_the_counts_as_weights(seed):
    random = np.random.default_rng(seed)
    values, positive, counts = random.random(80).round(1), random.random(80) < 0.3, random.poisson(1, size=80)
    ranks = np.unique(values, return_inverse=True)[1]

    expected = sklearn_metrics.roc_auc_score(positive, values, sample_weight=counts)
    assert compute_roc_auc(ranks, positive, counts) == pytest.approx(expected)


def test_compute_roc_auc_of_one_kind_alone_is_chance():
    ranks, positive = np.arange(4), np.array([True, True, False, False])
    assert compute_roc_auc(ranks, positive, np.array([1, 3, 0, 0])) == 0.5
    assert compute_roc_auc(ranks, positive, np.array([0, 0, 2, 2])) == 0.5

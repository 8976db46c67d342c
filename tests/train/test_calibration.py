"""The temperature of least log loss: known cases, hand-worked cases, and no better one nearby."""

import numpy as np
import pytest

from tweetmoji.evaluate.metrics import expected_calibration_error, log_loss
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train import calibration
from tweetmoji.train.calibration import RANGE, fit_temperature_on_val
from tweetmoji.train.loop.targets import Targets


def make_targets(positives, label_mask=None):
    """Targets of labeled texts; the mask has all classes unless told otherwise."""
    label_mask = np.ones_like(positives) if label_mask is None else label_mask
    return Targets(positives, label_mask, np.zeros(positives.shape, dtype=np.float32))


def fit_temperature(logits, targets):
    """The temperature for texts with one right label each, all classes in the mask."""
    positives = np.eye(logits.shape[1], dtype=bool)[targets]
    return calibration.fit_temperature(logits, make_targets(positives))


def sample(temperature, n=20_000, classes=6):
    """Logits that are too sharp by a factor, with targets drawn from the probabilities they should have meant."""
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=2, size=(n, classes))
    scores = logits + rng.gumbel(size=logits.shape)  # the greatest of these is a draw from softmax(logits)
    return logits * temperature, scores.argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.25, 1.0, 1.7, 6.0])
def test_known_temperature_is_recovered(temperature):
    assert fit_temperature(*sample(temperature)) == pytest.approx(temperature, rel=0.03)


def test_calibration_error_is_small_at_the_temperature_found():
    logits, targets = sample(3.0)
    assert expected_calibration_error(softmax(logits), targets) > 0.1
    assert expected_calibration_error(softmax(logits, fit_temperature(logits, targets)), targets) < 0.01


@pytest.mark.parametrize("seed", range(3))
def test_loss_is_no_lower_at_any_other_temperature(seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=3, size=(200, 4)).astype(np.float32)
    targets = np.where(rng.random(200) < 0.6, logits.argmax(axis=1), rng.integers(0, 4, size=200))
    found = fit_temperature(logits, targets)
    least = log_loss(softmax(logits, found), targets)
    assert all(least <= log_loss(softmax(logits, t), targets) + 1e-7 for t in np.geomspace(*RANGE, 200))
    assert least < log_loss(softmax(logits, found * 1.05), targets)
    assert least < log_loss(softmax(logits, found / 1.05), targets)


def test_temperature_of_a_case_solved_by_hand():
    # Two classes, always 2 apart, right 3 times of 4: the loss is least where 1 / (1 + exp(-2 / t)) is 3 / 4.
    logits = np.array([[2.0, 0.0]] * 4, dtype=np.float32)
    assert fit_temperature(logits, np.array([0, 0, 0, 1])) == pytest.approx(2 / np.log(3), rel=1e-3)


def test_always_wrong_predictions_get_the_highest_temperature():
    logits = np.array([[4.0, 0.0], [0.0, 4.0]], dtype=np.float32)
    assert fit_temperature(logits, np.array([1, 0])) == pytest.approx(RANGE[1], rel=1e-3)


def test_always_right_predictions_get_a_low_temperature_within_the_range():
    logits = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    found = fit_temperature(logits, np.array([0, 1]))
    assert RANGE[0] <= found < 0.2
    assert log_loss(softmax(logits, found), np.array([0, 1])) < 0.01


def test_temperature_of_two_positives_solved_by_hand():
    # Either of the first two of three masked-in classes is right, the fourth is masked out: the chance of being right
    # is 2 / (2 + exp(-2 / t)), which has to be 9 / 10.
    logits = np.array([[2.0, 2.0, 0.0, 50.0]] * 10)
    label_mask = np.array([[True, True, True, False]] * 10)
    positives = np.array([[True, True, False, False]] * 9 + [[False, False, True, False]])
    expected = 2 / np.log(9 / 2)
    assert calibration.fit_temperature(logits, make_targets(positives, label_mask)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_loss_is_no_lower_at_any_other_temperature_with_two_positives(seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=3, size=(300, 6)).astype(np.float32)
    answers = (logits + rng.gumbel(scale=2, size=logits.shape)).argmax(axis=1)
    positives = np.eye(6, dtype=bool)[answers]
    positives[np.ix_(np.isin(answers, (1, 2)), (1, 2))] = True
    targets = make_targets(positives)
    least = targets.log_loss(logits / calibration.fit_temperature(logits, targets))
    assert all(least <= targets.log_loss(logits / t) + 1e-7 for t in np.geomspace(*RANGE, 200))


def test_fit_temperature_on_val_is_that_of_all_splits_together():
    logits, right = sample(2.0, n=3_000)
    targets = make_targets(np.eye(6, dtype=bool)[right])
    rows = [np.arange(0, 1_000), np.arange(1_000, 3_000)]
    found = fit_temperature_on_val([logits[part] for part in rows], [targets.take(part) for part in rows])
    assert found == calibration.fit_temperature(logits, targets)

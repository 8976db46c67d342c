"""Scores of an epoch: calibrated on all of val, measured on each source's own classes."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.data import LabelSet  # noqa: E402
from tweetmoji.data.class_map import marginalize  # noqa: E402
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.evaluate.metrics import log_loss, measure  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train.calibration import fit_temperature  # noqa: E402
from tweetmoji.train.loop.network import compute_logits  # noqa: E402
from tweetmoji.train.loop.scoring import (  # noqa: E402
    VAL_METRICS,
    EpochResult,
    best_epoch,
    score_calibrated,
    score_epoch,
)
from tweetmoji.train.loop.targets import join_targets  # noqa: E402

LABELS = LabelSet(none=False)


@pytest.fixture
def splits(toy, tweeteval):
    return [toy.val[0], tweeteval["val"]]


def test_score_epoch_measures_calibrated_probabilities(toy, uninterrupted):
    network, _ = uninterrupted
    result = score_epoch(network, toy.val, LABELS, epoch=2, train_loss=0.5)
    (val,) = toy.val
    logits = compute_logits(network, val.encoded.ids, 0, mixed=True)
    metrics = measure(softmax(logits, fit_temperature(logits, val.encoded.targets)), val.data.targets, EMOTIONS)
    expected = {name: getattr(metrics, name) for name in VAL_METRICS}
    assert (result.epoch, result.train_loss) == (3, 0.5)
    assert result.val == {"emotion": pytest.approx(expected, abs=1e-6)}
    assert result.val_log_loss == result.val["emotion"]["log_loss"]
    assert result.val_log_loss < log_loss(softmax(logits), val.data.targets)


def test_score_calibrated_fits_one_temperature_and_marginalizes_each_source(uninterrupted, splits):
    network, _ = uninterrupted
    metrics = score_calibrated(network, splits, LABELS)
    logits = [compute_logits(network, split.encoded.ids, 0, mixed=True) for split in splits]
    targets = join_targets([split.encoded.targets for split in splits])
    temperature = fit_temperature(np.concatenate(logits), targets)
    assert list(metrics) == ["emotion", "tweeteval"]
    for split, rows in zip(splits, logits, strict=True):
        probabilities = marginalize(softmax(rows, temperature), EMOTIONS, split.data.class_map)
        expected = measure(probabilities, split.data.targets, split.data.labels)
        assert metrics[split.data.source].accuracy == pytest.approx(expected.accuracy)
        assert metrics[split.data.source].log_loss == pytest.approx(expected.log_loss, abs=1e-6)


def test_val_log_loss_is_the_mean_of_the_sources_whatever_their_size(uninterrupted, splits):
    result = score_epoch(uninterrupted[0], splits, LABELS, epoch=0, train_loss=0.5)
    losses = [result.val[source]["log_loss"] for source in ("emotion", "tweeteval")]
    assert losses[0] != losses[1]
    assert len(splits[0].data) != len(splits[1].data)
    assert result.val_log_loss == pytest.approx(sum(losses) / 2)


def test_best_epoch_has_the_lowest_log_loss_and_is_the_first_of_equals():
    losses = [0.5, 0.3, 0.2, 0.2, 0.4]
    accuracies = [0.7, 0.9, 0.8, 0.8, 0.95]
    results = [
        EpochResult(epoch=i, train_loss=1 / i, val={"emotion": {"accuracy": accuracy}}, val_log_loss=loss)
        for i, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True), start=1)
    ]
    assert best_epoch(results).epoch == 3

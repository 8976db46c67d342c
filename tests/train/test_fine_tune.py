"""The loop: it learns, repeats itself exactly, survives being stopped anywhere, and keeps the best epoch."""

import dataclasses
import logging

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.evaluate.metrics import log_loss, measure  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train.calibrate import fit_temperature  # noqa: E402
from tweetmoji.train.checkpoints import Checkpoints  # noqa: E402
from tweetmoji.train.fine_tune import EpochResult, best_epoch, fine_tune  # noqa: E402
from tweetmoji.train.model import compute_logits  # noqa: E402

RUN = {"run": "toy"}


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Stands for the kill of the process."""


class StoppedCheckpoints(Checkpoints):
    """Checkpoints of a run that is killed once so many states have been kept, or just before the last of them is."""

    def __init__(self, folder, saves, *, before, resume) -> None:
        super().__init__(folder, RUN, resume=resume)
        self.saves = saves
        self.before = before

    def save_state(self, state) -> None:
        self.saves -= 1
        if self.saves == 0 and self.before:
            raise Stopped
        super().save_state(state)
        if self.saves == 0:
            raise Stopped


def tune(toy, settings, checkpoints, val=None):
    network = toy.make_network(settings)
    results = fine_tune(network, toy.splits["train"], val or toy.splits["val"], settings, checkpoints)
    return network, results


def same_weights(one, other):
    ours, theirs = one.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_network_learns_the_toy_task(toy, settings, uninterrupted):
    network, results = uninterrupted
    assert [result.epoch for result in results] == [1, 2, 3]
    assert results[-1].train_loss < 0.6 * results[0].train_loss
    assert results[-1].val_log_loss < 0.7 * results[0].val_log_loss
    assert results[-1].val_accuracy > 0.85
    logits = compute_logits(network, toy.splits["test"].ids, 0)
    assert (logits.argmax(axis=1) == toy.splits["test"].targets).mean() > 0.85


def test_figures_of_an_epoch_are_those_of_its_network_once_calibrated(toy, settings, tmp_path):
    once = dataclasses.replace(settings, epochs=1)
    network, (result,) = tune(toy, once, Checkpoints(tmp_path / "checkpoints", RUN, resume=False))
    val = toy.splits["val"]
    logits = compute_logits(network, val.ids, 0)
    metrics = measure(softmax(logits, fit_temperature(logits, val.targets)), val.targets, val.labels)
    assert result.val_accuracy == pytest.approx(metrics.accuracy)
    assert result.val_macro_f1 == pytest.approx(metrics.macro_f1)
    assert result.val_log_loss == pytest.approx(metrics.log_loss, abs=1e-6)
    assert result.val_log_loss < log_loss(softmax(logits), val.targets)


def test_same_seed_gives_the_same_weights(toy, settings, uninterrupted, tmp_path):
    network, results = tune(toy, settings, Checkpoints(tmp_path / "checkpoints", RUN, resume=False))
    assert results == uninterrupted[1]
    assert same_weights(network, uninterrupted[0])


def test_another_seed_gives_other_weights(toy, settings, uninterrupted, tmp_path):
    other = dataclasses.replace(settings, seed=1)
    network, _ = tune(toy, other, Checkpoints(tmp_path / "checkpoints", RUN, resume=False))
    assert not same_weights(network, uninterrupted[0])


# With three states an epoch (batches 7, 14 and the end), the 5th is that of the second epoch's 14th batch.
@pytest.mark.parametrize(
    ("saves", "before"),
    [
        pytest.param(1, True, id="before the first checkpoint"),
        pytest.param(1, False, id="in the first epoch"),
        pytest.param(3, True, id="between the best weights and the state of an epoch"),
        pytest.param(3, False, id="between epochs"),
        pytest.param(5, False, id="in the second epoch"),
        pytest.param(6, True, id="some batches after a checkpoint"),
        pytest.param(9, False, id="at the very end"),
    ],
)
def test_killed_and_resumed_run_ends_in_the_same_weights(toy, settings, uninterrupted, tmp_path, saves, before):
    folder = tmp_path / "checkpoints"
    with pytest.raises(Stopped):
        tune(toy, settings, StoppedCheckpoints(folder, saves, before=before, resume=False))
    torch.manual_seed(12345)  # a new process knows nothing of the old one's random numbers
    network, results = tune(toy, settings, Checkpoints(folder, RUN, resume=True))
    assert results == uninterrupted[1]
    assert same_weights(network, uninterrupted[0])


def test_run_may_be_killed_again_and_again(toy, settings, uninterrupted, tmp_path):
    folder = tmp_path / "checkpoints"
    for resume in (False, True, True):
        with pytest.raises(Stopped):
            tune(toy, settings, StoppedCheckpoints(folder, 2, before=False, resume=resume))
    network, results = tune(toy, settings, Checkpoints(folder, RUN, resume=True))
    assert results == uninterrupted[1]
    assert same_weights(network, uninterrupted[0])


def test_resumed_run_does_not_repeat_what_was_done(toy, settings, tmp_path):
    folder = tmp_path / "checkpoints"
    with pytest.raises(Stopped):
        tune(toy, settings, StoppedCheckpoints(folder, 5, before=False, resume=False))
    left = StoppedCheckpoints(folder, 100, before=False, resume=True)
    tune(toy, settings, left)
    assert 100 - left.saves == 4  # the end of the second epoch, and the three of the last


def test_weights_of_the_best_epoch_are_kept_though_later_ones_follow(toy, settings, tmp_path):
    val = toy.splits["val"]
    contrary = dataclasses.replace(val, targets=(val.targets + 1) % 6)  # the more is learned, the worse it scores
    network, results = tune(toy, settings, Checkpoints(tmp_path / "all", RUN, resume=False), contrary)
    losses = [result.val_log_loss for result in results]
    assert losses[0] == min(losses) < losses[-1]
    logits = compute_logits(network, val.ids, 0)
    calibrated = softmax(logits, fit_temperature(logits, contrary.targets))
    assert log_loss(calibrated, contrary.targets) == pytest.approx(losses[0], abs=1e-6)


def test_best_epoch_is_that_of_lowest_log_loss_the_earliest_of_equals():
    losses = [0.5, 0.3, 0.2, 0.2, 0.4]
    accuracies = [0.7, 0.9, 0.8, 0.8, 0.95]
    results = [
        EpochResult(epoch=i, train_loss=1 / i, val_accuracy=accuracy, val_macro_f1=accuracy, val_log_loss=loss)
        for i, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True), start=1)
    ]
    assert best_epoch(results).epoch == 3


def test_rates_rise_over_the_warm_up_and_fall_to_nothing(toy, settings, tmp_path, monkeypatch):
    rates = []
    step = torch.optim.AdamW.step

    def spy(optimiser, *args, **kwargs):
        rates.append(max(group["lr"] for group in optimiser.param_groups))
        return step(optimiser, *args, **kwargs)

    monkeypatch.setattr(torch.optim.AdamW, "step", spy)
    warm = dataclasses.replace(settings, epochs=1, warmup=0.25)
    tune(toy, warm, Checkpoints(tmp_path / "checkpoints", RUN, resume=False))
    peak = int(np.argmax(rates))
    assert len(rates) == 18
    assert max(rates) == pytest.approx(settings.head_lr)
    assert peak in (3, 4)
    assert np.diff(rates[: peak + 1]).min() > 0
    assert np.diff(rates[peak + 1 :]).max() < 0
    assert rates[-1] < 0.1 * settings.head_lr


def test_loss_that_is_no_number_stops_the_run_with_advice_and_keeps_nothing_of_it(toy, settings, tmp_path):
    network = toy.make_network(settings)
    with torch.no_grad():
        next(network.parameters()).fill_(float("nan"))
    checkpoints = Checkpoints(tmp_path / "checkpoints", RUN, resume=False)
    with pytest.raises(TrainingError, match="the loss is nan at batch 1 of epoch 1; lower encoder_lr and head_lr"):
        fine_tune(network, toy.splits["train"], toy.splits["val"], settings, checkpoints)
    assert checkpoints.load_state() is None


def test_each_epoch_is_reported_in_a_line(toy, settings, tmp_path, caplog):
    caplog.set_level(logging.INFO, logger="tweetmoji")
    once = dataclasses.replace(settings, epochs=1)
    _, (result,) = tune(toy, once, Checkpoints(tmp_path / "checkpoints", RUN, resume=False))
    (line,) = [record.getMessage() for record in caplog.records if record.name.startswith("tweetmoji")]
    assert line.startswith("epoch 1 of 1: ")
    for value in (f"{result.train_loss:.3f}", f"{result.val_accuracy:.4f}", f"{result.val_log_loss:.3f}"):
        assert value in line

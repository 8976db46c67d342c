"""The loop: it learns, repeats itself exactly, survives being stopped anywhere, and keeps the best epoch."""

import dataclasses
import logging

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.data import open_source  # noqa: E402
from tweetmoji.data.class_map import marginalize  # noqa: E402
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.evaluate.metrics import log_loss, measure  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train.calibration import fit_temperature  # noqa: E402
from tweetmoji.train.loop.checkpoints import Checkpoints  # noqa: E402
from tweetmoji.train.loop.fine_tune import EpochResult, ValidationSplit, best_epoch, fine_tune  # noqa: E402
from tweetmoji.train.loop.network import compute_logits  # noqa: E402
from tweetmoji.train.loop.targets import join_targets  # noqa: E402

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


def tune(toy, settings, checkpoints, *, train=None, val=None):
    network = toy.make_network(settings)
    results = fine_tune(network, train or toy.encoded["train"], val or toy.val, EMOTIONS, settings, checkpoints)
    return network, results


@pytest.fixture(scope="module")
def tweeteval(toy, toy_root):
    """TweetEval's splits, tokenized."""
    source = open_source("tweeteval", toy_root)
    splits = {split: source.read(split) for split in source.splits}
    return {name: ValidationSplit(data, toy.encode(data)) for name, data in splits.items()}


def same_weights(one, other):
    ours, theirs = one.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_network_learns_the_toy_task(toy, settings, uninterrupted):
    network, results = uninterrupted
    assert [result.epoch for result in results] == [1, 2, 3]
    assert results[-1].train_loss < 0.6 * results[0].train_loss
    assert results[-1].val_log_loss < 0.7 * results[0].val_log_loss
    assert results[-1].val["emotion"]["accuracy"] > 0.85
    logits = compute_logits(network, toy.encoded["test"].ids, 0)
    assert (logits.argmax(axis=1) == toy.data["test"].targets).mean() > 0.85


def test_figures_of_an_epoch_are_those_of_its_network_once_calibrated(toy, settings, tmp_path):
    once = dataclasses.replace(settings, epochs=1)
    network, (result,) = tune(toy, once, Checkpoints(tmp_path / "checkpoints", RUN, resume=False))
    (val,) = toy.val
    logits = compute_logits(network, val.encoded.ids, 0)
    calibrated = softmax(logits, fit_temperature(logits, val.encoded.targets))
    metrics = measure(calibrated, val.data.targets, EMOTIONS)
    expected = {name: getattr(metrics, name) for name in ("accuracy", "balanced_accuracy", "macro_f1", "log_loss")}
    assert result.val == {"emotion": pytest.approx(expected, abs=1e-6)}
    assert result.val_log_loss == result.val["emotion"]["log_loss"]
    assert result.val_log_loss < log_loss(softmax(logits), val.data.targets)


def test_several_sources_are_calibrated_together_and_scored_each_on_its_own_classes(toy, settings, tweeteval, tmp_path):
    once = dataclasses.replace(settings, epochs=1)
    splits = [toy.val[0], tweeteval["val"]]
    network, (result,) = tune(toy, once, Checkpoints(tmp_path / "checkpoints", RUN, resume=False), val=splits)
    logits = [compute_logits(network, split.encoded.ids, 0) for split in splits]
    temperature = fit_temperature(np.concatenate(logits), join_targets([split.encoded.targets for split in splits]))
    assert temperature != fit_temperature(logits[0], splits[0].encoded.targets)
    assert list(result.val) == ["emotion", "tweeteval"]
    for split, rows in zip(splits, logits, strict=True):
        projected = marginalize(softmax(rows, temperature), EMOTIONS, split.data.class_map)
        metrics = measure(projected, split.data.targets, split.data.labels)
        assert result.val[split.data.source]["accuracy"] == pytest.approx(metrics.accuracy)
        assert result.val[split.data.source]["log_loss"] == pytest.approx(metrics.log_loss, abs=1e-6)


def test_every_source_counts_alike_in_the_choice_of_the_epoch(toy, settings, tweeteval, tmp_path):
    once = dataclasses.replace(settings, epochs=1)
    splits = [toy.val[0], tweeteval["val"]]
    _, (result,) = tune(toy, once, Checkpoints(tmp_path / "checkpoints", RUN, resume=False), val=splits)
    losses = [result.val[source]["log_loss"] for source in ("emotion", "tweeteval")]
    assert losses[0] != losses[1]
    assert len(splits[0].data) != len(splits[1].data)
    assert result.val_log_loss == pytest.approx(sum(losses) / 2)


def test_classes_that_no_source_offers_are_not_trained_and_the_others_are(toy, settings, tweeteval, tmp_path):
    still = dataclasses.replace(settings, epochs=1, weight_decay=0.0)
    before = toy.make_network(still).classifier.weight.detach().clone()
    checkpoints = Checkpoints(tmp_path / "checkpoints", RUN, resume=False)
    network, _ = tune(toy, still, checkpoints, train=tweeteval["train"].encoded)
    changed = (network.classifier.weight.cpu() != before).any(dim=1).tolist()
    assert changed == [emotion in {"anger", "joy", "love", "sadness"} for emotion in EMOTIONS]


def test_encoder_whose_rate_is_0_stays_as_it_was_while_the_head_learns(toy, settings, tmp_path):
    frozen = dataclasses.replace(settings, encoder_lr=0.0)
    before = toy.make_network(frozen).state_dict()
    network, results = tune(toy, frozen, Checkpoints(tmp_path / "checkpoints", RUN, resume=False))
    changed = {
        name.split(".")[0 if name.startswith("classifier") else 1]
        for name, weights in network.state_dict().items()
        if not torch.equal(weights, before[name])
    }
    assert changed == {"pooler", "classifier"}
    assert results[-1].train_loss < results[0].train_loss


def test_texts_of_no_emotion_make_the_network_doubt(toy, settings, tmp_path):
    neutral = dataclasses.replace(toy.data["train"], source="neutral", labels=(), class_map={})
    train = toy.encode(neutral)
    network, _ = tune(toy, settings, Checkpoints(tmp_path / "checkpoints", RUN, resume=False), train=train)
    before = softmax(compute_logits(toy.make_network(settings), train.ids, 0)).max(axis=1).mean()
    after = softmax(compute_logits(network, train.ids, 0)).max(axis=1).mean()
    assert abs(after - 1 / 6) < 0.5 * abs(before - 1 / 6)


def test_own_answers_of_the_epoch_before_soften_the_labels_from_the_second_epoch_on(toy, settings, tmp_path):
    two = dataclasses.replace(settings, epochs=2)
    soft = dataclasses.replace(two, self_distillation=0.9)
    runs = {"hard": two, "soft": soft}
    tuned = {name: tune(toy, s, Checkpoints(tmp_path / name, RUN, resume=False)) for name, s in runs.items()}
    (hard, soft_results) = (results for _, results in tuned.values())
    assert soft_results[0] == hard[0]
    assert soft_results[1].train_loss > hard[1].train_loss
    train = toy.encoded["train"]
    certainty = {
        name: softmax(compute_logits(net, train.ids, 0)).max(axis=1).mean() for name, (net, _) in tuned.items()
    }
    assert certainty["soft"] < certainty["hard"]


def test_run_with_own_answers_ends_the_same_if_it_was_killed_and_resumed(toy, settings, tmp_path):
    soft = dataclasses.replace(settings, self_distillation=0.5)
    whole, results = tune(toy, soft, Checkpoints(tmp_path / "whole", RUN, resume=False))
    with pytest.raises(Stopped):
        tune(toy, soft, StoppedCheckpoints(tmp_path / "stopped", 5, before=False, resume=False))
    resumed, same = tune(toy, soft, Checkpoints(tmp_path / "stopped", RUN, resume=True))
    assert same == results
    assert same_weights(resumed, whole)


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
    (val,) = toy.val
    wrong = dataclasses.replace(
        val.data, targets=(val.data.targets + 1) % 6
    )  # the more is learned, the worse it scores
    contrary = ValidationSplit(wrong, toy.encode(wrong))
    network, results = tune(toy, settings, Checkpoints(tmp_path / "all", RUN, resume=False), val=[contrary])
    losses = [result.val_log_loss for result in results]
    assert losses[0] == min(losses) < losses[-1]
    logits = compute_logits(network, contrary.encoded.ids, 0)
    calibrated = softmax(logits, fit_temperature(logits, contrary.encoded.targets))
    assert log_loss(calibrated, wrong.targets) == pytest.approx(losses[0], abs=1e-6)


def test_best_epoch_is_that_of_lowest_log_loss_the_earliest_of_equals():
    losses = [0.5, 0.3, 0.2, 0.2, 0.4]
    accuracies = [0.7, 0.9, 0.8, 0.8, 0.95]
    results = [
        EpochResult(epoch=i, train_loss=1 / i, val={"emotion": {"accuracy": accuracy}}, val_log_loss=loss)
        for i, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True), start=1)
    ]
    assert best_epoch(results).epoch == 3


def test_rates_rise_over_the_warm_up_and_fall_to_nothing(toy, settings, tmp_path, monkeypatch):
    rates = []
    step = torch.optim.AdamW.step

    def spy(optimizer, *args, **kwargs):
        rates.append(max(group["lr"] for group in optimizer.param_groups))
        return step(optimizer, *args, **kwargs)

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
        fine_tune(network, toy.encoded["train"], toy.val, EMOTIONS, settings, checkpoints)
    assert checkpoints.load_state() is None


def test_each_epoch_is_reported_with_a_line_for_each_source(toy, settings, tweeteval, tmp_path, caplog):
    caplog.set_level(logging.INFO, logger="tweetmoji")
    once = dataclasses.replace(settings, epochs=1)
    splits = [toy.val[0], tweeteval["val"]]
    _, (result,) = tune(toy, once, Checkpoints(tmp_path / "checkpoints", RUN, resume=False), val=splits)
    first, *lines = [record.getMessage() for record in caplog.records if record.name.startswith("tweetmoji")]
    assert first == f"epoch 1 of 1: train loss {result.train_loss:.3f}"
    assert len(lines) == 2
    for line, (source, figures) in zip(lines, result.val.items(), strict=True):
        assert line.startswith(f"  {source} val: ")
        assert all(f"{name} {value:.4f}" in line for name, value in figures.items())

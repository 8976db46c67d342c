"""The loop: it learns, repeats itself exactly, resumes anywhere, and keeps the best epoch."""

import dataclasses
import logging

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.data import Corpus, LabelSet, NeutralTexts  # noqa: E402
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.evaluate.metrics import log_loss  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train.calibration import fit_temperature  # noqa: E402
from tweetmoji.train.loop.batches import count_batches  # noqa: E402
from tweetmoji.train.loop.encoded import ValidationSplit, encode_train  # noqa: E402
from tweetmoji.train.loop.network import compute_logits, load_base  # noqa: E402


def test_fine_tune_learns_the_toy_task(toy, uninterrupted):
    network, results = uninterrupted
    assert [result.epoch for result in results] == [1, 2, 3]
    assert results[-1].train_loss < 0.6 * results[0].train_loss
    assert results[-1].val_log_loss < 0.7 * results[0].val_log_loss
    assert results[-1].val["emotion"]["accuracy"] > 0.85
    logits = compute_logits(network, toy.encoded["test"].ids, 0)
    assert (logits.argmax(axis=1) == toy.data["test"].targets).mean() > 0.85


def test_labels_outside_every_label_mask_get_no_gradient(toy, settings, tune, tweeteval, make_checkpoints, tmp_path):
    still = dataclasses.replace(settings, epochs=1, weight_decay=0.0)
    before = toy.make_network(still).classifier.weight.detach().clone()
    network, _ = tune(still, make_checkpoints(tmp_path / "run"), train=tweeteval["train"].encoded)
    changed = (network.classifier.weight != before).any(dim=1).tolist()
    assert changed == [label in {"anger", "joy", "love", "sadness"} for label in EMOTIONS]


def test_encoder_lr_0_freezes_the_encoder_and_trains_the_head(toy, settings, tune, make_checkpoints, tmp_path):
    frozen = dataclasses.replace(settings, encoder_lr=0.0)
    before = toy.make_network(frozen).state_dict()
    network, results = tune(frozen, make_checkpoints(tmp_path / "run"))
    changed = {
        name.split(".")[0 if name.startswith("classifier") else 1]
        for name, weights in network.state_dict().items()
        if not torch.equal(weights, before[name])
    }
    assert changed == {"pooler", "classifier"}
    assert results[-1].train_loss < results[0].train_loss


def test_uniform_soft_targets_lower_the_confidence(toy, settings, tune, make_checkpoints, tmp_path):
    texts = toy.data["train"]
    train = toy.encode(
        NeutralTexts(source="neutral", split="train", texts=texts.texts, rows=texts.rows, sha256=texts.sha256)
    )
    network, _ = tune(settings, make_checkpoints(tmp_path / "run"), train=train)
    before = softmax(compute_logits(toy.make_network(settings), train.ids, 0)).max(axis=1).mean()
    after = softmax(compute_logits(network, train.ids, 0)).max(axis=1).mean()
    assert abs(after - 1 / 6) < 0.5 * abs(before - 1 / 6)


def test_same_seed_gives_the_same_weights(settings, tune, uninterrupted, make_checkpoints, same_weights, tmp_path):
    network, results = tune(settings, make_checkpoints(tmp_path / "run"))
    assert results == uninterrupted[1]
    assert same_weights(network, uninterrupted[0])


def test_another_seed_gives_other_weights(settings, tune, uninterrupted, make_checkpoints, same_weights, tmp_path):
    network, _ = tune(dataclasses.replace(settings, seed=1), make_checkpoints(tmp_path / "run"))
    assert not same_weights(network, uninterrupted[0])


# With three states an epoch (batches 7, 14 and the end), the 5th is that of the second epoch's 14th batch.
@pytest.mark.parametrize(
    "stop",
    [
        pytest.param({"stop_before": 1}, id="before the first checkpoint"),
        pytest.param({"stop_after": 1}, id="in the first epoch"),
        pytest.param({"stop_before": 3}, id="between the best weights and the state of an epoch"),
        pytest.param({"stop_after": 3}, id="between epochs"),
        pytest.param({"stop_after": 5}, id="in the second epoch"),
        pytest.param({"stop_before": 6}, id="some batches after a checkpoint"),
        pytest.param({"stop_after": 9}, id="at the end"),
    ],
)
def test_resumed_run_ends_in_the_same_weights(
    settings, tune, uninterrupted, make_checkpoints, same_weights, tmp_path, stop
):
    with pytest.raises(KeyboardInterrupt):
        tune(settings, make_checkpoints(tmp_path / "run", **stop))
    torch.manual_seed(12345)  # a new process does not have the random numbers of the old one
    network, results = tune(settings, make_checkpoints(tmp_path / "run", resume=True))
    assert results == uninterrupted[1]
    assert same_weights(network, uninterrupted[0])


def test_run_resumed_twice_ends_in_the_same_weights(
    settings, tune, uninterrupted, make_checkpoints, same_weights, tmp_path
):
    for resume in (False, True, True):
        with pytest.raises(KeyboardInterrupt):
            tune(settings, make_checkpoints(tmp_path / "run", stop_after=2, resume=resume))
    network, results = tune(settings, make_checkpoints(tmp_path / "run", resume=True))
    assert results == uninterrupted[1]
    assert same_weights(network, uninterrupted[0])


@pytest.fixture(scope="module")
def varied(toy, tweeteval, settings):
    """Settings and texts of a run whose epochs draw rows, some of them twice or thrice, and alter texts."""
    parts = [toy.data["train"], tweeteval["train"].data]
    rows = {"emotion": 60, "tweeteval": 40}
    corpus = Corpus(train=parts, rows=rows, val=[], test=[], evaluation=[], removed={})
    altering = dataclasses.replace(settings, augment=0.5)
    tokenizer = load_base(str(toy.base), EMOTIONS, altering)[1]
    return altering, encode_train(tokenizer, corpus, LabelSet(none=False), altering)


@pytest.fixture(scope="module")
def varied_run(varied, tune, make_checkpoints, tmp_path_factory):
    settings, train = varied
    return tune(settings, make_checkpoints(tmp_path_factory.mktemp("varied") / "run"), train=train)


# With two states an epoch (batch 7 of 13 and the end), the 3rd is in the middle of the second epoch.
@pytest.mark.parametrize("stop", [{"stop_after": 1}, {"stop_after": 2}, {"stop_after": 3}, {"stop_before": 4}], ids=str)
def test_resumed_run_draws_and_alters_the_same_texts(
    varied, varied_run, tune, make_checkpoints, same_weights, tmp_path, stop
):
    settings, train = varied
    with pytest.raises(KeyboardInterrupt):
        tune(settings, make_checkpoints(tmp_path / "run", **stop), train=train)
    torch.manual_seed(12345)
    resumed = make_checkpoints(tmp_path / "run", resume=True)
    network, results = tune(settings, resumed, train=train)
    assert results == varied_run[1]
    assert same_weights(network, varied_run[0])


def test_varied_epochs_have_as_many_steps_as_rows_are_drawn_and_learn(varied, varied_run, settings):
    _, results = varied_run
    assert results[-1].val_log_loss < results[0].val_log_loss
    texts = varied[1]
    steps = count_batches(len(texts.ids), settings.batch_size, texts.subsamples)
    assert steps == 13


def test_resumed_run_does_only_what_is_left(settings, tune, make_checkpoints, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        tune(settings, make_checkpoints(tmp_path / "run", stop_after=5))
    resumed = make_checkpoints(tmp_path / "run", resume=True)
    tune(settings, resumed)
    assert resumed.saves == 4  # the end of the second epoch, and the three of the last


def test_best_epoch_is_kept_although_later_ones_follow(toy, settings, tune, make_checkpoints, tmp_path):
    (val,) = toy.val
    wrong = dataclasses.replace(val.data, targets=(val.data.targets + 1) % 6)  # what is learned makes its score worse
    contrary = ValidationSplit(wrong, toy.encode(wrong))
    network, results = tune(settings, make_checkpoints(tmp_path / "run"), val=[contrary])
    losses = [result.val_log_loss for result in results]
    assert losses[0] == min(losses) < losses[-1]
    logits = compute_logits(network, contrary.encoded.ids, 0, mixed=True)
    calibrated = softmax(logits, fit_temperature(logits, contrary.encoded.targets))
    assert log_loss(calibrated, wrong.targets) == pytest.approx(losses[0], abs=1e-6)


def test_learning_rates_warm_up_then_decay_to_0(settings, tune, make_checkpoints, tmp_path, monkeypatch):
    rates = []
    step = torch.optim.AdamW.step

    def spy(optimizer, *args, **kwargs):
        rates.append(max(group["lr"] for group in optimizer.param_groups))
        return step(optimizer, *args, **kwargs)

    monkeypatch.setattr(torch.optim.AdamW, "step", spy)
    tune(dataclasses.replace(settings, epochs=1, warmup=0.25), make_checkpoints(tmp_path / "run"))
    rise, fall = 4, 14  # of 18 steps
    expected = [step / rise for step in range(rise)] + [(fall - step) / fall for step in range(fall)]
    assert rates == pytest.approx(settings.head_lr * np.array(expected))


def test_run_of_one_step_learns(toy, settings, tune, make_checkpoints, same_weights, tmp_path):
    once = dataclasses.replace(settings, epochs=1, batch_size=4096, warmup=0.06)
    network, _ = tune(once, make_checkpoints(tmp_path / "run"))
    assert not same_weights(network, toy.make_network(once))


def test_nan_loss_stops_the_run_before_a_checkpoint(toy, settings, tune, make_checkpoints, tmp_path):
    network = toy.make_network(settings)
    with torch.no_grad():
        next(network.parameters()).fill_(float("nan"))
    checkpoints = make_checkpoints(tmp_path / "run")
    with pytest.raises(TrainingError, match=r"the loss is nan at batch 1 of epoch 1; .* lower --encoder-lr"):
        tune(settings, checkpoints, network=network)
    assert checkpoints.load_state() is None


def test_each_epoch_is_logged_with_a_line_for_each_source(
    toy, settings, tune, tweeteval, make_checkpoints, tmp_path, caplog
):
    caplog.set_level(logging.INFO, logger="tweetmoji")
    once = dataclasses.replace(settings, epochs=1)
    _, (result,) = tune(once, make_checkpoints(tmp_path / "run"), val=[toy.val[0], tweeteval["val"]])
    first, *lines = [record.getMessage() for record in caplog.records if record.name.startswith("tweetmoji")]
    assert first == f"epoch 1 of 1: train loss {result.train_loss:.3f}"
    assert len(lines) == 2
    for line, (source, metrics) in zip(lines, result.val.items(), strict=True):
        assert line.startswith(f"  {source} val: ")
        assert all(f"{name} {value:.4f}" in line for name, value in metrics.items())

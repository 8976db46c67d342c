"""The fine-tuning loop, which keeps the best epoch.

AdamW, with linear warm-up and decay, is the usual recipe for BERT-size encoders (Devlin et al. 2019,
https://arxiv.org/abs/1810.04805). The new head has a higher learning rate.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from tweetmoji.data import LabelSet
from tweetmoji.errors import TrainingError
from tweetmoji.train.loop.batches import Subsample, collate, make_epoch_batches
from tweetmoji.train.loop.checkpoints import Checkpoints
from tweetmoji.train.loop.encoded import EncodedTexts, ValidationSplit
from tweetmoji.train.loop.loss import masked_cross_entropy
from tweetmoji.train.loop.run_state import RunState
from tweetmoji.train.loop.scoring import EpochResult, best_epoch, log_result, score_epoch
from tweetmoji.train.settings import TrainSettings

MAX_GRADIENT_NORM: Final = 1.0
"""Gradients are clipped to this norm, as in BERT's training code (google-research/bert, ``optimization.py``)."""


def fine_tune(
    model: Any,  # noqa: ANN401
    train: EncodedTexts,
    val: Sequence[ValidationSplit],
    labels: LabelSet,
    settings: TrainSettings,
    checkpoints: Checkpoints,
) -> list[EpochResult]:
    """Train a network in place, and leave it with the best epoch's weights.

    The best epoch has the lowest log loss on val after calibration, since the model that ships is calibrated. Every
    text contributes to this proper score, so it depends less on chance than accuracy, which a few texts decide. A
    stopped run goes on where its checkpoints stand, and ends in the same bits as one that was never stopped.

    Args:
        model: A classifier of transformers; moves to the GPU if there is one.
        train: The training texts.
        val: The splits to score each epoch on, one for each source.
        labels: Labels of the model.
        settings: Settings of the run.
        checkpoints: Checkpoints of the run.

    Returns:
        One result for each epoch, in order.

    Raises:
        TrainingError: The loss is NaN or infinite.
    """
    state = RunState(model, train, settings)
    if (saved := checkpoints.load_state()) is not None:
        state.load_state_dict(saved)
    while state.epoch < settings.epochs:
        _train_epoch(state, train, settings, checkpoints)
        result = score_epoch(model, val, labels, epoch=state.epoch, train_loss=state.mean_loss)
        state.results.append(result)
        if result is best_epoch(state.results):
            checkpoints.save_best(model.state_dict())
        state.begin_epoch(state.epoch + 1)
        checkpoints.save_state(state.state_dict())
        log_result(result, settings.epochs)
    model.load_state_dict(checkpoints.load_best())
    return state.results


def _train_epoch(state: RunState, train: EncodedTexts, settings: TrainSettings, checkpoints: Checkpoints) -> None:
    """Train on the batches that are left of the epoch, and save a checkpoint now and then."""
    state.model.train()
    ids = train.read_epoch(state.epoch)
    for rows in _remaining_batches(state, ids, train.subsamples, settings):
        state.loss_sum += _step(state, collate([ids[i] for i in rows], train.pad_id), rows)
        state.batch += 1
        if state.batch % settings.checkpoint_steps == 0:
            checkpoints.save_state(state.state_dict())


def _remaining_batches(
    state: RunState, ids: Sequence[Sequence[int]], subsamples: Sequence[Subsample], settings: TrainSettings
) -> Iterator[NDArray[np.int64]]:
    """Give the batches that are left of the epoch, under a progress bar."""
    lengths = [len(row) for row in ids]
    batches = make_epoch_batches(lengths, settings.batch_size, settings.seed, state.epoch, subsamples)
    with tqdm(
        desc=f"epoch {state.epoch + 1}/{settings.epochs}",
        total=len(batches),
        initial=state.batch,
        unit="batch",
        disable=None,  # silent when stderr is not a terminal
    ) as bar:
        for batch in batches[state.batch :]:
            yield batch
            bar.set_postfix(loss=f"{state.mean_loss:.3f}", lr=f"{state.schedule.get_last_lr()[0]:.1e}")
            bar.update()


def _step(state: RunState, inputs: dict[str, torch.Tensor], rows: NDArray[np.int64]) -> float:
    """Take one optimizer step, and give the batch's mean loss in nats."""
    with state.precision.autocast():
        logits = state.model(**{name: tensor.to(state.device) for name, tensor in inputs.items()}).logits.float()
    targets = state.distillation.make_targets(rows, state.epoch)
    loss = masked_cross_entropy(logits, *(target.to(state.device) for target in targets))
    state.distillation.keep_predictions(rows, logits)
    value = float(loss.detach())
    if not math.isfinite(value):
        raise TrainingError(
            f"the loss is {value} at batch {state.batch + 1} of epoch {state.epoch + 1}; expected a finite number: "
            "start again elsewhere with a lower --encoder-lr and --head-lr, or more --warmup"
        )
    if state.precision.backward_and_step(loss, state.optimizer, state.model.parameters(), MAX_GRADIENT_NORM):
        state.schedule.step()
    return value

"""The fine-tuning loop: AdamW, linear warm-up and decay, mixed precision, the best epoch on val kept.

The recipe is the usual one for BERT-size encoders (Devlin et al. 2019, https://arxiv.org/abs/1810.04805), with a
higher rate for the newly made head. A run that is stopped and resumed sees the same batches in the same order.

Against wrong labels, a text can be asked for a share of what the network answered to it one epoch before, rising
from epoch to epoch (progressive self-knowledge distillation: Kim et al. 2021, https://arxiv.org/abs/2006.12000). The
answers are those that training gave in passing, dropout included, so that they cost nothing.

A base that has learned the task already keeps part of what it knew by `tweetmoji.train.loop.weight_interpolation`.
"""

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from tweetmoji.data.class_map import marginalize
from tweetmoji.errors import TrainingError
from tweetmoji.evaluate.metrics import Metrics, measure
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.calibration import fit_temperature
from tweetmoji.train.loop.batches import collate, count_batches, epoch_order
from tweetmoji.train.loop.checkpoints import Checkpoints
from tweetmoji.train.loop.encoded import EncodedTexts, ValidationSplit
from tweetmoji.train.loop.loss import masked_cross_entropy
from tweetmoji.train.loop.network import compute_logits, parameter_groups
from tweetmoji.train.loop.precision import Precision
from tweetmoji.train.loop.targets import join_targets
from tweetmoji.train.loop.weight_interpolation import copy_weights, interpolated_weights
from tweetmoji.train.settings import TrainSettings

logger = logging.getLogger(__name__)

MAX_GRADIENT_NORM: Final = 1.0
"""Gradients are clipped to this norm, as BERT's own training does."""

VAL_METRICS: Final = ("accuracy", "balanced_accuracy", "macro_f1", "log_loss")
"""Figures that are kept of each epoch, as `tweetmoji.evaluate.Metrics` names them."""


@dataclass(frozen=True)
class EpochResult:
    """Figures after one epoch.

    Attributes:
        epoch: From 1.
        train_loss: Mean training loss, in nats.
        val: For each source, its val split's accuracy, balanced accuracy, macro-F1 and log loss, calibrated.
        val_log_loss: Mean log loss of the sources, in nats: each counts alike, however many texts it has.
    """

    epoch: int
    train_loss: float
    val: dict[str, dict[str, float]]
    val_log_loss: float


def fine_tune(
    model: Any,  # noqa: ANN401
    train: EncodedTexts,
    val: Sequence[ValidationSplit],
    labels: Sequence[str],
    settings: TrainSettings,
    checkpoints: Checkpoints,
) -> list[EpochResult]:
    """Train ``model`` in place, resuming where ``checkpoints`` stand, and leave it with the best epoch's weights.

    The best epoch is the one of lowest log loss on ``val`` once calibrated, as the model that ships will be. Every
    row contributes to that proper score, so it is less a matter of luck than accuracy, which a few rows decide.

    Args:
        model: A classifier of transformers; goes to the GPU if there is one.
        train: What to train on.
        val: What to choose the best epoch on, one split a source.
        labels: Label names of the model, in column order.
        settings: The numbers of the recipe.
        checkpoints: Where the run is kept.

    Returns:
        One result for each epoch, in order.

    Raises:
        TrainingError: The loss is no longer a number.
    """
    base = copy_weights(model) if settings.alpha < 1 else {}
    run = _Run(model, train, settings)
    results = run.restore(checkpoints.load_state())
    for epoch in range(run.epoch, settings.epochs):
        run.train_epoch(epoch, checkpoints, results)
        with interpolated_weights(model, base, settings.alpha):
            results.append(_score(model, val, labels, epoch, run.mean_loss()))
            if results[-1] is best_epoch(results):
                checkpoints.save_best(model.state_dict())
        run.begin_epoch(epoch + 1)
        checkpoints.save_state(run.state(results))
        _log(results[-1], settings)
    model.load_state_dict(checkpoints.load_best())
    return results


def best_epoch(results: Sequence[EpochResult]) -> EpochResult:
    """The epoch of lowest calibrated log loss on val, the earliest of equals."""
    return min(results, key=lambda result: result.val_log_loss)


def score_calibrated(
    model: torch.nn.Module, val: Sequence[ValidationSplit], labels: Sequence[str]
) -> tuple[float, dict[str, Metrics]]:
    """Calibrate on all of val together, then score each source on its own classes.

    Returns:
        The temperature, and for each source the figures of its val split.
    """
    logits = [compute_logits(model, split.encoded.ids, split.encoded.pad_id) for split in val]
    temperature = fit_temperature(np.concatenate(logits), join_targets([split.encoded.targets for split in val]))
    return temperature, {
        split.data.source: measure(
            marginalize(softmax(rows, temperature), labels, split.data.class_map), split.data.targets, split.data.labels
        )
        for split, rows in zip(val, logits, strict=True)
    }


def _score(
    model: torch.nn.Module, val: Sequence[ValidationSplit], labels: Sequence[str], epoch: int, train_loss: float
) -> EpochResult:
    _, metrics = score_calibrated(model, val, labels)
    figures = {source: {name: getattr(row, name) for name in VAL_METRICS} for source, row in metrics.items()}
    mean_log_loss = float(np.mean([row["log_loss"] for row in figures.values()]))
    return EpochResult(epoch + 1, train_loss, figures, mean_log_loss)


def _log(result: EpochResult, settings: TrainSettings) -> None:
    logger.info("epoch %d of %d: train loss %.3f", result.epoch, settings.epochs, result.train_loss)
    for source, figures in result.val.items():
        logger.info("  %s val: %s", source, ", ".join(f"{name} {value:.4f}" for name, value in figures.items()))


class _Run:
    """The moving parts of a run: optimizer, schedule, random state, position, the last answer to each text."""

    def __init__(self, model: Any, train: EncodedTexts, settings: TrainSettings) -> None:  # noqa: ANN401
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = model.to(self.device)
        self.precision = Precision(self.device)
        self.train = train
        self.settings = settings
        self.optimizer = torch.optim.AdamW(parameter_groups(model, settings), fused=True)
        steps = settings.epochs * count_batches(len(train.ids), settings.batch_size, train.subsamples)
        self.answers = torch.zeros(train.targets.soft_targets.shape)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, _Linear(steps, settings.warmup))
        self.begin_epoch(0)

    def begin_epoch(self, epoch: int) -> None:
        self.epoch, self.batch, self.loss_sum = epoch, 0, 0.0

    def mean_loss(self) -> float:
        return self.loss_sum / max(self.batch, 1)

    def state(self, results: Sequence[EpochResult]) -> dict[str, Any]:
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "precision": self.precision.state_dict(),
            "answers": self.answers,
            "random": [torch.get_rng_state(), *torch.cuda.get_rng_state_all()],
            "position": {"epoch": self.epoch, "batch": self.batch, "loss_sum": self.loss_sum},
            "results": [asdict(result) for result in results],
        }

    def restore(self, state: dict[str, Any] | None) -> list[EpochResult]:
        if state is None:
            return []
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.precision.load_state_dict(state["precision"])
        self.answers = state["answers"]
        torch.set_rng_state(state["random"][0])
        torch.cuda.set_rng_state_all(state["random"][1:])
        position = state["position"]
        self.epoch, self.batch, self.loss_sum = position["epoch"], position["batch"], position["loss_sum"]
        return [EpochResult(**result) for result in state["results"]]

    def train_epoch(self, epoch: int, checkpoints: Checkpoints, results: Sequence[EpochResult]) -> None:
        """Go through what is left of an epoch, keeping a checkpoint now and then."""
        for batch in self._remaining(epoch):
            self.loss_sum += self._step(batch)
            self.batch += 1
            if self.batch % self.settings.checkpoint_steps == 0:
                checkpoints.save_state(self.state(results))

    def _remaining(self, epoch: int) -> Iterator[NDArray[np.int64]]:
        lengths = [len(ids) for ids in self.train.ids]
        batches = epoch_order(lengths, self.settings.batch_size, self.settings.seed, epoch, self.train.subsamples)
        self.model.train()
        with tqdm(
            desc=f"epoch {epoch + 1}/{self.settings.epochs}",
            total=len(batches),
            initial=self.batch,
            unit="batch",
            disable=None,  # silent when stderr is not a terminal
        ) as bar:
            for batch in batches[self.batch :]:
                yield batch
                bar.set_postfix(loss=f"{self.mean_loss():.3f}", lr=f"{self.schedule.get_last_lr()[0]:.1e}")
                bar.update()

    def _step(self, rows: NDArray[np.int64]) -> float:
        inputs = collate([self.train.ids[i] for i in rows], self.train.pad_id)
        with self.precision.autocast():
            logits = self.model(**{name: tensor.to(self.device) for name, tensor in inputs.items()}).logits.float()
        loss = masked_cross_entropy(logits, *(part.to(self.device) for part in self._targets(rows)))
        self._keep_answers(rows, logits.detach().cpu())
        value = float(loss.detach())
        if not math.isfinite(value):
            raise TrainingError(
                f"the loss is {value} at batch {self.batch + 1} of epoch {self.epoch + 1}; "
                "lower encoder_lr and head_lr, or raise warmup, and start anew"
            )
        if self.precision.backward_and_step(loss, self.optimizer, self.model.parameters(), MAX_GRADIENT_NORM):
            self.schedule.step()
        return value

    def _targets(self, rows: NDArray[np.int64]) -> tuple[torch.Tensor, ...]:
        """What `masked_cross_entropy` takes; a labeled text asks for the answer of the epoch before, too."""
        targets = self.train.targets.take(rows)
        positives, label_mask, soft_targets = map(
            torch.from_numpy, (targets.positives, targets.label_mask, targets.soft_targets)
        )
        labeled = positives.any(dim=1)
        passed = self.epoch / max(1, self.settings.epochs - 1)
        share = torch.where(labeled, self.settings.self_distillation * passed, 1.0)
        return positives, label_mask, torch.where(labeled[:, None], self.answers[rows], soft_targets), share

    def _keep_answers(self, rows: NDArray[np.int64], logits: torch.Tensor) -> None:
        label_mask = torch.from_numpy(self.train.targets.label_mask[rows])
        self.answers[rows] = logits.masked_fill(~label_mask, -torch.inf).softmax(dim=1)


class _Linear:
    """Factor of the peak rate: up from 0 over the warm-up, then down to 0 at the last step."""

    def __init__(self, steps: int, warmup: float) -> None:
        self.steps = steps
        self.rise = max(1, round(steps * warmup))

    def __call__(self, step: int) -> float:
        if step < self.rise:
            return (step + 1) / self.rise
        return max(0.0, (self.steps - step) / max(1, self.steps - self.rise))

"""Scores of an epoch, calibrated on val."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from tweetmoji.data import LabelSet
from tweetmoji.data.class_map import marginalize
from tweetmoji.evaluate.metrics import Metrics, measure
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.calibration import fit_temperature_on_val
from tweetmoji.train.loop.encoded import ValidationSplit
from tweetmoji.train.loop.network import compute_logits

logger = logging.getLogger(__name__)

VAL_METRICS: Final = ("accuracy", "balanced_accuracy", "macro_f1", "log_loss")
"""Metrics that are kept of each epoch, as `tweetmoji.evaluate.Metrics` names them."""


@dataclass(frozen=True)
class EpochResult:
    """Scores after one epoch.

    Attributes:
        epoch: From 1.
        train_loss: Mean training loss, in nats.
        val: Source to the `VAL_METRICS` of its val split, calibrated.
        val_log_loss: Mean log loss of the sources, in nats. Each counts the same, however many texts it has.
    """

    epoch: int
    train_loss: float
    val: dict[str, dict[str, float]]
    val_log_loss: float


def best_epoch(results: Sequence[EpochResult]) -> EpochResult:
    """The epoch of lowest calibrated log loss on val, the first of equals."""
    return min(results, key=lambda result: result.val_log_loss)


def score_calibrated(model: torch.nn.Module, val: Sequence[ValidationSplit], labels: LabelSet) -> dict[str, Metrics]:
    """Calibrate on the val splits together, then score each on its own classes.

    Args:
        model: A classifier of transformers.
        val: One split for each source, at least one.
        labels: Labels of the model.

    Returns:
        Source to its metrics.
    """
    metrics = {}
    logits = [compute_logits(model, split.encoded.ids, split.encoded.pad_id, mixed=True) for split in val]
    temperature = fit_temperature_on_val(logits, [split.encoded.targets for split in val])
    for split, rows in zip(val, logits, strict=True):
        probabilities = marginalize(softmax(rows, temperature), labels.outputs, split.data.class_map)
        metrics[split.data.source] = measure(probabilities, split.data.targets, split.data.labels)
    return metrics


def score_epoch(
    model: torch.nn.Module, val: Sequence[ValidationSplit], labels: LabelSet, *, epoch: int, train_loss: float
) -> EpochResult:
    """Score the network as it is after an epoch (from 0); see `score_calibrated`."""
    metrics = score_calibrated(model, val, labels)
    kept = {source: {name: getattr(row, name) for name in VAL_METRICS} for source, row in metrics.items()}
    mean_log_loss = float(np.mean([kept[split.data.source]["log_loss"] for split in val]))
    return EpochResult(epoch + 1, train_loss, kept, mean_log_loss)


def log_result(result: EpochResult, epochs: int) -> None:
    """Log the scores of an epoch, a line for each source."""
    logger.info("epoch %d of %d: train loss %.3f", result.epoch, epochs, result.train_loss)
    for source, metrics in result.val.items():
        logger.info("  %s val: %s", source, ", ".join(f"{name} {value:.4f}" for name, value in metrics.items()))

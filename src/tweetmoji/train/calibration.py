"""Calibration: what turns logits into probabilities is fitted on val, with the weights that ship.

Labels and suggestions have a temperature each, which minimizes the log loss (Guo et al. 2017,
https://arxiv.org/abs/1706.04599). The probability of none is a logistic function of its log odds (Platt 1999,
"Probabilistic Outputs for Support Vector Machines"), since texts without an emotion are far more frequent among tweets
than in a dataset of emotions.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from tweetmoji.data import LabeledTexts, LabelSet
from tweetmoji.data.names import ANNOTATED
from tweetmoji.emotions import NONE
from tweetmoji.runtime.artifact import Artifact, with_changes
from tweetmoji.runtime.classifier import EMOJI_LOGITS, Classifier
from tweetmoji.runtime.config import ModelConfig, NoneCalibration, SuggestionHead
from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.loop.targets import Targets, join_targets, make_targets

logger = logging.getLogger(__name__)

RANGE: Final = (0.05, 20.0)
"""Temperatures searched: at the low end a confidence is close to 1, at the high end all labels are about equal."""

TOLERANCE: Final = 1e-4
"""Relative precision of the temperature found."""


def fit_temperature(logits: NDArray[np.floating], targets: Targets) -> float:
    """Find the temperature of least log loss.

    The loss is convex in 1/temperature where each text has one right label. Where some have two it need not be, but
    over many texts it has one minimum all the same.

    Args:
        logits: Float array of shape (n, classes).
        targets: Targets of the n texts, each with a positive label.

    Returns:
        The temperature, within `RANGE`.
    """
    found = minimize_scalar(
        lambda log_temperature: targets.log_loss(logits / np.exp(log_temperature)),
        bounds=np.log(RANGE),  # the logarithm, since temperatures differ by factors
        method="bounded",
        options={"xatol": TOLERANCE},
    )
    return float(np.exp(found.x))


def fit_temperature_on_val(logits: Sequence[NDArray[np.floating]], targets: Sequence[Targets]) -> float:
    """Find the temperature of least log loss over the val splits of all sources together.

    Args:
        logits: For each split, a float array of shape (n, classes).
        targets: For each split, the targets of its n texts.

    Returns:
        The temperature, within `RANGE`.
    """
    return fit_temperature(np.concatenate(logits), join_targets(targets))


def calibrate(artifact: Artifact, val: Sequence[LabeledTexts]) -> Artifact:
    """Fit what a model's config says about its logits, on the val splits of its sources.

    The prior is what the calibrated model predicts on average, each split counting the same: the shares that its
    probabilities assume.

    Args:
        artifact: The model, whose config says whether it has an output for none.
        val: The splits: at least one, and one with texts of none if the model has an output for it.

    Returns:
        The artifact with temperature, prior, and the calibration of none.
    """
    config, classifier = artifact.config, Classifier(artifact)
    logits = [classifier.compute_logits(split.texts, count_cores())[0] for split in val]
    changes = _calibrate_labels(config, val, logits)
    if config.none:
        changes["none"] = _calibrate_none(len(config.labels), val, logits)
    return with_changes(artifact, config=replace(config, **changes))


def calibrate_suggestions(artifact: Artifact, val: LabeledTexts) -> Artifact:
    """Fit the temperature of the emoji that a model suggests.

    Args:
        artifact: A model with suggestions.
        val: The val split whose classes are these emoji.

    Returns:
        The artifact with the temperature.
    """
    logits = Classifier(artifact).compute_logits(val.texts, count_cores(), EMOJI_LOGITS)[0]
    targets = make_targets(val, LabelSet(val.labels, none=False))
    suggestions = SuggestionHead(val.labels, round(fit_temperature(logits, targets), 4))
    return with_changes(artifact, config=replace(artifact.config, suggestions=suggestions))


def fit_label_temperature(
    labels: tuple[str, ...], splits: Sequence[LabeledTexts], logits: Sequence[NDArray[np.floating]]
) -> float:
    """Find the temperature of the labels, on the texts that have one.

    Args:
        labels: The n labels of the model.
        splits: The val split of each source whose classes are labels.
        logits: For each split, a float array of shape (texts, outputs), whose first n columns are of the labels.

    Returns:
        The temperature, within `RANGE`.
    """
    targets = [make_targets(split.without_none(), LabelSet(labels, none=False)) for split in splits]
    return fit_temperature_on_val(_select_labels(labels, splits, logits), targets)


def _select_labels(
    labels: tuple[str, ...], splits: Sequence[LabeledTexts], logits: Sequence[NDArray[np.floating]]
) -> list[NDArray[np.floating]]:
    """The logits of the labels, of the texts that have one."""
    return [rows[~_has_none(split), : len(labels)] for split, rows in zip(splits, logits, strict=True)]


def _calibrate_labels(
    config: ModelConfig, splits: Sequence[LabeledTexts], logits: Sequence[NDArray[np.float32]]
) -> dict[str, Any]:
    """Temperature and prior of the labels, on the texts that have one."""
    temperature = round(fit_label_temperature(config.labels, splits, logits), 4)
    rows = _select_labels(config.labels, splits, logits)
    shares = np.mean([softmax(part, temperature).mean(axis=0) for part in rows], axis=0)
    prior = {label: max(round(float(share), 6), 1e-6) for label, share in zip(config.labels, shares, strict=True)}
    return {"temperature": temperature, "prior": prior}


def _calibrate_none(
    labels: int, splits: Sequence[LabeledTexts], logits: Sequence[NDArray[np.float32]]
) -> NoneCalibration:
    """Slope and offset of none: on the annotated tweets if they are a source, else on every split that has it."""
    known = [(split, rows) for split, rows in zip(splits, logits, strict=True) if len(set(_has_none(split))) > 1]
    known = [(split, rows) for split, rows in known if split.source == ANNOTATED] or known
    if not known:
        logger.warning("no val split has texts of %s beside others, so its probability is not calibrated", NONE)
        return NoneCalibration(slope=1.0, offset=0.0)
    log_odds = np.concatenate([rows[:, -1] - logsumexp(rows[:, :labels], axis=1) for _, rows in known])
    fitted = LogisticRegression(C=np.inf).fit(
        log_odds[:, None], np.concatenate([_has_none(split) for split, _ in known])
    )
    return NoneCalibration(slope=round(float(fitted.coef_[0, 0]), 4), offset=round(float(fitted.intercept_[0]), 4))


def _has_none(split: LabeledTexts) -> NDArray[np.bool_]:
    """Which texts of a split have the class none: bool array of shape (n,)."""
    return np.array([label == NONE for label in split.labels], dtype=bool)[split.targets]

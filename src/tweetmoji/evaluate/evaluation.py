"""Evaluation of a model on one split of a dataset."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts
from tweetmoji.data.class_map import marginalize
from tweetmoji.data.names import EMOTION
from tweetmoji.data.sources.written import WrittenTexts
from tweetmoji.emotions import NONE
from tweetmoji.evaluate.answers import Answers, check_labels, predict_answers
from tweetmoji.evaluate.curves import ReliabilityBin, SelectivePoint, accuracy_at_50, reliability, selective_accuracy
from tweetmoji.evaluate.intervals import Interval, bootstrap_intervals
from tweetmoji.evaluate.metrics import Metrics, measure, top_3_accuracy
from tweetmoji.evaluate.none import NoneMetrics, measure_none
from tweetmoji.evaluate.written import Rate, rate_capabilities, rate_pairs
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.runtime.prior import compute_log_weights, make_uniform_prior


@dataclass(frozen=True)
class PriorMetrics:
    """Metrics with another prior, each in [0, 1], and their 95 % bootstrap intervals; see `Metrics`."""

    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    intervals: dict[str, Interval]


@dataclass(frozen=True)
class Evaluation:
    """Metrics of one model on one split.

    Attributes:
        model: Name and version of the model.
        source: Name of the source.
        split: Name of its split.
        data_sha256: Hex digest of the split's file.
        labels: The classes that were scored, in column order.
        metrics: The metrics, on the texts of these classes.
        accuracy_at_50: Accuracy of the more confident half of the predictions, [0, 1].
        top_3_accuracy: Share of texts whose true class is among the three most probable ones, [0, 1].
        intervals: Metric to its 95 % bootstrap interval.
        reliability: Bins of the reliability diagram.
        selective: Points of the selective accuracy curve.
        none: Metrics of all texts, those without an emotion included, if the split has some and the model can tell.
        uniform_prior: Metrics with the same share for each label, on the source emotion.
        pairs: Minimal pairs with both sides right, on the written texts.
        capabilities: Capability to the answers that are right, on the written texts.
    """

    model: dict[str, str]
    source: str
    split: str
    data_sha256: str
    labels: tuple[str, ...]
    metrics: Metrics
    accuracy_at_50: float
    top_3_accuracy: float
    intervals: dict[str, Interval]
    reliability: tuple[ReliabilityBin, ...]
    selective: tuple[SelectivePoint, ...]
    none: NoneMetrics | None = None
    uniform_prior: PriorMetrics | None = None
    pairs: Rate | None = None
    capabilities: dict[str, Rate] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        none = self.none.as_dict() if self.none else None
        plain = asdict(self) | {"metrics": self.metrics.as_dict(), "none": none}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


def evaluate(emojifier: Emojifier, data: LabeledTexts, *, resamples: int = 1000, seed: int = 0) -> Evaluation:
    """Score a model on the classes of a source.

    Texts without an emotion count for the parts of the evaluation that say so; the others leave them out.

    Args:
        emojifier: The model.
        data: Texts and targets, at least one.
        resamples: Number of bootstrap resamples for the intervals, at least 2.
        seed: Seed of the resamples; nothing else is random.

    Raises:
        SettingError: The class map of the data names a label that the model does not have.
    """
    return evaluate_predicted(emojifier, data, *predict_split(emojifier, data), resamples=resamples, seed=seed)


def evaluate_predicted(
    emojifier: Emojifier,
    data: LabeledTexts,
    probabilities: NDArray[np.float64],
    answers: Answers | None,
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """As `evaluate`, with the model's predictions at hand.

    Args:
        emojifier: The model.
        data: Texts and targets, at least one of another class than none.
        probabilities: As `predict_split` gives them.
        answers: The same; None exactly if the data do not have the class none.
        resamples: Number of bootstrap resamples for the intervals, at least 2.
        seed: Seed of the resamples.
    """
    model = {"name": emojifier.name, "version": emojifier.version}
    bootstrap = {"resamples": resamples, "seed": seed}
    labeled = data.without_none()
    evaluation = score(model, labeled, probabilities, **bootstrap)
    if data.source == EMOTION:
        return replace(evaluation, uniform_prior=_score_uniform(emojifier, labeled, probabilities, **bootstrap))
    if answers is None:
        return evaluation
    evaluation = replace(evaluation, none=measure_none(answers, **bootstrap))
    if not isinstance(data, WrittenTexts):
        return evaluation
    return replace(
        evaluation,
        pairs=rate_pairs(answers, data.pairs),
        capabilities=rate_capabilities(answers, data.capabilities),
    )


def _score_uniform(
    emojifier: Emojifier, data: LabeledTexts, probabilities: NDArray[np.float64], *, resamples: int, seed: int
) -> PriorMetrics:
    """Score the predictions that the model makes with a uniform prior; the classes are labels of the model."""
    weights = np.exp(compute_log_weights(make_uniform_prior(data.labels), emojifier.prior))
    weighted = probabilities * weights
    rows = weighted / weighted.sum(axis=1, keepdims=True)
    metrics = measure(rows, data.targets, data.labels)
    intervals = bootstrap_intervals(rows, data.targets, data.labels, resamples=resamples, seed=seed)
    shown = ("accuracy", "balanced_accuracy", "macro_f1")
    return PriorMetrics(
        **{name: getattr(metrics, name) for name in shown}, intervals={name: intervals[name] for name in shown}
    )


def predict_split(emojifier: Emojifier, data: LabeledTexts) -> tuple[NDArray[np.float64], Answers | None]:
    """Predict each text of a split once.

    Returns:
        The probabilities of the classes without none, as `predict_classes` gives them for ``data.without_none()``; and
        the answers to all texts, None for a split that does not have the class none.

    Raises:
        SettingError: The class map of the data names a label that the model does not have.
    """
    if NONE not in data.labels:
        return predict_classes(emojifier, data), None
    answers = predict_answers(emojifier, data)
    return answers.scores[answers.has_emotion], answers


def predict_classes(emojifier: Emojifier, data: LabeledTexts) -> NDArray[np.float64]:
    """Predict the probabilities of a source's classes for its texts.

    Where the classes are the emoji that the model suggests, in their order, these are its suggestions.

    Returns:
        float64 array of shape (n, len(data.labels)); rows sum to 1.

    Raises:
        SettingError: The class map of the data names a label that the model does not have.
    """
    if data.labels == emojifier.suggestions:
        return emojifier.suggest_proba(data.texts).astype(np.float64)
    check_labels(emojifier, data.source, data.class_map)
    return marginalize(emojifier.predict_proba(data.texts), emojifier.labels, data.class_map)


def score(
    model: dict[str, str],
    data: LabeledTexts,
    probabilities: NDArray[np.float64],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """Score predictions that are made already; see `evaluate`.

    Args:
        model: Name and version of the model that made them.
        data: Texts and targets, at least one.
        probabilities: float64 array of shape (n, len(data.labels)); rows sum to 1.
        resamples: Number of bootstrap resamples for the intervals, at least 2.
        seed: Seed of the resamples.
    """
    intervals = bootstrap_intervals(probabilities, data.targets, data.labels, resamples=resamples, seed=seed)
    return Evaluation(
        model=model,
        source=data.source,
        split=data.split,
        data_sha256=data.sha256,
        labels=data.labels,
        metrics=measure(probabilities, data.targets, data.labels),
        accuracy_at_50=accuracy_at_50(probabilities, data.targets),
        top_3_accuracy=top_3_accuracy(probabilities, data.targets),
        intervals=intervals,
        reliability=reliability(probabilities, data.targets),
        selective=selective_accuracy(probabilities, data.targets),
    )

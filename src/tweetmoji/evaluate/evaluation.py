"""Evaluation of a model on one split of a dataset."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts
from tweetmoji.data.class_map import marginalize
from tweetmoji.errors import SettingError
from tweetmoji.evaluate.curves import ReliabilityBin, SelectivePoint, accuracy_at_50, reliability, selective_accuracy
from tweetmoji.evaluate.intervals import Interval, bootstrap_intervals
from tweetmoji.evaluate.metrics import Metrics, measure
from tweetmoji.runtime.emojifier import Emojifier


@dataclass(frozen=True)
class Evaluation:
    """Metrics of one model on one split.

    Attributes:
        model: Name and version of the model.
        source: Name of the source.
        split: Name of its split.
        data_sha256: Hex digest of the split's file.
        labels: The classes that were scored, in column order.
        metrics: The metrics.
        accuracy_at_50: Accuracy of the more confident half of the predictions, [0, 1].
        intervals: Metric to its 95 % bootstrap interval.
        reliability: Bins of the reliability diagram.
        selective: Points of the selective accuracy curve.
    """

    model: dict[str, str]
    source: str
    split: str
    data_sha256: str
    labels: tuple[str, ...]
    metrics: Metrics
    accuracy_at_50: float
    intervals: dict[str, Interval]
    reliability: tuple[ReliabilityBin, ...]
    selective: tuple[SelectivePoint, ...]

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        plain = asdict(self) | {"metrics": self.metrics.as_dict()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


def evaluate(emojifier: Emojifier, data: LabeledTexts, *, resamples: int = 1000, seed: int = 0) -> Evaluation:
    """Score a model on the classes of a source. Texts without an emotion are left out.

    Args:
        emojifier: The model.
        data: Texts and targets, at least one.
        resamples: Number of bootstrap resamples for the intervals, at least 2.
        seed: Seed of the resamples; nothing else is random.

    Raises:
        SettingError: The class map of the data names a label that the model does not have.
    """
    data = data.without_none()
    model = {"name": emojifier.name, "version": emojifier.version}
    return score(model, data, predict_classes(emojifier, data), resamples=resamples, seed=seed)


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
    needed = {label for counted in data.class_map.values() for label in counted}
    if unknown := needed - set(emojifier.labels):
        raise SettingError(
            f"source {data.source} needs the labels {', '.join(sorted(unknown))}, and {emojifier.name} has the labels "
            f"{', '.join(emojifier.labels)}; choose another --source"
        )
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
        intervals=intervals,
        reliability=reliability(probabilities, data.targets),
        selective=selective_accuracy(probabilities, data.targets),
    )

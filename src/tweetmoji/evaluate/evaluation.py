"""A model's figures on one split of a dataset, with all that is needed to trust and repeat them."""

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
    """Figures of one model on one split.

    Attributes:
        model: Name and version of the model.
        source: Which source was scored.
        split: Which of its splits.
        data_sha256: Hex digest of the split's file.
        labels: The classes that were scored, in column order.
        metrics: The figures.
        accuracy_at_50: Accuracy of the more confident half of the answers, [0, 1].
        intervals: Figure to its 95 % bootstrap interval.
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
        """As plain JSON types."""
        plain = asdict(self) | {"metrics": self.metrics.as_dict()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


def evaluate(emojifier: Emojifier, data: LabeledTexts, *, resamples: int = 1000, seed: int = 0) -> Evaluation:
    """Score a model on the classes that a source offers.

    Args:
        emojifier: The model.
        data: Texts and targets, at least one.
        resamples: How often the texts are drawn anew for the intervals, at least 1.
        seed: Of these draws; nothing else is random.

    Raises:
        SettingError: The classes of the data cover a label that the model does not have.
    """
    model = {"name": emojifier.name, "version": emojifier.version}
    return score(model, data, answer(emojifier, data), resamples=resamples, seed=seed)


def answer(emojifier: Emojifier, data: LabeledTexts) -> NDArray[np.float64]:
    """What a model says of the texts, on the classes of their source.

    Returns:
        float64 array of shape (n, len(data.labels)); rows sum to 1.

    Raises:
        SettingError: The classes of the data cover a label that the model does not have.
    """
    asked = {label for covered in data.class_map.values() for label in covered}
    if unknown := asked - set(emojifier.labels):
        raise SettingError(
            f"source {data.source} asks for {', '.join(sorted(unknown))}, and {emojifier.name} has the labels "
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
    """Do what `evaluate` does, of answers that are there already, by the model of that name and version."""
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

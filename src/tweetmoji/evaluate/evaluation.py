"""A model's figures on one split of a dataset, with all that is needed to trust and repeat them."""

from dataclasses import dataclass
from typing import Any

from tweetmoji.data import LabelledTexts
from tweetmoji.evaluate.metrics import Metrics, measure
from tweetmoji.runtime.emojifier import Emojifier


@dataclass(frozen=True)
class Evaluation:
    """Figures of one model on one split.

    Attributes:
        model: Name and version of the model.
        split: Which split was scored.
        data_sha256: Hex digest of the split's file.
        metrics: The figures.
    """

    model: dict[str, str]
    split: str
    data_sha256: str
    metrics: Metrics

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "model": self.model,
            "split": self.split,
            "data_sha256": self.data_sha256,
            "metrics": self.metrics.as_dict(),
        }


def evaluate(emojifier: Emojifier, data: LabelledTexts, split: str) -> Evaluation:
    """Score a model on labelled texts; nothing about it is random, so there is no seed.

    Args:
        emojifier: The model.
        data: Texts and targets, read with the model's own labels.
        split: Name to report.

    Raises:
        ValueError: The data was read with other labels than the model's.
    """
    if data.labels != emojifier.labels:
        raise ValueError(f"the data has the labels {data.labels}; expected the model's {emojifier.labels}")
    return Evaluation(
        model={"name": emojifier.name, "version": emojifier.version},
        split=split,
        data_sha256=data.sha256,
        metrics=measure(emojifier.predict_proba(data.texts), data.targets, data.labels),
    )

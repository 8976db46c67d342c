"""How right a set of answers is: the textbook figures, computed with numpy alone.

They are few and short, and computing them here keeps ``tweetmoji evaluate`` within the base installation. The tests
compare every one of them with scikit-learn.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ECE_BINS: Final = 15
"""Equal-width confidence bins of the expected calibration error (Guo et al. 2017, https://arxiv.org/abs/1706.04599)."""


@dataclass(frozen=True)
class ClassMetrics:
    """Figures of one class, each in [0, 1]; 0 where a figure's denominator is 0."""

    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Metrics:
    """Figures of a set of n answers.

    Attributes:
        n: Number of texts.
        accuracy: Share of right answers, [0, 1].
        balanced_accuracy: Mean recall of the classes that occur among the targets, [0, 1].
        macro_f1: Mean F1 of the classes that occur among targets or answers, [0, 1].
        log_loss: Mean negative natural logarithm of the right class's probability, in nats.
        ece: Expected calibration error of the most probable class, [0, 1], `ECE_BINS` bins.
        per_class: Label to its figures, in label order.
    """

    n: int
    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    log_loss: float
    ece: float
    per_class: dict[str, ClassMetrics]

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        return asdict(self)


def measure(probabilities: NDArray[np.floating], targets: NDArray[np.int64], labels: Sequence[str]) -> Metrics:
    """Score probabilities against the right labels.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.

    Raises:
        ValueError: The shapes do not fit, or there is nothing to score.
    """
    if probabilities.shape != (len(targets), len(labels)) or len(targets) == 0:
        raise ValueError(
            f"probabilities have shape {probabilities.shape}; expected ({len(targets)}, {len(labels)}) with n > 0"
        )
    probabilities = probabilities.astype(np.float64)
    answers = probabilities.argmax(axis=1)
    confusion = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(confusion, (targets, answers), 1)

    hits = confusion.diagonal()
    true_counts, answer_counts = confusion.sum(axis=1), confusion.sum(axis=0)
    recall = _ratio(hits, true_counts)
    f1 = _ratio(2 * hits, true_counts + answer_counts)
    precision = _ratio(hits, answer_counts)
    return Metrics(
        n=len(targets),
        accuracy=float(hits.sum() / len(targets)),
        balanced_accuracy=float(recall[true_counts > 0].mean()),
        macro_f1=float(f1[true_counts + answer_counts > 0].mean()),
        log_loss=log_loss(probabilities, targets),
        ece=expected_calibration_error(probabilities, targets),
        per_class={
            label: ClassMetrics(
                n=int(true_counts[i]),
                precision=float(precision[i]),
                recall=float(recall[i]),
                f1=float(f1[i]),
            )
            for i, label in enumerate(labels)
        },
    )


def log_loss(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Mean negative log probability of the right class, in nats; float32's epsilon is the least probability."""
    right = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.clip(right, np.finfo(np.float32).eps, 1)).mean())


def expected_calibration_error(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Mean gap between confidence and accuracy over `ECE_BINS` bins, weighted by the bins' sizes (Guo et al. 2017)."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == targets
    bins = np.minimum((confidence * ECE_BINS).astype(np.int64), ECE_BINS - 1)
    gaps = np.bincount(bins, weights=confidence - correct, minlength=ECE_BINS)
    return float(np.abs(gaps).sum() / len(targets))


def _ratio(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.float64]:
    """Element-wise quotient, 0 where the denominator is 0."""
    quotient = np.zeros(len(numerator), dtype=np.float64)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient

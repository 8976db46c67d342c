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
        weighted_f1: Mean F1 of the classes, each weighted by its number of texts, [0, 1].
        log_loss: Mean negative natural logarithm of the right class's probability, in nats.
        brier: Mean over the texts of the squared errors summed over the classes, [0, 2]; 0 is best.
        ece: Expected calibration error of the most probable class, [0, 1], `ECE_BINS` bins.
        per_class: Label to its figures, in label order.
        confusion: Number of texts of each class (row) that were answered with each class (column), in label order.
    """

    n: int
    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    weighted_f1: float
    log_loss: float
    brier: float
    ece: float
    per_class: dict[str, ClassMetrics]
    confusion: tuple[tuple[int, ...], ...]

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        return asdict(self) | {"confusion": [list(row) for row in self.confusion]}


def measure(probabilities: NDArray[np.floating], targets: NDArray[np.int64], labels: Sequence[str]) -> Metrics:
    """Score probabilities against the right labels.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.

    Raises:
        ValueError: The shapes do not fit, a target is no index into ``labels``, or there is nothing to score.
    """
    check_predictions(probabilities, targets, len(labels))
    probabilities = probabilities.astype(np.float64)
    confusion = confusion_matrix(targets, probabilities.argmax(axis=1), len(labels))
    return Metrics(
        n=len(targets),
        accuracy=accuracy(confusion),
        balanced_accuracy=balanced_accuracy(confusion),
        macro_f1=macro_f1(confusion),
        weighted_f1=weighted_f1(confusion),
        log_loss=log_loss(probabilities, targets),
        brier=float(brier_scores(probabilities, targets).mean()),
        ece=expected_calibration_error(probabilities, targets),
        per_class=_measure_classes(confusion, labels),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
    )


def check_predictions(probabilities: NDArray[np.floating], targets: NDArray[np.int64], classes: int) -> None:
    """Refuse what cannot be scored.

    Raises:
        ValueError: The shapes are not (n, classes) and (n,), a target is no class, or n is 0.
    """
    if probabilities.shape != (len(targets), classes) or len(targets) == 0:
        raise ValueError(
            f"probabilities have shape {probabilities.shape}; expected ({len(targets)}, {classes}) with n > 0"
        )
    if targets.min() < 0 or targets.max() >= classes:
        raise ValueError(f"targets reach from {targets.min()} to {targets.max()}; expected 0 to {classes - 1}")


def confusion_matrix(
    targets: NDArray[np.int64], answers: NDArray[np.int64], classes: int, counts: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Count the texts of each class by their answer.

    Args:
        targets: int64 array of shape (n,), the right classes.
        answers: int64 array of shape (n,), the answered ones.
        classes: How many classes there are.
        counts: int64 array of shape (n,): how often each text counts; once if None.

    Returns:
        int64 array of shape (classes, classes): rows are the right classes, columns the answered ones.
    """
    cells = np.bincount(targets * classes + answers, weights=counts, minlength=classes**2)
    return cells.astype(np.int64).reshape(classes, classes)


def accuracy(confusion: NDArray[np.int64]) -> float:
    """Share of right answers, [0, 1]."""
    return float(confusion.trace() / confusion.sum())


def balanced_accuracy(confusion: NDArray[np.int64]) -> float:
    """Mean recall of the classes that occur among the targets, [0, 1]."""
    true_counts = confusion.sum(axis=1)
    return float(_ratio(confusion.diagonal(), true_counts)[true_counts > 0].mean())


def macro_f1(confusion: NDArray[np.int64]) -> float:
    """Mean F1 of the classes that occur among targets or answers, [0, 1]."""
    occurs = confusion.sum(axis=1) + confusion.sum(axis=0) > 0
    return float(_f1(confusion)[occurs].mean())


def weighted_f1(confusion: NDArray[np.int64]) -> float:
    """Mean F1 of the classes, each weighted by its number of texts, [0, 1]."""
    return float(confusion.sum(axis=1) @ _f1(confusion) / confusion.sum())


def log_loss(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Mean of `log_losses`."""
    return float(log_losses(probabilities, targets).mean())


def log_losses(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> NDArray[np.floating]:
    """Each text's negative log probability of the right class, in nats; float32's epsilon is the least probability.

    Returns:
        Float array of shape (n,), of the probabilities' dtype.
    """
    right = probabilities[np.arange(len(targets)), targets]
    losses: NDArray[np.floating] = -np.log(np.clip(right, np.finfo(np.float32).eps, 1))
    return losses


def brier_scores(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each text's Brier score: squared errors summed over all classes, as Brier (1950) defines it, not halved.

    https://doi.org/10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Returns:
        float64 array of shape (n,), each in [0, 2].
    """
    errors = probabilities.astype(np.float64)
    errors[np.arange(len(targets)), targets] -= 1
    scores: NDArray[np.float64] = (errors**2).sum(axis=1)
    return scores


def expected_calibration_error(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Mean gap between confidence and accuracy over `ECE_BINS` bins, weighted by the bins' sizes (Guo et al. 2017)."""
    confidence, correct = score_confidence(probabilities, targets)
    gaps = np.bincount(confidence_bins(confidence), weights=confidence - correct)
    return float(np.abs(gaps).sum() / len(targets))


def score_confidence(
    probabilities: NDArray[np.floating], targets: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """How sure each answer is, and whether it is right.

    Returns:
        The most probable class's probability as float64 array of shape (n,), and a bool array of shape (n,).
    """
    return probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == targets


def confidence_bins(confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which of the `ECE_BINS` bins each confidence lies in: each includes its lower edge, the last one 1 as well.

    Returns:
        int64 array of shape (n,), each in 0 to `ECE_BINS` - 1.
    """
    return np.minimum((confidence * ECE_BINS).astype(np.int64), ECE_BINS - 1)


def _measure_classes(confusion: NDArray[np.int64], labels: Sequence[str]) -> dict[str, ClassMetrics]:
    true_counts = confusion.sum(axis=1)
    precision = _ratio(confusion.diagonal(), confusion.sum(axis=0))
    recall = _ratio(confusion.diagonal(), true_counts)
    columns = (true_counts.tolist(), precision.tolist(), recall.tolist(), _f1(confusion).tolist())
    return {label: ClassMetrics(*row) for label, row in zip(labels, zip(*columns, strict=True), strict=True)}


def _f1(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 of each class, the harmonic mean of its precision and recall."""
    return _ratio(2 * confusion.diagonal(), confusion.sum(axis=1) + confusion.sum(axis=0))


def _ratio(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.float64]:
    """Element-wise quotient, 0 where the denominator is 0."""
    quotient = np.zeros(len(numerator), dtype=np.float64)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient

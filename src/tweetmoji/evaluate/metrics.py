"""Metrics of a set of predictions: scikit-learn's, and the expected calibration error, which it does not have."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import sklearn.metrics
from numpy.typing import NDArray

ECE_BINS: Final = 15
"""Equal-width confidence bins of the expected calibration error (Guo et al. 2017, https://arxiv.org/abs/1706.04599)."""

TOP: Final = 3
"""Classes that may hold the true one in `top_3_accuracy`: as many as are suggested unless asked otherwise."""

SUM_TOLERANCE: Final = 1e-3
"""How far the probabilities of a text may sum from 1; float32 softmaxes stay below 1e-6."""


@dataclass(frozen=True)
class ClassMetrics:
    """Metrics of one class, each in [0, 1]; 0 where a denominator is 0."""

    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Metrics:
    """Metrics of n predictions.

    Attributes:
        n: Number of texts.
        accuracy: Share of correct predictions, [0, 1].
        balanced_accuracy: Mean recall of the classes that occur among the targets, [0, 1].
        macro_f1: Mean F1 of the classes that occur among targets or predictions, [0, 1].
        weighted_f1: Mean F1 of the classes, each weighted by its number of texts, [0, 1].
        log_loss: Mean negative natural logarithm of the true class's probability, in nats.
        brier: Brier score: squared errors summed over the classes, mean over the texts, [0, 2]; 0 is best.
        ece: Expected calibration error of the most probable class, [0, 1], `ECE_BINS` bins.
        per_class: Label to its metrics, in label order.
        confusion: Number of texts of each true class (row) and predicted class (column), in label order.
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
        """Convert to plain JSON types."""
        return asdict(self) | {"confusion": [list(row) for row in self.confusion]}


def measure(probabilities: NDArray[np.floating], targets: NDArray[np.int64], labels: Sequence[str]) -> Metrics:
    """Score probabilities against the true labels.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.

    Raises:
        ValueError: The shapes do not fit, n is 0, a target is no index into ``labels``, or a row does not sum to 1.
    """
    check_predictions(probabilities, targets, len(labels))
    predictions, classes = probabilities.argmax(axis=1), np.arange(len(labels))
    rows = normalize_rows(probabilities)
    return Metrics(
        n=len(targets),
        accuracy=float(sklearn.metrics.accuracy_score(targets, predictions)),
        # the same as balanced_accuracy_score, which warns of a class that is predicted and not among the targets
        balanced_accuracy=float(
            sklearn.metrics.recall_score(targets, predictions, labels=np.unique(targets), average="macro")
        ),
        macro_f1=float(sklearn.metrics.f1_score(targets, predictions, average="macro", zero_division=0)),
        weighted_f1=float(sklearn.metrics.f1_score(targets, predictions, average="weighted", zero_division=0)),
        log_loss=log_loss(probabilities, targets),
        brier=float(sklearn.metrics.brier_score_loss(targets, rows, labels=classes, scale_by_half=False)),
        ece=expected_calibration_error(probabilities, targets),
        per_class=_measure_classes(targets, predictions, labels),
        confusion=tuple(map(tuple, sklearn.metrics.confusion_matrix(targets, predictions, labels=classes).tolist())),
    )


def check_predictions(probabilities: NDArray[np.floating], targets: NDArray[np.int64], classes: int) -> None:
    """Refuse probabilities and targets that cannot be scored.

    Raises:
        ValueError: The shapes are not (n, classes) and (n,), n is 0, a target is no class, or a row does not sum to 1.
    """
    if probabilities.shape != (len(targets), classes) or len(targets) == 0:
        raise ValueError(
            f"probabilities have shape {probabilities.shape}; expected ({len(targets)}, {classes}) with n > 0"
        )
    if targets.min() < 0 or targets.max() >= classes:
        raise ValueError(f"targets reach from {targets.min()} to {targets.max()}; expected 0 to {classes - 1}")
    sums = probabilities.sum(axis=1)
    if not (np.abs(sums - 1) <= SUM_TOLERANCE).all() or probabilities.min() < 0:  # "not <=" is true of NaN too
        raise ValueError(
            f"probabilities reach from {probabilities.min():g} to {probabilities.max():g}, and their rows sum to "
            f"{sums.min():g} to {sums.max():g}; expected none below 0 and sums of 1"
        )


def normalize_rows(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Remove float32's rounding from the row sums, of which scikit-learn warns.

    Returns:
        float64 array of the same shape; rows sum to 1 as exactly as float64 can.
    """
    rows = probabilities.astype(np.float64)
    normalized: NDArray[np.float64] = rows / rows.sum(axis=1, keepdims=True)
    return normalized


def log_loss(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Mean negative log probability of the true class, in nats; scikit-learn's, for integer targets.

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
        targets: int64 array of shape (n,), column indices.
    """
    rows = normalize_rows(probabilities)
    return float(sklearn.metrics.log_loss(targets, rows, labels=np.arange(rows.shape[1])))


def expected_calibration_error(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Mean gap between confidence and accuracy over `ECE_BINS` bins, weighted by the bins' sizes (Guo et al. 2017).

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
        targets: int64 array of shape (n,), column indices.
    """
    return calibration_error(*score_confidence(probabilities, targets))


def calibration_error(confidence: NDArray[np.float64], correct: NDArray[np.bool_]) -> float:
    """As `expected_calibration_error`, of any confidence.

    Args:
        confidence: float64 array of shape (n,), each in [0, 1].
        correct: Bool array of shape (n,), whether each prediction is correct.
    """
    gaps = np.bincount(confidence_bins(confidence), weights=confidence - correct)
    return float(np.abs(gaps).sum() / len(confidence))


def top_3_accuracy(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Compute the share of texts whose true class is among the `TOP` most probable ones, [0, 1]; see `find_in_top`."""
    return float(find_in_top(probabilities, targets).mean())


def find_in_top(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Find the texts whose true class is among the `TOP` most probable ones.

    Of equally probable classes the earlier ones come first, as in `tweetmoji.runtime.suggestions.rank_suggestions`;
    scikit-learn's top_k_accuracy_score prefers the later ones.

    Args:
        probabilities: Float array of shape (n, classes).
        targets: int64 array of shape (n,), column indices.

    Returns:
        Bool array of shape (n,).
    """
    ranked = (-probabilities).argsort(axis=1, kind="stable")[:, :TOP]
    found: NDArray[np.bool_] = (ranked == targets[:, np.newaxis]).any(axis=1)
    return found


def score_confidence(
    probabilities: NDArray[np.floating], targets: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Compute the confidence of each prediction, and whether it is correct.

    Returns:
        The most probable class's probability as float64 array of shape (n,), and a bool array of shape (n,).
    """
    return probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == targets


def confidence_bins(confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """Assign each confidence to one of the `ECE_BINS` bins.

    A bin includes its lower edge; the last one includes 1 too.

    Returns:
        int64 array of shape (n,), each in 0 to `ECE_BINS` - 1.
    """
    return np.minimum((confidence * ECE_BINS).astype(np.int64), ECE_BINS - 1)


def _measure_classes(
    targets: NDArray[np.int64], predictions: NDArray[np.int64], labels: Sequence[str]
) -> dict[str, ClassMetrics]:
    precision, recall, f1, n = sklearn.metrics.precision_recall_fscore_support(
        targets, predictions, labels=np.arange(len(labels)), zero_division=0
    )
    columns = (n.tolist(), precision.tolist(), recall.tolist(), f1.tolist())
    return {label: ClassMetrics(*row) for label, row in zip(labels, zip(*columns, strict=True), strict=True)}

"""Reliability and selective accuracy: is the confidence right, and does abstaining below it help."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.evaluate.metrics import ECE_BINS, check_predictions, confidence_bins, score_confidence

COVERAGES: Final = tuple(step / 20 for step in range(1, 21))
"""Coverages of the selective accuracy curve: 0.05 to 1 in steps of 0.05."""

HALF_COVERAGE: Final = 0.5
"""The coverage of `accuracy_at_50`."""


@dataclass(frozen=True)
class ReliabilityBin:
    """The predictions in one confidence bin of the reliability diagram.

    Attributes:
        low: Lower edge of the bin, [0, 1); it belongs to the bin.
        high: Upper edge; it belongs to the next bin, or to this one if it is 1.
        n: Number of predictions, at least 1.
        confidence: Their mean confidence, [0, 1].
        accuracy: Share of them that are correct, [0, 1]; equals ``confidence`` if calibrated.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class SelectivePoint:
    """Accuracy when only the most confident predictions are given.

    Attributes:
        coverage: Share of the texts to be answered, (0, 1].
        n: Number of texts answered: the smallest that is at least this share.
        min_confidence: Lowest confidence among them, [0, 1].
        accuracy: Share of them that are correct, [0, 1]. The selective risk is 1 minus this.
    """

    coverage: float
    n: int
    min_confidence: float
    accuracy: float


def reliability(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> tuple[ReliabilityBin, ...]:
    """Compute the bins of the reliability diagram, those of the expected calibration error.

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
        targets: int64 array of shape (n,), column indices.

    Returns:
        The bins that hold predictions, of `ECE_BINS` equally wide ones; from low to high confidence.

    Raises:
        ValueError: As `tweetmoji.evaluate.metrics.check_predictions`.
    """
    check_predictions(probabilities, targets, probabilities.shape[-1])
    confidence, correct = score_confidence(probabilities, targets)
    bins = confidence_bins(confidence)
    return tuple(
        ReliabilityBin(
            low=i / ECE_BINS,
            high=(i + 1) / ECE_BINS,
            n=int((bins == i).sum()),
            confidence=float(confidence[bins == i].mean()),
            accuracy=float(correct[bins == i].mean()),
        )
        for i in np.unique(bins).tolist()
    )


def selective_accuracy(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> tuple[SelectivePoint, ...]:
    """Compute accuracy against coverage: the least confident predictions are withheld first.

    The complement of the risk-coverage curve (El-Yaniv & Wiener 2010, https://jmlr.org/papers/v11/el-yaniv10a.html),
    with the most probable class's probability as confidence (Geifman & El-Yaniv 2017, https://arxiv.org/abs/1705.08500).
    Of equally confident predictions the earlier ones are given first, so the same input gives the same curve.

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
        targets: int64 array of shape (n,), column indices.

    Returns:
        A point for each of `COVERAGES`.

    Raises:
        ValueError: As `tweetmoji.evaluate.metrics.check_predictions`.
    """
    check_predictions(probabilities, targets, probabilities.shape[-1])
    return make_selective_curve(*score_confidence(probabilities, targets))


def make_selective_curve(confidence: NDArray[np.float64], correct: NDArray[np.bool_]) -> tuple[SelectivePoint, ...]:
    """As `selective_accuracy`, of any confidence.

    Args:
        confidence: float64 array of shape (n,), n > 0, each in [0, 1].
        correct: Bool array of shape (n,), whether each prediction is correct.
    """
    ranking = rank(confidence)
    return tuple(
        SelectivePoint(
            coverage=coverage,
            n=count_covered(len(correct), coverage),
            min_confidence=float(confidence[ranking[count_covered(len(correct), coverage) - 1]]),
            accuracy=accuracy_of_first(correct[ranking], coverage),
        )
        for coverage in COVERAGES
    )


def accuracy_at_coverage(probabilities: NDArray[np.floating], targets: NDArray[np.int64], coverage: float) -> float:
    """Compute the accuracy of the most confident predictions; see `selective_accuracy`.

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
        targets: int64 array of shape (n,), column indices.
        coverage: Share of the texts to be answered, (0, 1].

    Raises:
        ValueError: The coverage is out of range, or as `tweetmoji.evaluate.metrics.check_predictions`.
    """
    check_predictions(probabilities, targets, probabilities.shape[-1])
    confidence, correct = score_confidence(probabilities, targets)
    return accuracy_of_first(correct[rank(confidence)], coverage)


def accuracy_at_50(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Compute the accuracy of the more confident half of the predictions; see `accuracy_at_coverage`."""
    return accuracy_at_coverage(probabilities, targets, HALF_COVERAGE)


def rank(confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rank predictions from most to least confident, equals in their order; int64 indices of shape (n,)."""
    return np.argsort(-confidence, kind="stable")


def accuracy_of_first(correct: NDArray[np.bool_], coverage: float) -> float:
    """Compute the share of correct predictions among the first of a ranking.

    Args:
        correct: Bool array of shape (n,), n > 0, in the order of `rank`.
        coverage: Share of the n to be answered, (0, 1].

    Raises:
        ValueError: The coverage is out of range.
    """
    return float(correct[: count_covered(len(correct), coverage)].mean())


def count_covered(n: int, coverage: float) -> int:
    """Count the texts to be answered: the smallest number that is at least the share ``coverage`` of n.

    Raises:
        ValueError: The coverage is out of range.
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage is {coverage}; expected more than 0 and at most 1")
    return max(1, math.ceil(coverage * n - 1e-9))  # 0.55 * 100 is 55.00000000000001, which is 55 texts and not 56

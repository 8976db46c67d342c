"""What the confidence is worth: does it say how often an answer is right, and does abstaining below it help."""

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
    """The answers whose confidence lies in one bin of the reliability diagram.

    Attributes:
        low: Least confidence of the bin, [0, 1).
        high: Its upper edge, which belongs to the next bin; to this one if it is 1.
        n: Number of answers, at least 1.
        confidence: Their mean confidence, [0, 1].
        accuracy: Share of them that are right, [0, 1]; equals ``confidence`` if calibrated.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class SelectivePoint:
    """How right the answers are when only the most confident ones are given.

    Attributes:
        coverage: Share of the texts that is to be answered, (0, 1].
        n: Number of texts answered, the least that is this share.
        min_confidence: Confidence of the least confident of them, [0, 1].
        accuracy: Share of them that are right, [0, 1]. The selective risk is 1 minus this.
    """

    coverage: float
    n: int
    min_confidence: float
    accuracy: float


def reliability(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> tuple[ReliabilityBin, ...]:
    """The bins of the reliability diagram: those of `tweetmoji.evaluate.metrics.expected_calibration_error`.

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
        targets: int64 array of shape (n,), column indices.

    Returns:
        The bins that hold answers, of `ECE_BINS` equally wide ones; from low to high confidence.

    Raises:
        ValueError: The shapes do not fit, a target is no column, or n is 0.
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
    """Accuracy against coverage, when the least confident answers are withheld.

    The complement of the risk-coverage curve (El-Yaniv & Wiener 2010, https://jmlr.org/papers/v11/el-yaniv10a.html),
    with the most probable class's probability as confidence (Geifman & El-Yaniv 2017, https://arxiv.org/abs/1705.08500).
    Of equally confident answers the earlier ones are given first, so the same input gives the same curve.

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
        targets: int64 array of shape (n,), column indices.

    Returns:
        A point for each of `COVERAGES`.

    Raises:
        ValueError: The shapes do not fit, a target is no column, or n is 0.
    """
    check_predictions(probabilities, targets, probabilities.shape[-1])
    confidence, correct = score_confidence(probabilities, targets)
    ranking = rank(confidence)
    return tuple(
        SelectivePoint(
            coverage=coverage,
            n=count_answered(len(targets), coverage),
            min_confidence=float(confidence[ranking[count_answered(len(targets), coverage) - 1]]),
            accuracy=accuracy_of_first(correct[ranking], coverage),
        )
        for coverage in COVERAGES
    )


def accuracy_at_coverage(probabilities: NDArray[np.floating], targets: NDArray[np.int64], coverage: float) -> float:
    """Accuracy of the most confident answers; see `selective_accuracy`.

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
        targets: int64 array of shape (n,), column indices.
        coverage: Share of the texts that is to be answered, (0, 1].

    Raises:
        ValueError: The shapes do not fit, a target is no column, n is 0, or the coverage is out of range.
    """
    check_predictions(probabilities, targets, probabilities.shape[-1])
    confidence, correct = score_confidence(probabilities, targets)
    return accuracy_of_first(correct[rank(confidence)], coverage)


def accuracy_at_50(probabilities: NDArray[np.floating], targets: NDArray[np.int64]) -> float:
    """Accuracy of the more confident half of the answers; see `accuracy_at_coverage`."""
    return accuracy_at_coverage(probabilities, targets, HALF_COVERAGE)


def rank(confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices from the most to the least confident answer, equals in their order; int64 array of shape (n,)."""
    return np.argsort(-confidence, kind="stable")


def accuracy_of_first(correct: NDArray[np.bool_], coverage: float) -> float:
    """Share of right answers among the first ones of a ranking.

    Args:
        correct: Bool array of shape (n,), n > 0, in the order of `rank`.
        coverage: Share of the n that is to be answered, (0, 1].

    Raises:
        ValueError: The coverage is out of range.
    """
    return float(correct[: count_answered(len(correct), coverage)].mean())


def count_answered(n: int, coverage: float) -> int:
    """The least number of n texts that is at least the share ``coverage`` of them.

    Raises:
        ValueError: The coverage is out of range.
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage is {coverage}; expected more than 0 and at most 1")
    return max(1, math.ceil(coverage * n - 1e-9))  # 0.55 * 100 is 55.00000000000001, which is 55 texts and not 56

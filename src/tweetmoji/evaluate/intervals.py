"""How far a figure could be chance: 95 % intervals, by the bootstrap and for a pass rate by Wilson's formula."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.evaluate import curves, metrics

LEVEL: Final = 0.95
"""Confidence level of every interval."""


@dataclass(frozen=True)
class Interval:
    """The range of a figure at the confidence level `LEVEL`, in the figure's own unit."""

    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """As plain JSON types."""
        return asdict(self)


@dataclass(frozen=True)
class RowScores:
    """What each of n texts contributes to the figures, so that a resample only has to count the texts anew.

    Attributes:
        targets: int64 array of shape (n,), the right classes.
        answers: int64 array of shape (n,), the most probable ones.
        classes: How many classes there are.
        log_losses: float64 array of shape (n,), in nats.
        brier_scores: float64 array of shape (n,), each in [0, 2].
        bins: int64 array of shape (n,), the confidence bin of each answer.
        gaps: float64 array of shape (n,): confidence less 1 if right, less 0 if wrong.
        ranking: int64 array of shape (n,), indices from the most to the least confident answer.
        ranked_correct: Bool array of shape (n,), whether the answers are right, in the order of ``ranking``.
    """

    targets: NDArray[np.int64]
    answers: NDArray[np.int64]
    classes: int
    log_losses: NDArray[np.floating]
    brier_scores: NDArray[np.float64]
    bins: NDArray[np.int64]
    gaps: NDArray[np.float64]
    ranking: NDArray[np.int64]
    ranked_correct: NDArray[np.bool_]

    def metrics(self, counts: NDArray[np.int64]) -> dict[str, float]:
        """The figures of `tweetmoji.evaluate.measure`, and ``accuracy_at_50``, of texts that count more or less often.

        Args:
            counts: int64 array of shape (n,): how often each text counts, 0 for not at all; not all 0.
        """
        n = counts.sum()
        confusion = metrics.confusion_matrix(self.targets, self.answers, self.classes, counts)
        ranked_correct = np.repeat(self.ranked_correct, counts[self.ranking])
        return {
            "accuracy": metrics.accuracy(confusion),
            "balanced_accuracy": metrics.balanced_accuracy(confusion),
            "macro_f1": metrics.macro_f1(confusion),
            "weighted_f1": metrics.weighted_f1(confusion),
            "log_loss": float(counts @ self.log_losses / n),
            "brier": float(counts @ self.brier_scores / n),
            "ece": float(np.abs(np.bincount(self.bins, weights=counts * self.gaps)).sum() / n),
            "accuracy_at_50": curves.accuracy_of_first(ranked_correct, curves.HALF_COVERAGE),
        }


def score_rows(probabilities: NDArray[np.floating], targets: NDArray[np.int64], labels: Sequence[str]) -> RowScores:
    """Score each text by itself.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.

    Raises:
        ValueError: The shapes do not fit, a target is no index into ``labels``, or there is nothing to score.
    """
    metrics.check_predictions(probabilities, targets, len(labels))
    probabilities = probabilities.astype(np.float64)
    confidence, correct = metrics.score_confidence(probabilities, targets)
    ranking = curves.rank(confidence)
    return RowScores(
        targets=targets,
        answers=probabilities.argmax(axis=1),
        classes=len(labels),
        log_losses=metrics.log_losses(probabilities, targets),
        brier_scores=metrics.brier_scores(probabilities, targets),
        bins=metrics.confidence_bins(confidence),
        gaps=confidence - correct,
        ranking=ranking,
        ranked_correct=correct[ranking],
    )


def bootstrap_intervals(
    probabilities: NDArray[np.floating],
    targets: NDArray[np.int64],
    labels: Sequence[str],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Interval]:
    """Percentile bootstrap intervals (Efron & Tibshirani 1993, chapter 13) of the figures.

    They say how the figures would vary with other texts of the same kind, not with another training run. Resampling
    adds noise to every confidence bin, and the calibration error counts noise as error: its interval tends to lie
    high, and for a well calibrated model may lie above the figure itself.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.
        resamples: How often n texts are drawn, at least 1.
        seed: Of the draws; the same seed gives the same intervals.

    Returns:
        The name of each figure of `RowScores.metrics` to its interval.

    Raises:
        ValueError: The shapes do not fit, a target is no index into ``labels``, there is nothing to score, or
            ``resamples`` is less than 1.
    """
    rows = score_rows(probabilities, targets, labels)
    drawn = [rows.metrics(counts) for counts in draw_counts(len(targets), resamples, seed)]
    return {name: percentile_interval([figures[name] for figures in drawn]) for name in drawn[0]}


def draw_counts(n: int, resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Draw n of n texts with replacement, again and again.

    Yields:
        int64 arrays of shape (n,) that sum to n: how often each text was drawn.

    Raises:
        ValueError: ``resamples`` is less than 1.
    """
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; expected at least 1")
    random = np.random.default_rng(seed)
    for _ in range(resamples):
        yield np.bincount(random.integers(n, size=n), minlength=n)


def percentile_interval(values: Sequence[float]) -> Interval:
    """The middle `LEVEL` of a figure's values in the resamples."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def pass_rate_interval(passed: NDArray[np.bool_]) -> Interval:
    """The score interval of a proportion (Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953).

    Unlike a bootstrap's it has a width when all cases pass, too.

    Args:
        passed: Bool array of shape (n,), whether each case passed.

    Raises:
        ValueError: There are no cases.
    """
    n = len(passed)
    if n == 0:
        raise ValueError("there are no cases; expected at least one")
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    rate = float(passed.mean())
    center = rate + z**2 / (2 * n)
    spread = z * math.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    low, high = (center - spread) / scale, (center + spread) / scale
    return Interval(max(0.0, min(low, rate)), min(1.0, max(high, rate)))  # rounding must not put the rate outside

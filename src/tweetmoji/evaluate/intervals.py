"""95 % confidence intervals: bootstrap intervals of metrics, and Wilson's interval of a pass rate."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tweetmoji.evaluate import curves, metrics

CONFIDENCE_LEVEL: Final = 0.95
"""Confidence level of every interval."""

BATCH: Final = 100
"""Resamples that are in memory at once, n int64 each. The results do not depend on it."""


@dataclass(frozen=True)
class Interval:
    """An interval at the `CONFIDENCE_LEVEL`, in the unit of its metric."""

    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Convert to plain JSON types."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class RowScores:
    """What each of n texts contributes to the metrics, so that a resample only has to count texts.

    scikit-learn's functions give the same values from the resampled texts, many times slower (docs/decisions.md).

    Attributes:
        targets: int64 array of shape (n,), the true classes.
        predictions: int64 array of shape (n,), the most probable classes.
        classes: Number of classes.
        log_losses: float64 array of shape (n,), in nats.
        brier_scores: float64 array of shape (n,), each in [0, 2].
        bins: int64 array of shape (n,), the confidence bin of each prediction.
        gaps: float64 array of shape (n,): confidence minus 1 if correct, minus 0 if wrong.
        ranking: int64 array of shape (n,), indices from the most to the least confident prediction.
        ranked_correct: Bool array of shape (n,), whether the predictions are correct, in the order of ``ranking``.
        in_top: Bool array of shape (n,), as `tweetmoji.evaluate.metrics.find_in_top` gives it.
    """

    targets: NDArray[np.int64]
    predictions: NDArray[np.int64]
    classes: int
    log_losses: NDArray[np.float64]
    brier_scores: NDArray[np.float64]
    bins: NDArray[np.int64]
    gaps: NDArray[np.float64]
    ranking: NDArray[np.int64]
    ranked_correct: NDArray[np.bool_]
    in_top: NDArray[np.bool_]

    def metrics(self, counts: NDArray[np.int64]) -> dict[str, float]:
        """Compute the metrics of `tweetmoji.evaluate.measure` of a resample, ``accuracy_at_50``, ``top_3_accuracy``.

        Args:
            counts: int64 array of shape (n,): how often each text is in the resample; not all 0.
        """
        n = counts.sum()
        cells = np.bincount(self.targets * self.classes + self.predictions, counts, minlength=self.classes**2)
        confusion: NDArray[np.float64] = cells.astype(np.float64).reshape(self.classes, self.classes)
        hits, true, predicted = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
        f1 = _divide(2 * hits, true + predicted)
        ranked_correct = np.repeat(self.ranked_correct, counts[self.ranking])
        return {
            "accuracy": float(hits.sum() / n),
            "balanced_accuracy": float(_divide(hits, true)[true > 0].mean()),
            "macro_f1": float(f1[true + predicted > 0].mean()),
            "weighted_f1": float(true @ f1 / n),
            "log_loss": float(counts @ self.log_losses / n),
            "brier": float(counts @ self.brier_scores / n),
            "ece": float(np.abs(np.bincount(self.bins, counts * self.gaps)).sum() / n),
            "accuracy_at_50": curves.accuracy_of_first(ranked_correct, curves.HALF_COVERAGE),
            "top_3_accuracy": float(counts @ self.in_top / n),
        }


def score_rows(probabilities: NDArray[np.floating], targets: NDArray[np.int64], labels: Sequence[str]) -> RowScores:
    """Score each text by itself.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.

    Raises:
        ValueError: As `tweetmoji.evaluate.metrics.check_predictions`.
    """
    metrics.check_predictions(probabilities, targets, len(labels))
    confidence, correct = metrics.score_confidence(probabilities, targets)
    ranking = curves.rank(confidence)
    rows = metrics.normalize_rows(probabilities)
    smallest = np.finfo(np.float64).eps  # scikit-learn's log_loss clips by it
    true = np.clip(rows[np.arange(len(targets)), targets], smallest, 1 - smallest)
    return RowScores(
        targets=targets,
        predictions=probabilities.argmax(axis=1),
        classes=len(labels),
        log_losses=-np.log(true),
        brier_scores=((rows - np.eye(len(labels))[targets]) ** 2).sum(axis=1),
        bins=metrics.confidence_bins(confidence),
        gaps=confidence - correct,
        ranking=ranking,
        ranked_correct=correct[ranking],
        in_top=metrics.find_in_top(probabilities, targets),
    )


def bootstrap_intervals(
    probabilities: NDArray[np.floating],
    targets: NDArray[np.int64],
    labels: Sequence[str],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Interval]:
    """Compute percentile bootstrap intervals (Efron & Tibshirani 1993, chapter 13) of the metrics.

    They say how the metrics would vary with other texts of the same kind, not with another training run. Resampling
    adds noise to every confidence bin, and the calibration error counts noise as error: its interval tends to be high,
    and for a well calibrated model may be above the metric itself.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.
        resamples: Number of resamples, at least 2.
        seed: Seed of the resamples; the same seed gives the same intervals.

    Returns:
        Name of each metric of `RowScores.metrics` to its interval.

    Raises:
        ValueError: ``resamples`` is less than 2, or as `tweetmoji.evaluate.metrics.check_predictions`.
    """
    rows = score_rows(probabilities, targets, labels)
    return bootstrap(rows.metrics, len(targets), resamples=resamples, seed=seed)


def bootstrap(
    statistics: Callable[[NDArray[np.int64]], dict[str, float]], n: int, *, resamples: int, seed: int
) -> dict[str, Interval]:
    """Compute percentile bootstrap intervals of statistics that take counts.

    Args:
        statistics: Name to value, from an int64 array of shape (n,): how often each text is in the resample.
        n: Number of texts, at least 1.
        resamples: Number of resamples, at least 2.
        seed: Seed of the resamples.

    Raises:
        ValueError: ``resamples`` is less than 2.
    """
    if resamples < 2:
        raise ValueError(f"resamples is {resamples}; expected at least 2")
    values = statistics(np.ones(n, dtype=np.int64))
    if n == 1:  # SciPy refuses a single text; each of its resamples would be that text
        return {name: Interval(value, value) for name, value in values.items()}
    low, high = stats.bootstrap(
        (np.arange(n),),
        lambda drawn: list(statistics(np.bincount(drawn, minlength=n)).values()),
        vectorized=False,
        n_resamples=resamples,
        batch=BATCH,
        confidence_level=CONFIDENCE_LEVEL,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return {name: Interval(*ends) for name, *ends in zip(values, low.tolist(), high.tolist(), strict=True)}


def pass_rate_interval(passed: NDArray[np.bool_]) -> Interval:
    """Compute Wilson's interval of a pass rate (1927, https://doi.org/10.1080/01621459.1927.10502953).

    Unlike a bootstrap interval it has a width even if all cases pass.

    Args:
        passed: Bool array of shape (n,), whether each case passed.

    Raises:
        ValueError: There are no cases.
    """
    if len(passed) == 0:
        raise ValueError("there are no cases; expected at least one")
    ends = stats.binomtest(int(passed.sum()), len(passed)).proportion_ci(CONFIDENCE_LEVEL, method="wilson")
    return Interval(float(ends.low), float(ends.high))


def _divide(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    """Element-wise quotient, 0 where the denominator is 0."""
    quotient = np.zeros(len(numerator))
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient

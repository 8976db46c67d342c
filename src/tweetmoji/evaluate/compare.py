"""Comparison of two models on the same texts: paired bootstrap and McNemar's test."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tweetmoji.evaluate.intervals import bootstrap, score_rows


@dataclass(frozen=True)
class Difference:
    """A metric of the second model minus that of the first, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Two models on the same n texts.

    Attributes:
        n: Number of texts.
        only_first_right: Texts that only the first model predicts correctly.
        only_second_right: Texts that only the second model predicts correctly.
        p_value: P-value of McNemar's exact test, [0, 1]; see `mcnemar`.
        differences: Name of each metric of `tweetmoji.evaluate.intervals.RowScores.metrics` to its difference.
    """

    n: int
    only_first_right: int
    only_second_right: int
    p_value: float
    differences: dict[str, Difference]

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        return asdict(self)


def compare(
    first_probabilities: NDArray[np.floating],
    second_probabilities: NDArray[np.floating],
    targets: NDArray[np.int64],
    labels: Sequence[str],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Compare two models' predictions for the same texts.

    Both are scored on the same resamples (a paired bootstrap): texts that are hard for both do not widen the interval
    of the difference.

    Args:
        first_probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        second_probabilities: Float array of the same shape, of the second model.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.
        resamples: Number of resamples, at least 2.
        seed: Seed of the resamples; the same seed gives the same intervals.

    Raises:
        ValueError: ``resamples`` is less than 2, or as `tweetmoji.evaluate.metrics.check_predictions`.
    """
    first = score_rows(first_probabilities, targets, labels)
    second = score_rows(second_probabilities, targets, labels)
    first_right, second_right = first.predictions == targets, second.predictions == targets
    only_first, only_second = int((first_right & ~second_right).sum()), int((second_right & ~first_right).sum())

    def subtract(counts: NDArray[np.int64]) -> dict[str, float]:
        before = first.metrics(counts)
        return {name: value - before[name] for name, value in second.metrics(counts).items()}

    intervals = bootstrap(subtract, len(targets), resamples=resamples, seed=seed)
    values = subtract(np.ones(len(targets), dtype=np.int64))
    return Comparison(
        n=len(targets),
        only_first_right=only_first,
        only_second_right=only_second,
        p_value=mcnemar(only_first, only_second),
        differences={name: Difference(value, **intervals[name].as_dict()) for name, value in values.items()},
    )


def mcnemar(only_first_right: int, only_second_right: int) -> float:
    """Compute McNemar's exact test (1947, https://doi.org/10.1007/BF02295996), two-sided.

    If both models were equally often right, each text that only one of them gets right would be a toss of a fair coin.

    Args:
        only_first_right: Texts that only the first model predicts correctly, at least 0.
        only_second_right: Texts that only the second model predicts correctly, at least 0.

    Returns:
        How probable a split at least as uneven as this one is, [0, 1]; 1 if there are no such texts.
    """
    n = only_first_right + only_second_right
    return float(stats.binomtest(only_first_right, n).pvalue) if n else 1.0

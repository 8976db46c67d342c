"""Whether one model is better than another on the same texts, or whether the difference could be chance."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetmoji.evaluate.intervals import draw_counts, percentile_interval, score_rows


@dataclass(frozen=True)
class Difference:
    """A figure of the second model minus that of the first, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Two models on the same n texts.

    Attributes:
        n: Number of texts.
        only_first_right: Texts that only the first model answers right.
        only_second_right: Texts that only the second one does.
        p_value: McNemar's exact test: how probable a split of these two numbers at least as uneven is if both models
            are equally often right, [0, 1].
        differences: The name of each figure of `tweetmoji.evaluate.intervals.RowScores.metrics` to its difference.
    """

    n: int
    only_first_right: int
    only_second_right: int
    p_value: float
    differences: dict[str, Difference]

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
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
    """Compare two models' answers to the same texts.

    Both are scored on the same resamples (a paired bootstrap), so that texts which are hard for both do not blur the
    difference.

    Args:
        first_probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        second_probabilities: Likewise, of the other model for the same texts.
        targets: int64 array of shape (n,), indices into ``labels``.
        labels: Label names in column order.
        resamples: How often n texts are drawn, at least 1.
        seed: Of the draws; the same seed gives the same intervals.

    Raises:
        ValueError: The shapes do not fit, a target is no index into ``labels``, there is nothing to score, or
            ``resamples`` is less than 1.
    """
    first = score_rows(first_probabilities, targets, labels)
    second = score_rows(second_probabilities, targets, labels)
    first_right, second_right = first.answers == targets, second.answers == targets
    only_first, only_second = int((first_right & ~second_right).sum()), int((second_right & ~first_right).sum())

    def subtract(counts: NDArray[np.int64]) -> dict[str, float]:
        figures = first.metrics(counts)
        return {name: value - figures[name] for name, value in second.metrics(counts).items()}

    drawn = [subtract(counts) for counts in draw_counts(len(targets), resamples, seed)]
    values = subtract(np.ones(len(targets), dtype=np.int64))
    return Comparison(
        n=len(targets),
        only_first_right=only_first,
        only_second_right=only_second,
        p_value=mcnemar(only_first, only_second),
        differences={
            name: Difference(value, **percentile_interval([differences[name] for differences in drawn]).as_dict())
            for name, value in values.items()
        },
    )


def mcnemar(only_first_right: int, only_second_right: int) -> float:
    """McNemar's test (1947, https://doi.org/10.1007/BF02295996) in its exact form, two-sided.

    If both models were equally often right, a fair coin would say which one is right where just one is. The binomial
    coefficients are taken as logarithms, since those of thousands of texts are more than a float holds.

    Args:
        only_first_right: Texts that only the first model answers right, at least 0.
        only_second_right: Texts that only the second one does, at least 0.

    Returns:
        The p-value, [0, 1]; 1 if there are no such texts.
    """
    n = only_first_right + only_second_right
    tail = sum(
        math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) - n * math.log(2))
        for i in range(min(only_first_right, only_second_right) + 1)
    )
    return min(1.0, 2 * tail)

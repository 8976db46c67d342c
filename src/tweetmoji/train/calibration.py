"""A confidence one can believe: the temperature that minimizes the log loss on val (Guo et al. 2017)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.train.loop.targets import Targets

RANGE: Final = (0.05, 20.0)
"""Temperatures searched: at either end, a classifier is all but certain or all but guessing."""

TOLERANCE: Final = 1e-4
"""Relative precision of the temperature found."""


def fit_temperature(logits: NDArray[np.floating], targets: Targets) -> float:
    """Find the temperature of least log loss by golden-section search.

    The loss is convex in 1/temperature where each text has one right answer. Where some have two it need not be, but
    over many texts it has one valley all the same.

    Args:
        logits: Float array of shape (n, classes).
        targets: What the n texts ask for, each with a positive label.

    Returns:
        The temperature, within `RANGE`.
    """
    golden = (np.sqrt(5) - 1) / 2
    low, high = np.log(RANGE[0]), np.log(RANGE[1])

    def loss(log_temperature: float) -> float:
        return targets.log_loss(logits / np.exp(log_temperature))

    while high - low > TOLERANCE:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))

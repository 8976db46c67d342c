"""Calibration: the temperature that minimizes the log loss on val (Guo et al. 2017, https://arxiv.org/abs/1706.04599)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from tweetmoji.train.loop.targets import Targets, join_targets

RANGE: Final = (0.05, 20.0)
"""Temperatures searched: at the low end a confidence is close to 1, at the high end all labels are about equal."""

TOLERANCE: Final = 1e-4
"""Relative precision of the temperature found."""


def fit_temperature(logits: NDArray[np.floating], targets: Targets) -> float:
    """Find the temperature of least log loss.

    The loss is convex in 1/temperature where each text has one right label. Where some have two it need not be, but
    over many texts it has one minimum all the same.

    Args:
        logits: Float array of shape (n, classes).
        targets: Targets of the n texts, each with a positive label.

    Returns:
        The temperature, within `RANGE`.
    """
    found = minimize_scalar(
        lambda log_temperature: targets.log_loss(logits / np.exp(log_temperature)),
        bounds=np.log(RANGE),  # the logarithm, since temperatures differ by factors
        method="bounded",
        options={"xatol": TOLERANCE},
    )
    return float(np.exp(found.x))


def fit_temperature_on_val(logits: Sequence[NDArray[np.floating]], targets: Sequence[Targets]) -> float:
    """Find the temperature of least log loss over the val splits of all sources together.

    Args:
        logits: For each split, a float array of shape (n, classes).
        targets: For each split, the targets of its n texts.

    Returns:
        The temperature, within `RANGE`.
    """
    return fit_temperature(np.concatenate(logits), join_targets(targets))

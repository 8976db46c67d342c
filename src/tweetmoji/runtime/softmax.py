"""From logits to calibrated probabilities (temperature scaling, https://arxiv.org/abs/1706.04599)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def softmax(
    logits: NDArray[np.floating], temperature: float = 1.0, log_weights: Sequence[float] | None = None
) -> NDArray[np.float32]:
    """Compute probabilities from logits, scaled by a temperature (Guo et al. 2017).

    Args:
        logits: Float array of shape (n, classes).
        temperature: Above 0; above 1 it lowers the confidence.
        log_weights: One number for each class, added after scaling: the probabilities are then proportional to those
            without it times its exponentials.

    Returns:
        float32 array of shape (n, classes); each row sums to 1.
    """
    scaled = logits.astype(np.float64) / temperature
    if log_weights is not None:
        scaled += np.array(log_weights, dtype=np.float64)
    exponentials = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities: NDArray[np.float32] = (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities


def compute_none(
    logits: NDArray[np.floating], none_logits: NDArray[np.floating], slope: float, offset: float
) -> NDArray[np.float32]:
    """Compute the probability that a text has none of the labels: a logistic function of its log odds (Platt 1999).

    Without calibration (slope 1, offset 0) it is the softmax over the labels and none together.

    Args:
        logits: Float array of shape (n, labels).
        none_logits: Float array of shape (n,), the logit of none.
        slope: Multiplies the log odds of none.
        offset: Is added to them.

    Returns:
        float32 array of shape (n,), 0 to 1.
    """
    exact = logits.astype(np.float64)
    highest = exact.max(axis=1)
    labels = highest + np.log(np.exp(exact - highest[:, np.newaxis]).sum(axis=1))
    log_odds = slope * (none_logits.astype(np.float64) - labels) + offset
    small = np.exp(-np.abs(log_odds))  # of the two forms of the logistic function, the one that does not overflow
    probabilities: NDArray[np.float32] = (np.where(log_odds >= 0, 1.0, small) / (1.0 + small)).astype(np.float32)
    return probabilities

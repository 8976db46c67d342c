"""From logits to calibrated probabilities (temperature scaling, https://arxiv.org/abs/1706.04599)."""

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float32]:
    """Compute probabilities from logits, scaled by a temperature (Guo et al. 2017).

    Args:
        logits: Float array of shape (n, classes).
        temperature: Above 0; above 1 it lowers the confidence.

    Returns:
        float32 array of shape (n, classes); each row sums to 1.
    """
    scaled = logits.astype(np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities: NDArray[np.float32] = (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities

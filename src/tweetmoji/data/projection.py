"""From the model's labels to the classes that a dataset offers: joy and love both count as TweetEval's joy, say."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def project(
    probabilities: NDArray[np.floating], labels: Sequence[str], covers: Mapping[str, Sequence[str]]
) -> NDArray[np.float64]:
    """Probabilities of the classes that a dataset offers, given that the text is of one of them.

    Each class gets the sum over the model's labels that count as it; labels that count as none are left out, and what
    remains is renormalised.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        labels: The model's labels in column order.
        covers: Class name to the model's labels that count as it.

    Returns:
        float64 array of shape (n, len(covers)), columns in the order of ``covers``; rows sum to 1. All classes are
        equally probable where the model gives none of them any probability.

    Raises:
        ValueError: The shapes do not fit, or ``covers`` names no class, or a label that the model has not.
    """
    if probabilities.ndim != 2 or probabilities.shape[1] != len(labels):
        raise ValueError(f"probabilities have shape {probabilities.shape}; expected (n, {len(labels)})")
    if not covers:
        raise ValueError("covers is empty; expected at least one class")
    membership = _membership(labels, covers)
    sums = probabilities.astype(np.float64) @ membership
    totals = sums.sum(axis=1, keepdims=True)
    projected = np.full_like(sums, 1 / len(covers))
    np.divide(sums, totals, out=projected, where=totals > 0)
    return projected


def _membership(labels: Sequence[str], covers: Mapping[str, Sequence[str]]) -> NDArray[np.float64]:
    """float64 array of shape (len(labels), len(covers)): 1 where the label counts as the class, else 0."""
    membership = np.zeros((len(labels), len(covers)))
    for column, (name, counted) in enumerate(covers.items()):
        unknown = [label for label in counted if label not in labels]
        if unknown:
            raise ValueError(f"{name!r} covers {', '.join(unknown)}; expected labels of the model: {', '.join(labels)}")
        membership[[labels.index(label) for label in counted], column] = 1
    return membership

"""Suggestions: the emoji that people would add to a text, whether or not it has a feeling."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Suggestion:
    """An emoji that fits a text.

    Attributes:
        emoji: The emoji.
        probability: Calibrated probability, 0 to 1, that it is this one of the emoji that the model suggests.
    """

    emoji: str
    probability: float


def rank_suggestions(probabilities: "NDArray[np.float32]", emoji: Sequence[str], k: int) -> list[list[Suggestion]]:
    """Choose the ``k`` most probable emoji for each text, or all if there are fewer.

    Args:
        probabilities: float32 array of shape (n, len(emoji)).
        emoji: The emoji, in column order.
        k: Whole number above 0.

    Returns:
        For each of the n texts its suggestions, the most probable first; equally probable ones in column order.
    """
    order = (-probabilities).argsort(axis=1, kind="stable")[:, :k]
    return [
        [Suggestion(emoji[i], row[i]) for i in chosen]
        for row, chosen in zip(probabilities.tolist(), order.tolist(), strict=True)
    ]

"""Targets of the loss, for texts of sources that do not have the same classes.

TweetEval has no fear, so an afraid tweet is sadness there. Each text's loss therefore runs over the labels that its
source has (the label mask) and asks for any that counts as its class (the positives). A joyful tweet of TweetEval asks
for joy or love among anger, joy, love and sadness; fear and surprise get no gradient. This is the partial-label
likelihood (Jin & Ghahramani 2002, "Learning with Multiple Labels"), restricted to the mask. A text without a label asks
for soft targets instead: a teacher's probabilities (Hinton et al. 2015, https://arxiv.org/abs/1503.02531), or a uniform
distribution where there is no emotion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts


@dataclass(frozen=True)
class Targets:
    """What n texts ask of the logits.

    Attributes:
        positives: bool array of shape (n, classes): the right labels; none in a row without a label.
        label_mask: bool array of shape (n, classes): the labels that the loss runs over.
        soft_targets: float32 array of shape (n, classes): the probabilities that a row without a label asks for; zeros
            in the others.
    """

    positives: NDArray[np.bool_]
    label_mask: NDArray[np.bool_]
    soft_targets: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.positives)

    def take(self, rows: NDArray[np.int64]) -> "Targets":
        """The targets of some rows."""
        return Targets(self.positives[rows], self.label_mask[rows], self.soft_targets[rows])

    def log_loss(self, logits: NDArray[np.floating]) -> float:
        """Mean negative log probability of the positive labels within the label mask, in nats.

        Args:
            logits: Float array of shape (n, classes). Every row needs a positive label.
        """
        right = _log_sum_exp(logits, self.positives)
        return float((_log_sum_exp(logits, self.label_mask) - right).mean())


def make_targets(data: LabeledTexts, emotions: Sequence[str]) -> Targets:
    """What the texts of one source ask of a model with the classes ``emotions``; without labels, an even answer."""
    shape = (len(data), len(emotions))
    if not data.labels:
        return make_soft_targets(np.full(shape, 1 / len(emotions), dtype=np.float32))
    covered = np.array([[name in data.class_map[label] for name in emotions] for label in data.labels], dtype=bool)
    label_mask = np.broadcast_to(covered.any(axis=0), shape)
    return Targets(covered[data.targets], label_mask, np.zeros(shape, dtype=np.float32))


def make_soft_targets(probabilities: NDArray[np.float32]) -> Targets:
    """What texts without labels ask for: float32 probabilities of shape (n, classes), whose rows sum to 1."""
    shape = probabilities.shape
    return Targets(np.zeros(shape, dtype=bool), np.ones(shape, dtype=bool), probabilities)


def join_targets(parts: Sequence[Targets]) -> Targets:
    """The targets of several sources, one after the other."""
    return Targets(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Targets)))


def _log_sum_exp(logits: NDArray[np.floating], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Row-wise logarithm of the sum of exponentials over the columns of the mask."""
    masked = np.where(mask, logits.astype(np.float64), -np.inf)
    highest = masked.max(axis=1, keepdims=True)
    sums: NDArray[np.float64] = np.log(np.exp(masked - highest).sum(axis=1)) + highest[:, 0]
    return sums

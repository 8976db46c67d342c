"""What the network should answer, for texts of sources that do not offer the same classes.

TweetEval offers no fear, so an afraid tweet is sadness there. To learn from it all the same, each text's loss runs over
the emotions that its source offers alone, and asks for any of those that count as its class: for a joyful tweet
of TweetEval, joy or love among anger, joy, love and sadness; fear and surprise get no gradient. (The partial-label
likelihood: Jin & Ghahramani 2002, "Learning with Multiple Labels", with the choice restricted.) A text without a label
asks for given probabilities instead: a teacher's (Hinton et al. 2015, https://arxiv.org/abs/1503.02531), or even ones
where there is no emotion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabelledTexts


@dataclass(frozen=True)
class Targets:
    """What n texts ask of the logits.

    Attributes:
        acceptable: bool array of shape (n, classes): the right answers; none in a row without a label.
        offered: bool array of shape (n, classes): the answers that the loss runs over.
        soft: float32 array of shape (n, classes): the probabilities that a row without a label asks for; zeros in
            the others.
    """

    acceptable: NDArray[np.bool_]
    offered: NDArray[np.bool_]
    soft: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.acceptable)

    def take(self, rows: NDArray[np.int64]) -> "Targets":
        """The targets of some rows."""
        return Targets(self.acceptable[rows], self.offered[rows], self.soft[rows])

    def log_loss(self, logits: NDArray[np.floating]) -> float:
        """Mean negative log probability of an acceptable answer among the offered ones, in nats.

        Args:
            logits: Float array of shape (n, classes). Every row needs an acceptable answer.
        """
        right = _log_sum_exp(logits, self.acceptable)
        return float((_log_sum_exp(logits, self.offered) - right).mean())


def make_targets(data: LabelledTexts, emotions: Sequence[str]) -> Targets:
    """What the texts of one source ask of a model with the classes ``emotions``; without labels, an even answer."""
    shape = (len(data), len(emotions))
    if not data.labels:
        return make_soft_targets(np.full(shape, 1 / len(emotions), dtype=np.float32))
    covered = np.array([[name in data.covers[label] for name in emotions] for label in data.labels], dtype=bool)
    offered = np.broadcast_to(covered.any(axis=0), shape)
    return Targets(covered[data.targets], offered, np.zeros(shape, dtype=np.float32))


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

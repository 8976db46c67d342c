"""Targets of the loss, for texts of sources with different classes.

TweetEval does not have the label fear, so its labels say nothing about fear. The loss of each text therefore runs over
the labels that its source has (the label mask) and accepts every label that counts as the text's class (the positives).
A joyful tweet of TweetEval has the positives joy and love, in the mask anger, joy, love and sadness; fear and surprise
get no gradient. Nor does the output for none, since each of its tweets had to have an emotion; sources whose annotators
could say that there is none have it in their mask. This is the partial-label likelihood (Jin & Ghahramani 2002,
"Learning with Multiple Labels"), restricted to the mask. A text without a label has soft targets: a teacher's
probabilities (Hinton et al. 2015, https://arxiv.org/abs/1503.02531), or the uniform distribution if it has no emotion
and the model no output for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabelSet, NeutralTexts, TrainingTexts
from tweetmoji.emotions import NONE


@dataclass(frozen=True, eq=False)
class Targets:
    """What the loss compares the logits of n texts with.

    Attributes:
        positives: bool array of shape (n, classes): the correct labels; none in a row without a label.
        label_mask: bool array of shape (n, classes): the outputs that the loss runs over.
        soft_targets: float32 array of shape (n, classes): the target probabilities of a row without a label; zeros
            in the other rows.
    """

    positives: NDArray[np.bool_]
    label_mask: NDArray[np.bool_]
    soft_targets: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.positives)

    def take(self, rows: NDArray[np.int64]) -> "Targets":
        """The targets of some rows, in that order."""
        return Targets(self.positives[rows], self.label_mask[rows], self.soft_targets[rows])

    def log_loss(self, logits: NDArray[np.floating]) -> float:
        """Mean negative log probability of the positives within the label mask, in nats.

        Args:
            logits: Float array of shape (n, classes). Every row needs a positive label.
        """
        right = _log_sum_exp(logits, self.positives)
        return float((_log_sum_exp(logits, self.label_mask) - right).mean())


def make_targets(data: TrainingTexts, labels: LabelSet) -> Targets:
    """Make the targets of one source's texts.

    Args:
        data: The n texts.
        labels: Labels of the model; the columns are its outputs.
    """
    if isinstance(data, NeutralTexts):
        return _make_neutral_targets(len(data), labels)
    outputs = labels.outputs
    shape = (len(data), len(outputs))
    counted = np.array([[name in data.class_map[label] for name in outputs] for label in data.labels], dtype=bool)
    label_mask = np.asarray(counted.any(axis=0))
    if labels.none and data.none_possible:
        label_mask[outputs.index(NONE)] = True
    return Targets(counted[data.targets], np.broadcast_to(label_mask, shape), np.zeros(shape, dtype=np.float32))


def _make_neutral_targets(n: int, labels: LabelSet) -> Targets:
    """Make the targets of n texts without an emotion: the output for none, or else doubt."""
    shape = (n, len(labels.outputs))
    if not labels.none:
        return make_soft_targets(np.full(shape, 1 / len(labels.outputs), dtype=np.float32))
    positives = np.zeros(shape, dtype=bool)
    positives[:, labels.outputs.index(NONE)] = True
    return Targets(positives, np.ones(shape, dtype=bool), np.zeros(shape, dtype=np.float32))


def make_soft_targets(probabilities: NDArray[np.floating]) -> Targets:
    """Make the targets of texts without labels.

    Args:
        probabilities: Float array of shape (n, classes); rows sum to 1.
    """
    shape = probabilities.shape
    return Targets(np.zeros(shape, dtype=bool), np.ones(shape, dtype=bool), probabilities.astype(np.float32))


def join_targets(parts: Sequence[Targets]) -> Targets:
    """Concatenate the targets of several sources."""
    return Targets(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Targets)))


def _log_sum_exp(logits: NDArray[np.floating], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Row-wise logarithm of the sum of exponentials over the columns of the mask."""
    masked = np.where(mask, logits.astype(np.float64), -np.inf)
    highest = masked.max(axis=1, keepdims=True)
    sums: NDArray[np.float64] = np.log(np.exp(masked - highest).sum(axis=1)) + highest[:, 0]
    return sums

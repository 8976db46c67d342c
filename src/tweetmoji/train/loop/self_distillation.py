"""Progressive self-knowledge distillation, against wrong labels (Kim et al. 2021, https://arxiv.org/abs/2006.12000).

Each label is softened with the probabilities that the network gave its text when it last read it. Their weight rises
from 0 in the first epoch to the final one in the last; a text that no epoch has read before keeps its whole label. The
probabilities are those of the training step, with dropout, so they need no forward pass of their own.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from tweetmoji.train.loop.targets import Targets


class SelfDistillation:
    """The targets of the loss, softened with the network's own earlier predictions.

    Attributes:
        predictions: float32 tensor of shape (n, classes): the last probabilities of each text; zeros before the first.
    """

    def __init__(self, targets: Targets, final_weight: float, epochs: int) -> None:
        """Start without predictions.

        Args:
            targets: Targets of the n training texts.
            final_weight: Weight of the predictions in the last epoch, [0, 1].
            epochs: Epochs of the run.
        """
        self.predictions = torch.zeros(targets.soft_targets.shape)
        self._targets = targets
        self._final_weight = final_weight
        self._epochs = epochs

    def make_targets(self, rows: NDArray[np.int64], epoch: int) -> tuple[torch.Tensor, ...]:
        """Make what `tweetmoji.train.loop.loss.masked_cross_entropy` takes after the logits.

        Args:
            rows: int64 array of shape (batch,).
            epoch: From 0.
        """
        targets = self._targets.take(rows)
        positives, label_mask, soft_targets = map(
            torch.from_numpy, (targets.positives, targets.label_mask, targets.soft_targets)
        )
        labeled = positives.any(dim=1)
        predictions = self.predictions[rows]
        weight = self._final_weight * epoch / max(1, self._epochs - 1)
        soft_weight = torch.where(labeled, weight * predictions.any(dim=1), 1.0)  # no predictions yet are all zeros
        return positives, label_mask, torch.where(labeled[:, None], predictions, soft_targets), soft_weight

    def keep_predictions(self, rows: NDArray[np.int64], logits: torch.Tensor) -> None:
        """Keep the probabilities of these texts, within their label masks.

        Args:
            rows: int64 array of shape (batch,).
            logits: float32 tensor of shape (batch, classes).
        """
        label_mask = torch.from_numpy(self._targets.label_mask[rows])
        self.predictions[rows] = logits.detach().cpu().masked_fill(~label_mask, -torch.inf).softmax(dim=1)

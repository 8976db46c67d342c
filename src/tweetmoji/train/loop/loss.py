"""The training loss: cross-entropy within each text's label mask (see `tweetmoji.train.loop.targets`)."""

import torch


def masked_cross_entropy(
    logits: torch.Tensor,
    positives: torch.Tensor,
    label_mask: torch.Tensor,
    soft_targets: torch.Tensor,
    share: torch.Tensor,
) -> torch.Tensor:
    """Mean loss in nats, a scalar tensor.

    Args:
        logits: float32 tensor of shape (n, classes).
        positives: bool tensor of that shape: the right labels of each text, which may have none.
        label_mask: bool tensor of that shape: the labels that the loss runs over.
        soft_targets: float32 tensor of that shape: probabilities to come close to, 0 outside the mask.
        share: float32 tensor of shape (n,), [0, 1]: how much of a text's loss is the cross-entropy with the soft
            targets; the rest asks for a positive label. 1 where there is none.
    """
    total = logits.masked_fill(~label_mask, -torch.inf).logsumexp(dim=1)
    wanted = torch.where(positives.any(dim=1, keepdim=True), positives, label_mask)
    right = logits.masked_fill(~wanted, -torch.inf).logsumexp(dim=1)
    expected = (soft_targets * logits).sum(dim=1)
    return (total - torch.where(share < 1, (1 - share) * right, 0) - share * expected).mean()

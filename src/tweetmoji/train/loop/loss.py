"""The training loss: cross-entropy within each text's label mask."""

import torch


def masked_cross_entropy(
    logits: torch.Tensor,
    positives: torch.Tensor,
    label_mask: torch.Tensor,
    soft_targets: torch.Tensor,
    soft_weight: torch.Tensor,
) -> torch.Tensor:
    """Mean loss in nats, a scalar tensor; see `tweetmoji.train.loop.targets`.

    torch's ``cross_entropy`` weights the classes of the whole batch alike; it has no mask for each row.

    Args:
        logits: float32 tensor of shape (n, classes).
        positives: bool tensor of that shape: the correct labels of each text, possibly none.
        label_mask: bool tensor of that shape: the labels that the loss runs over.
        soft_targets: float32 tensor of that shape: target probabilities, 0 outside the mask.
        soft_weight: float32 tensor of shape (n,), [0, 1]: weight of the cross-entropy with the soft targets against
            that with the positives. 1 for a text without positives.
    """
    total = logits.masked_fill(~label_mask, -torch.inf).logsumexp(dim=1)
    counted = torch.where(positives.any(dim=1, keepdim=True), positives, label_mask)  # no row may be empty: log of 0
    right = logits.masked_fill(~counted, -torch.inf).logsumexp(dim=1)
    expected = (soft_targets * logits).sum(dim=1)
    return (total - torch.where(soft_weight < 1, (1 - soft_weight) * right, 0) - soft_weight * expected).mean()

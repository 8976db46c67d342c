"""The training loss, in torch: cross-entropy over what each text's source offers (see `tweetmoji.train.targets`)."""

import torch


def restricted_cross_entropy(logits: torch.Tensor, acceptable: torch.Tensor, offered: torch.Tensor) -> torch.Tensor:
    """Mean loss in nats, a scalar tensor.

    Args:
        logits: float32 tensor of shape (n, classes).
        acceptable: bool tensor of that shape: the right answers of each text. A row without any asks for an even
            answer: its loss is the cross-entropy with the uniform distribution over what is offered.
        offered: bool tensor of that shape: the answers that the loss runs over.
    """
    total = logits.masked_fill(~offered, -torch.inf).logsumexp(dim=1)
    emotional = acceptable.any(dim=1)
    wanted = torch.where(emotional[:, None], acceptable, offered)
    right = logits.masked_fill(~wanted, -torch.inf).logsumexp(dim=1)
    even = logits.masked_fill(~offered, 0).sum(dim=1) / offered.sum(dim=1)
    return (total - torch.where(emotional, right, even)).mean()

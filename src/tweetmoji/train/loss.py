"""The training loss, in torch: cross-entropy over what each text's source offers (see `tweetmoji.train.targets`)."""

import torch


def restricted_cross_entropy(
    logits: torch.Tensor, acceptable: torch.Tensor, offered: torch.Tensor, soft: torch.Tensor, share: torch.Tensor
) -> torch.Tensor:
    """Mean loss in nats, a scalar tensor.

    Args:
        logits: float32 tensor of shape (n, classes).
        acceptable: bool tensor of that shape: the right answers of each text, which may have none.
        offered: bool tensor of that shape: the answers that the loss runs over.
        soft: float32 tensor of that shape: probabilities to come close to, of what is offered.
        share: float32 tensor of shape (n,), [0, 1]: how much of a text's loss is the cross-entropy with ``soft``; the
            rest asks for an acceptable answer. 1 where there is none.
    """
    total = logits.masked_fill(~offered, -torch.inf).logsumexp(dim=1)
    wanted = torch.where(acceptable.any(dim=1, keepdim=True), acceptable, offered)
    right = logits.masked_fill(~wanted, -torch.inf).logsumexp(dim=1)
    expected = (soft * logits).sum(dim=1)
    return (total - torch.where(share < 1, (1 - share) * right, 0) - share * expected).mean()

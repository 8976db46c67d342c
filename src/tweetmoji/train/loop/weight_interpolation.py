"""Weight interpolation between a base and its fine-tuned network (WiSE-FT).

A base that has learned the task already, as a student has, loses part of that when it is fine-tuned on a selection of
texts. Networks between the two sets of weights are often better than both (Wortsman et al. 2022,
https://arxiv.org/abs/2109.01903).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

Weights = dict[str, torch.Tensor]
"""What a network's ``state_dict`` gives."""


def copy_weights(model: Any) -> Weights:  # noqa: ANN401
    """Copy the weights of a network as they are now."""
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def interpolate_weights(base: Weights, tuned: Weights, alpha: float) -> Weights:
    """Compute ``(1 - alpha) * base + alpha * tuned``, the paper's mixing coefficient.

    Args:
        base: Weights of the network before fine-tuning.
        tuned: Weights of the same network after it.
        alpha: Weight of ``tuned``, [0, 1]. Tensors of integers, which cannot be averaged, come from ``tuned``.
    """
    return {
        name: torch.lerp(base[name].to(tensor.device), tensor, alpha) if tensor.is_floating_point() else tensor
        for name, tensor in tuned.items()
    }


@contextmanager
def interpolated_weights(model: Any, base: Weights, alpha: float) -> Iterator[None]:  # noqa: ANN401
    """Give the network interpolated weights within the block, and its own after it, even on an exception."""
    if alpha == 1:
        yield
        return
    tuned = copy_weights(model)
    try:
        model.load_state_dict(interpolate_weights(base, tuned, alpha))
        yield
    finally:
        model.load_state_dict(tuned)

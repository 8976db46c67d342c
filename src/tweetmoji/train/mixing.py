"""A fine-tuned network that keeps a share of what its base knew: the weights of both, averaged (WiSE-FT).

A base that has learned the task already, as a student has, loses some of it when it is fine-tuned on a selection.
Between the two sets of weights lie networks that are better than either (Wortsman et al. 2022,
https://arxiv.org/abs/2109.01903).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

Weights = dict[str, torch.Tensor]
"""What a network's ``state_dict`` gives."""


def copy_weights(model: Any) -> Weights:  # noqa: ANN401
    """The weights of a network as they are now, wherever it goes from here."""
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def mix_weights(base: Weights, tuned: Weights, base_share: float) -> Weights:
    """The weighted mean of two networks' weights.

    Args:
        base: Of the network before it was fine-tuned.
        tuned: Of the same network after.
        base_share: Share of ``base``, [0, 1]; of anything but floating-point numbers, ``tuned`` alone counts.
    """
    return {
        name: torch.lerp(tensor, base[name].to(tensor.device), base_share) if tensor.is_floating_point() else tensor
        for name, tensor in tuned.items()
    }


@contextmanager
def mixed_weights(model: Any, base: Weights, base_share: float) -> Iterator[None]:  # noqa: ANN401
    """Within the block, the network has the mixed weights; after it, its own again."""
    if base_share == 0:
        yield
        return
    tuned = copy_weights(model)
    model.load_state_dict(mix_weights(base, tuned, base_share))
    yield
    model.load_state_dict(tuned)

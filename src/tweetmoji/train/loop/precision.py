"""Mixed precision: matrix products in 16 bits, weights and loss in 32 (Micikevicius et al. 2018).

bfloat16 has the range of float32 and needs no more than autocast. Where the hardware lacks it, as on a T4, float16 does
as well, but its smallest gradients would vanish: the loss is scaled up before the backward pass and the gradients
scaled down after it. Steps whose scaled gradients overflow are left out, and the scale is lowered.
(https://arxiv.org/abs/1710.03740) A processor without instructions for bfloat16 would emulate it, many times slower
than float32, which it computes in instead.
"""

from collections.abc import Iterable
from typing import Any

import torch


class Precision:
    """The number format of one run, and the optimizer step that goes with it."""

    def __init__(self, device: torch.device, dtype: torch.dtype | None = None) -> None:
        """Choose the format.

        Args:
            device: Where the network is.
            dtype: ``torch.bfloat16``, ``torch.float16`` or ``torch.float32``; None for the one of `choose_dtype`.
        """
        self.device = device
        self.dtype = choose_dtype(device) if dtype is None else dtype
        self._scaler = torch.amp.GradScaler(device.type, enabled=self.dtype == torch.float16)

    def autocast(self) -> torch.autocast:
        """A context within which a forward pass computes in 16 bits what is safe to, or in 32 all of it."""
        enabled = self.dtype != torch.float32
        return torch.autocast(self.device.type, dtype=self.dtype if enabled else torch.bfloat16, enabled=enabled)

    def backward_and_step(
        self,
        loss: torch.Tensor,
        optimizer: torch.optim.Optimizer,
        parameters: Iterable[torch.nn.Parameter],
        max_norm: float,
    ) -> bool:
        """Compute the gradients of a loss, clip them and let the optimizer take its step.

        Args:
            loss: Scalar tensor.
            optimizer: Of the parameters.
            parameters: Whose gradients are clipped together, after they have been scaled back.
            max_norm: Most that the norm of the gradients may be.

        Returns:
            Whether the step was taken; if gradients overflowed, the weights stay as they were, and a schedule of
            the learning rate should wait as well.
        """
        optimizer.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()
        self._scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(parameters, max_norm)
        scale = self._scaler.get_scale()
        self._scaler.step(optimizer)
        self._scaler.update()
        return bool(self._scaler.get_scale() >= scale)  # only an overflow lowers it

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps: nothing for bfloat16."""
        state: dict[str, Any] = self._scaler.state_dict()
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self._scaler.load_state_dict(state)


def choose_dtype(device: torch.device) -> torch.dtype:
    """bfloat16, unless the device would only emulate it: then float16 on a GPU, float32 on a processor."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return torch.bfloat16 if _has_bfloat16() else torch.float32


def _has_bfloat16() -> bool:
    """Whether torch's kernels for this processor compute in bfloat16."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())

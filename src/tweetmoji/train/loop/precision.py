"""Device and number format of a network.

Mixed precision computes matrix products in 16 bits and keeps weights and loss in 32 (Micikevicius et al. 2018,
https://arxiv.org/abs/1710.03740). bfloat16 has the range of float32, so autocast is enough. A GPU without bfloat16,
such as a T4, uses float16, whose smallest gradients would vanish: the loss is scaled up before the backward pass and
the gradients are scaled down after it. If scaled gradients overflow, the step is skipped and the scale is lowered. A
processor without bfloat16 instructions would emulate them, many times slower than float32, so it uses float32.
"""

import logging
from collections.abc import Iterable
from typing import Any

import torch

logger = logging.getLogger(__name__)


class Precision:
    """The number format of a run, with the optimizer step that it needs."""

    def __init__(self, device: torch.device, dtype: torch.dtype | None = None) -> None:
        """Choose the format.

        Args:
            device: Where the network is.
            dtype: ``torch.bfloat16``, ``torch.float16`` or ``torch.float32``; None leaves it to `choose_dtype`.
        """
        self.device = device
        self.dtype = choose_dtype(device) if dtype is None else dtype
        self._scaler = torch.amp.GradScaler(device.type, enabled=self.dtype == torch.float16)

    def autocast(self) -> torch.autocast:
        """A context in which a forward pass computes in this format where that is safe."""
        enabled = self.dtype != torch.float32
        return torch.autocast(self.device.type, dtype=self.dtype if enabled else torch.bfloat16, enabled=enabled)

    def backward_and_step(
        self,
        loss: torch.Tensor,
        optimizer: torch.optim.Optimizer,
        parameters: Iterable[torch.nn.Parameter],
        max_norm: float,
    ) -> bool:
        """Compute gradients, clip them and take an optimizer step.

        Args:
            loss: Scalar tensor.
            optimizer: Of the parameters.
            parameters: Whose gradients are clipped together, after they are scaled back.
            max_norm: Largest norm of the gradients.

        Returns:
            Whether the step was taken. If gradients overflowed, the weights stay as they were; the learning rate's
            schedule should not advance then.
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
        """The loss scale, for a checkpoint; empty unless the format is float16."""
        state: dict[str, Any] = self._scaler.state_dict()
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore the loss scale, if both runs scale their loss.

        Args:
            state: What `state_dict` gave, possibly on other hardware and in another format.
        """
        if bool(state) == self._scaler.is_enabled():
            self._scaler.load_state_dict(state)
        else:
            logger.info("the checkpoint is from another number format than %s; its loss scale is not used", self.dtype)


def choose_device() -> torch.device:
    """The GPU if there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def choose_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the hardware has it, else float16 on a GPU and float32 on a processor."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return torch.bfloat16 if _has_bfloat16() else torch.float32


def _has_bfloat16() -> bool:
    """Whether torch's kernels for this processor compute in bfloat16."""
    try:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    except (AttributeError, RuntimeError):  # a private operator: other builds or versions of torch may not have it
        return False

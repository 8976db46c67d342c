"""The state of a run, for exact resuming."""

import logging
from dataclasses import asdict
from typing import Any

import torch
from transformers import get_linear_schedule_with_warmup

from tweetmoji.train.loop.batches import count_batches
from tweetmoji.train.loop.encoded import EncodedTexts
from tweetmoji.train.loop.network import parameter_groups
from tweetmoji.train.loop.precision import Precision, choose_device
from tweetmoji.train.loop.scoring import EpochResult
from tweetmoji.train.loop.self_distillation import SelfDistillation
from tweetmoji.train.settings import TrainSettings

logger = logging.getLogger(__name__)


class RunState:
    """Network, optimizer, schedule and position of a run.

    Attributes:
        device: Where the network is.
        model: The network.
        precision: The number format of its forward pass.
        optimizer: AdamW.
        schedule: Linear warm-up of the learning rates, then linear decay to 0.
        distillation: The targets of the loss, softened with the network's last predictions.
        epoch: Current epoch, from 0.
        batch: Batches of the epoch that are done.
        loss_sum: Sum of their mean losses, in nats.
        results: Scores of the epochs that are done.
    """

    def __init__(self, model: Any, train: EncodedTexts, settings: TrainSettings) -> None:  # noqa: ANN401
        """Start a run from its first batch.

        Args:
            model: A classifier of transformers; moves to the GPU if there is one.
            train: The training texts.
            settings: Settings of the run.
        """
        self.device = choose_device()
        self.model = model.to(self.device)
        self.precision = Precision(self.device)
        self.optimizer = torch.optim.AdamW(parameter_groups(model, settings), fused=True)
        steps = settings.epochs * count_batches(len(train.ids), settings.batch_size, train.subsamples)
        self.schedule = get_linear_schedule_with_warmup(self.optimizer, round(steps * settings.warmup), steps)
        self.distillation = SelfDistillation(train.targets, settings.self_distillation, settings.epochs)
        self.results: list[EpochResult] = []
        self.begin_epoch(0)

    def begin_epoch(self, epoch: int) -> None:
        """Go to the first batch of an epoch."""
        self.epoch, self.batch, self.loss_sum = epoch, 0, 0.0

    @property
    def mean_loss(self) -> float:
        """Mean training loss of the epoch so far, in nats."""
        return self.loss_sum / max(self.batch, 1)

    def state_dict(self) -> dict[str, Any]:
        """Everything that changes during the run, for a checkpoint."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "precision": self.precision.state_dict(),
            "predictions": self.distillation.predictions,
            "random": _get_random_states(self.device),
            "position": {"epoch": self.epoch, "batch": self.batch, "loss_sum": self.loss_sum},
            "results": [asdict(result) for result in self.results],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, also on other hardware.

        On the same hardware the run ends in the same bits as one that was never stopped. On other hardware it goes on
        with other random numbers, and with a new loss scale if there is one.
        """
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.precision.load_state_dict(state["precision"])
        self.distillation.predictions = state["predictions"]
        _set_random_states(state["random"], self.device)
        position = state["position"]
        self.epoch, self.batch, self.loss_sum = position["epoch"], position["batch"], position["loss_sum"]
        self.results = [EpochResult(**result) for result in state["results"]]


def _get_random_states(device: torch.device) -> dict[str, torch.Tensor]:
    """Device type to the state of its generator; dropout draws from that of the network's device."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    return states


def _set_random_states(states: dict[str, torch.Tensor], device: torch.device) -> None:
    torch.set_rng_state(states["cpu"])
    if ("cuda" in states) != (device.type == "cuda"):
        logger.info(
            "the checkpoint is from %s and the run goes on on %s; its dropout differs from that of a run in one go",
            "a GPU" if "cuda" in states else "a processor",
            "a GPU" if device.type == "cuda" else "a processor",
        )
    elif device.type == "cuda":
        torch.cuda.set_rng_state(states["cuda"], device)

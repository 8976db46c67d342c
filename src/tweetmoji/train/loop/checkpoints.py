"""Checkpoints: what a run needs on disk to resume.

A folder beside the artifact holds ``run.json`` (what is trained: settings, base, data), ``network.json`` (the
network's config of transformers), ``state.pt`` (where the run stands) and ``best.pt`` (the weights of the best epoch so
far). Every file is written whole or not at all. Loading executes no pickled code.
"""

import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from tweetmoji.errors import TrainingError
from tweetmoji.files import parse_json_object, replacing, write_text

RUN: Final = "run.json"
NETWORK: Final = "network.json"
STATE: Final = "state.pt"
BEST: Final = "best.pt"


@dataclass(frozen=True, eq=False)
class BestNetwork:
    """The network of a finished run's best epoch, as its checkpoints hold it.

    Attributes:
        folder: Folder of the checkpoints.
        run: What was trained, as `Checkpoints` was told.
        config: The network's config of transformers.
        weights: Name to float32 tensor.
    """

    folder: Path
    run: dict[str, Any]
    config: dict[str, Any]
    weights: dict[str, torch.Tensor]


class Checkpoints:
    """The checkpoint folder of one run."""

    def __init__(self, folder: Path, run: dict[str, Any], *, resume: bool) -> None:
        """Open the folder.

        Args:
            folder: Made if it is missing.
            run: What is trained, as plain JSON values.
            resume: Go on from the checkpoints in the folder.

        Raises:
            TrainingError: ``resume``, and the folder holds no run or another run; or not ``resume``, and it holds one.
        """
        self.folder = folder
        path = folder / RUN
        if resume:
            _check_same_run(path, run)
        elif path.exists():
            raise TrainingError(
                f"{folder}: holds the checkpoints of a run; expected none: go on with --resume, or remove the folder"
            )
        else:
            folder.mkdir(parents=True, exist_ok=True)
            _write_object(path, run)

    def save_network(self, config: dict[str, Any]) -> None:
        """Save the network's config of transformers, so it can be rebuilt without the base."""
        portable = {name: value for name, value in config.items() if name != "_name_or_path"}  # a path of this machine
        _write_object(self.folder / NETWORK, portable)

    def save_state(self, state: dict[str, Any]) -> None:
        """Save where the run stands."""
        self._save(STATE, state)

    def load_state(self) -> dict[str, Any] | None:
        """Load where the run stands; None if no state was saved yet."""
        return _load(self.folder / STATE)

    def save_best(self, weights: dict[str, torch.Tensor]) -> None:
        """Save the weights of the best epoch so far."""
        self._save(BEST, weights)

    def load_best(self) -> dict[str, torch.Tensor]:
        """Load the weights of the best epoch.

        Raises:
            TrainingError: The file is missing or damaged.
        """
        weights = _load(self.folder / BEST)
        if weights is None:
            raise TrainingError(f"{self.folder}: {BEST} is missing; remove the folder and train again")
        return weights

    def _save(self, name: str, content: dict[str, Any]) -> None:
        with replacing(self.folder / name) as path:
            torch.save(content, path)


def checkpoint_folder(out: Path) -> Path:
    """The checkpoint folder of the run that makes ``out``."""
    out = out.resolve()  # a folder called "." has a name only then
    return out.with_name(f"{out.name}.checkpoints")


def read_best_network(folder: Path) -> BestNetwork:
    """Read the network of a finished run's best epoch.

    Raises:
        TrainingError: A file is missing or damaged.
    """
    if missing := [name for name in (RUN, NETWORK, BEST) if not (folder / name).exists()]:
        raise TrainingError(
            f"{folder}: no {missing[0]}; expected the checkpoints of the run that made the model, with its float32 "
            "weights: train again with tweetmoji train, and keep OUT.checkpoints"
        )
    run, config, weights = _read_object(folder / RUN), _read_object(folder / NETWORK), _load(folder / BEST) or {}
    return BestNetwork(folder, run, config, weights)


def find_difference(first: dict[str, Any], second: dict[str, Any]) -> str | None:
    """Find the first key whose values differ in two descriptions of a run; None if they are of the same run.

    Values are compared as JSON, since the order of sources matters. A key that only one of them has is a difference.
    """
    keys = {**first, **second}
    return next((key for key in keys if json.dumps(first.get(key)) != json.dumps(second.get(key))), None)


def _check_same_run(path: Path, run: dict[str, Any]) -> None:
    if not path.exists():
        raise TrainingError(f"{path.parent}: no checkpoints to resume; start without --resume")
    earlier = _read_object(path)
    if (key := find_difference(earlier, run)) is not None:
        raise TrainingError(
            f"{path.parent}: {key} was {earlier.get(key)!r} in the run to resume and is {run.get(key)!r} now; "
            "expected the same: use it again, or start without --resume elsewhere"
        )


def _write_object(path: Path, content: dict[str, Any]) -> None:
    write_text(path, json.dumps(content, indent=2) + "\n")


def _read_object(path: Path) -> dict[str, Any]:
    try:
        return parse_json_object(path.read_bytes(), str(path), TrainingError)
    except TrainingError as error:
        raise TrainingError(f"{error}; remove the folder {path.parent} and train again") from None


def _load(path: Path) -> dict[str, Any] | None:
    """The content of a file that torch saved; None if there is no such file."""
    if not path.exists():
        return None
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError):
        raise TrainingError(f"{path}: damaged; remove the folder {path.parent} and train again") from None
    return content

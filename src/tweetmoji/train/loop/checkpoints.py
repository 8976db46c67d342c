"""What a run keeps on disk so that it can be stopped at any moment and resumed.

A folder beside the artifact holds ``run.json`` (what is being trained: settings, base, data), ``network.json`` (the
network apart from its weights), ``state.pt`` (where the run stands) and ``best.pt`` (the weights of the best epoch so
far). Every file is written whole or not at all.
"""

import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from tweetmoji.errors import TrainingError
from tweetmoji.files import replacing

RUN: Final = "run.json"
NETWORK: Final = "network.json"
STATE: Final = "state.pt"
BEST: Final = "best.pt"


@dataclass(frozen=True)
class BestNetwork:
    """What the checkpoints of a run that has come to its end say of the best epoch's network.

    Attributes:
        folder: Where they lie.
        run: What was trained, as `Checkpoints` was told.
        config: The network's config of transformers.
        weights: Its float32 weights, by name.
    """

    folder: Path
    run: dict[str, Any]
    config: dict[str, Any]
    weights: dict[str, torch.Tensor]


class Checkpoints:
    """The checkpoint folder of one run."""

    def __init__(self, folder: Path, run: dict[str, Any], *, resume: bool) -> None:
        """Open the folder for the run that ``run`` describes (plain JSON values).

        Raises:
            TrainingError: ``resume`` and there is nothing to resume or it was another run; or not ``resume`` and
                the folder holds a run already.
        """
        self.folder = folder
        described = folder / RUN
        if resume:
            self._check_same(described, run)
        elif described.exists():
            raise TrainingError(
                f"{folder}: holds the checkpoints of a run already; go on with --resume, or remove the folder"
            )
        else:
            folder.mkdir(parents=True, exist_ok=True)
            _write_object(described, run)

    @staticmethod
    def _check_same(described: Path, run: dict[str, Any]) -> None:
        earlier = _read_object(described)
        if earlier is None:
            raise TrainingError(f"{described.parent}: no checkpoints to resume; start without --resume")
        for key, value in run.items():
            if json.dumps(earlier.get(key)) != json.dumps(value):  # as text, since the order of sources counts
                raise TrainingError(
                    f"{described.parent}: {key} was {earlier.get(key)!r} in the run to resume and is {value!r} now; "
                    "use the same, or start anew elsewhere"
                )

    def save_network(self, config: dict[str, Any]) -> None:
        """Keep what the network is, as its config of transformers, so that it can be made again without the base."""
        portable = {name: value for name, value in config.items() if name != "_name_or_path"}  # a path of this machine
        _write_object(self.folder / NETWORK, portable)

    def save_state(self, state: dict[str, Any]) -> None:
        """Keep where the run stands."""
        self._save(STATE, state)

    def load_state(self) -> dict[str, Any] | None:
        """Where the run stands, or None if it has only begun."""
        return _load(self.folder / STATE)

    def save_best(self, weights: dict[str, torch.Tensor]) -> None:
        """Keep the weights of the best epoch so far."""
        self._save(BEST, weights)

    def load_best(self) -> dict[str, torch.Tensor]:
        """The weights of the best epoch.

        Raises:
            TrainingError: No epoch has ended yet.
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
    """Read what is needed to make the network of the best epoch again.

    Raises:
        TrainingError: A file is missing or damaged.
    """
    run, config, weights = _read_object(folder / RUN), _read_object(folder / NETWORK), _load(folder / BEST)
    if run is None or weights is None:
        raise TrainingError(
            f"{folder}: no float32 weights there; expected the checkpoints of the run that made the model ({RUN}, "
            f"{NETWORK}, {BEST}): train it anew with tweetmoji train, and keep OUT.checkpoints"
        )
    if config is None:
        raise TrainingError(
            f"{folder}: {NETWORK} is missing, which earlier versions did not write; run the same tweetmoji train once "
            "more with --resume, which adds it"
        )
    return BestNetwork(folder, run, config, weights)


def _write_object(path: Path, content: dict[str, Any]) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _read_object(path: Path) -> dict[str, Any] | None:
    """The JSON object of a file, or None if there is no such file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise _damaged(path)
    return content


def _load(path: Path) -> dict[str, Any] | None:
    """The content of a file that torch saved, or None if there is no such file."""
    if not path.exists():
        return None
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError):
        raise _damaged(path) from None
    return content


def _damaged(path: Path) -> TrainingError:
    return TrainingError(f"{path}: damaged; remove the folder {path.parent} and train again")

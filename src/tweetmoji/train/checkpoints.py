"""What a run keeps on disk so that it can be stopped at any moment and resumed.

A folder beside the artefact holds ``run.json`` (what is being trained: settings, base, data), ``state.pt`` (where the
run stands) and ``best.pt`` (the weights of the best epoch so far). Every file is written whole or not at all.
"""

import json
import pickle
from pathlib import Path
from typing import Any

import torch

from tweetmoji.errors import TrainingError
from tweetmoji.files import replacing


class Checkpoints:
    """The checkpoint folder of one run."""

    def __init__(self, folder: Path, run: dict[str, Any], *, resume: bool) -> None:
        """Open the folder for the run that ``run`` describes (plain JSON values).

        Raises:
            TrainingError: ``resume`` and there is nothing to resume or it was another run; or not ``resume`` and
                the folder holds a run already.
        """
        self.folder = folder
        described = folder / "run.json"
        if resume:
            self._check_same(described, run)
        elif described.exists():
            raise TrainingError(
                f"{folder}: holds the checkpoints of a run already; go on with --resume, or remove the folder"
            )
        else:
            folder.mkdir(parents=True, exist_ok=True)
            with replacing(described) as path:
                path.write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")

    @staticmethod
    def _check_same(described: Path, run: dict[str, Any]) -> None:
        try:
            earlier = json.loads(described.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise TrainingError(f"{described.parent}: no checkpoints to resume; start without --resume") from None
        except ValueError:
            earlier = None
        if not isinstance(earlier, dict):
            raise _damaged(described)
        for key, value in run.items():
            if json.dumps(earlier.get(key)) != json.dumps(value):  # as text, since the order of sources counts
                raise TrainingError(
                    f"{described.parent}: {key} was {earlier.get(key)!r} in the run to resume and is {value!r} now; "
                    "use the same, or start anew elsewhere"
                )

    def save_state(self, state: dict[str, Any]) -> None:
        """Keep where the run stands."""
        self._save("state.pt", state)

    def load_state(self) -> dict[str, Any] | None:
        """Where the run stands, or None if it has only begun."""
        return self._load("state.pt")

    def save_best(self, weights: dict[str, torch.Tensor]) -> None:
        """Keep the weights of the best epoch so far."""
        self._save("best.pt", weights)

    def load_best(self) -> dict[str, torch.Tensor]:
        """The weights of the best epoch.

        Raises:
            TrainingError: No epoch has ended yet.
        """
        weights = self._load("best.pt")
        if weights is None:
            raise TrainingError(f"{self.folder}: best.pt is missing; remove the folder and train again")
        return weights

    def _save(self, name: str, content: dict[str, Any]) -> None:
        with replacing(self.folder / name) as path:
            torch.save(content, path)

    def _load(self, name: str) -> dict[str, Any] | None:
        path = self.folder / name
        if not path.exists():
            return None
        try:
            content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        except (RuntimeError, EOFError, pickle.UnpicklingError):
            raise _damaged(path) from None
        return content


def _damaged(path: Path) -> TrainingError:
    return TrainingError(f"{path}: damaged; remove the folder {path.parent} and train again")

"""Provenance of a model: the base, the training data and the stages that ``config.json`` records."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

from tweetmoji.data.catalog import Dataset, identify

BASES: Final = MappingProxyType({"sentence-transformers/all-MiniLM-L6-v2": "apache-2.0"})
"""Id of a base model on the Hugging Face Hub to its license, which the weights inherit."""


@dataclass(frozen=True)
class TrainingData:
    """One source that a model was trained on.

    Attributes:
        source: Name of the source.
        dataset: The public dataset that it is, or None for the user's own texts.
        train_texts: Number of texts trained on.
        epoch_texts: Number of them that an epoch takes, each epoch others; None for all.
        removed_texts: Number of texts left out because an evaluation split has them too.
        removed_denials: Number of other texts left out because they deny a feeling; None if no such text was looked
            for.
        sha256: Split to the hex digest of its file.
    """

    source: str
    dataset: Dataset | None
    train_texts: int
    epoch_texts: int | None
    removed_texts: int
    removed_denials: int | None
    sha256: dict[str, str]

    @property
    def title(self) -> str:
        """Name for a table."""
        return self.dataset.title if self.dataset else self.source


def list_stages(provenance: dict[str, Any]) -> list[dict[str, Any]]:
    """List the training stages of a model, the first one first.

    Args:
        provenance: That of the model; ``base_provenance`` in it is that of a base made with tweetmoji.

    Returns:
        The provenance of each stage; none if the model was not made by tweetmoji, whose stages all have settings.
    """
    if "settings" not in provenance:
        return []
    earlier = provenance.get("base_provenance")
    return [*(list_stages(earlier) if earlier else []), provenance]


def name_commands(stages: Iterable[dict[str, Any]]) -> list[str]:
    """Name the command that ran each stage, of several stages in a row with the same one only once."""
    commands = ["tweetmoji distill" if "distillation" in stage else "tweetmoji train" for stage in stages]
    return [command for command, _ in groupby(commands)]


def read_training_data(provenance: dict[str, Any]) -> list[TrainingData]:
    """List the sources that a model was trained on.

    If several stages used a source, the one that used most of its texts counts.
    """
    data: dict[str, Any] = {}
    for stage in list_stages(provenance):
        for source, described in stage["data"].items():
            if source not in data or described["train_texts"] > data[source]["train_texts"]:
                data[source] = described
    return [
        TrainingData(
            source=source,
            dataset=identify(source, described["sha256"].values()),
            train_texts=described["train_texts"],
            epoch_texts=described.get("epoch_texts"),
            removed_texts=described["removed_texts"],
            removed_denials=described.get("removed_denials"),
            sha256=described["sha256"],
        )
        for source, described in data.items()
    ]


def find_base(provenance: dict[str, Any]) -> tuple[str, str]:
    """Find the base model of a model's first stage, and its license.

    Returns:
        Its id on the Hugging Face Hub if that is known, else its name; and the license. Each is empty if unknown.
    """
    stages = list_stages(provenance)
    base = stages[0]["base"] if stages else ""
    for hub_id, license_id in BASES.items():
        if base in (hub_id, hub_id.rpartition("/")[2]):  # the name of a local folder lacks the owner
            return hub_id, license_id
    return base, ""

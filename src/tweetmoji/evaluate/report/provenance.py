"""What a model's provenance says of its training."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from tweetmoji.data.catalog import Dataset, identify

BASES: Final = MappingProxyType({"sentence-transformers/all-MiniLM-L6-v2": "apache-2.0"})
"""Base model's id on the Hugging Face Hub to its license_id, which the weights inherit."""


@dataclass(frozen=True)
class TrainingData:
    """One source that a model was trained on.

    Attributes:
        source: Its name.
        dataset: The public dataset that it is, or None for texts of a user's own.
        train_texts: Number of texts trained on.
        removed_texts: Number of texts left out because an evaluation split has them too.
        sha256: Split to the hex digest of its file.
    """

    source: str
    dataset: Dataset | None
    train_texts: int
    removed_texts: int
    sha256: dict[str, str]

    @property
    def title(self) -> str:
        """What a table calls it."""
        return self.dataset.title if self.dataset else self.source


def list_stages(provenance: dict[str, Any]) -> list[dict[str, Any]]:
    """The provenance of a model and of the models that it was trained from, the first of them first."""
    earlier = provenance.get("base_provenance")
    return [*(list_stages(earlier) if earlier else []), provenance]


def read_training_data(provenance: dict[str, Any]) -> list[TrainingData]:
    """What a model's provenance says of its training data; nothing if it says nothing.

    Of a source that more than one stage learned from, the stage counts that took most of it.
    """
    data: dict[str, Any] = {}
    for stage in list_stages(provenance):
        for source, described in stage.get("data", {}).items():
            if source not in data or described["train_texts"] > data[source]["train_texts"]:
                data[source] = described
    return [
        TrainingData(
            source=source,
            dataset=identify(source, described["sha256"].values()),
            train_texts=described["train_texts"],
            removed_texts=described["removed_texts"],
            sha256=described["sha256"],
        )
        for source, described in data.items()
    ]


def find_base(provenance: dict[str, Any]) -> tuple[str, str]:
    """The base model of a model, and its license_id.

    Returns:
        Its id on the Hugging Face Hub if that is known, else its name, and the license; each empty if it is not known.
    """
    base = str(list_stages(provenance)[0].get("base", ""))
    for hub_id, license_id in BASES.items():
        if base in (hub_id, hub_id.rpartition("/")[2]):  # a folder's name is kept without the owner's
            return hub_id, license_id
    return base, ""

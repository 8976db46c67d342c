"""What a model's provenance says of its making, in the forms that it has had."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from tweetmoji.evaluate.report.datasets import Dataset, identify

BASES: Final = MappingProxyType({"sentence-transformers/all-MiniLM-L6-v2": "apache-2.0"})
"""Base model's id on the Hugging Face Hub to its licence, which the weights inherit."""


@dataclass(frozen=True)
class TrainingData:
    """One source that a model was trained on.

    Attributes:
        source: Its name.
        dataset: The public dataset that it is, or None for texts of a user's own.
        train_texts: Texts trained on; None where the model does not say.
        removed_texts: Texts left out since they stand in an evaluation split; None likewise.
        sha256: Split to the hex digest of its file.
    """

    source: str
    dataset: Dataset | None
    train_texts: int | None
    removed_texts: int | None
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

    Of a source that more than one stage learned from, the stage counts that took most of it. The provenance of the
    first models has the digests of the one source alone, as ``data_sha256``.
    """
    data: dict[str, Any] = {}
    for stage in list_stages(provenance):
        for source, described in stage.get("data", {}).items():
            if source not in data or described.get("train_texts", 0) > data[source].get("train_texts", 0):
                data[source] = described
    if "data_sha256" in provenance:
        data = {"home": {"sha256": provenance["data_sha256"]}}
    return [
        TrainingData(
            source=source,
            dataset=identify(source, described["sha256"].values()),
            train_texts=described.get("train_texts"),
            removed_texts=described.get("removed_texts"),
            sha256=described["sha256"],
        )
        for source, described in data.items()
    ]


def find_base(provenance: dict[str, Any]) -> tuple[str, str]:
    """The base model of a model, and its licence.

    Returns:
        Its id on the Hugging Face Hub if that is known, else its name, and the licence; each empty if it is not known.
    """
    base = str(list_stages(provenance)[0].get("base", ""))
    for hub_id, licence in BASES.items():
        if base in (hub_id, hub_id.rpartition("/")[2]):  # a folder's name is kept without the owner's
            return hub_id, licence
    return base, ""

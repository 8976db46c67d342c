"""Where a model comes from: base, data, settings and hardware, as plain JSON types."""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import huggingface_hub
import torch

from tweetmoji.data import LabelSet
from tweetmoji.data.corpus import COLUMNS, Corpus
from tweetmoji.data.names import OWN_DATA_SOURCES
from tweetmoji.errors import TrainingError
from tweetmoji.files import parse_json_object
from tweetmoji.train.jobs import FineTuningJob
from tweetmoji.train.loop.network import PROVENANCE
from tweetmoji.train.loop.precision import choose_device, choose_dtype


def describe_job(job: FineTuningJob, labels: LabelSet, corpus: Corpus) -> dict[str, Any]:
    """Describe what a job learns from: two jobs with the same description may share checkpoints.

    Args:
        job: The job.
        labels: Labels and emoji of its models; left out of the description where they are the six emotions.
        corpus: Its texts, as read.

    Raises:
        TrainingError: The provenance file of the base is damaged.
    """
    return {
        **describe_base(job.base),
        "data": corpus.describe(),
        "settings": asdict(job.settings),
        **_describe_own_data(job, corpus),
        **_describe_labels(labels),
        **({"columns": list(job.corpus.columns)} if job.corpus.columns != COLUMNS else {}),
    }


def _describe_labels(labels: LabelSet) -> dict[str, Any]:
    """Labels and emoji of the user's own; of the six emotions, the sources say whether none joins them."""
    default = LabelSet()
    if (labels.labels, labels.emoji) == (default.labels, default.emoji):
        return {}
    return {"labels": dict(labels.emoji), **({"none": True} if labels.none else {})}


def _describe_own_data(job: FineTuningJob, corpus: Corpus) -> dict[str, Any]:
    """The digests of the project's own evaluation splits, which are held out even if they are no source of the job."""
    if job.corpus.own_data is None:
        return {}
    own = [split for split in corpus.evaluation if split.source in OWN_DATA_SOURCES]
    return {"own_data_sha256": {f"{split.source} {split.split}": split.sha256 for split in own}}


def describe_base(base: str) -> dict[str, Any]:
    """Describe a base: on the Hub by id and commit, a folder by name and digest, a model of ours also by its history.

    Args:
        base: A Hugging Face model folder, or the id of a model on the Hub that has been loaded.

    Raises:
        TrainingError: The provenance file of a folder is damaged.
    """
    folder = Path(base)
    if not folder.is_dir():
        return {"base": base, "base_commit": _find_commit(base)}
    digest = hashlib.sha256()
    for weights in sorted(folder.glob("*.safetensors")):
        digest.update(weights.read_bytes())
    # the folder's path means nothing on another machine
    described = {"base": folder.resolve().name, "base_sha256": digest.hexdigest()}
    path = folder / PROVENANCE
    if not path.exists():
        return described
    history = parse_json_object(path.read_bytes(), f"{path} is damaged, export the model again", TrainingError)
    return described | {"base_provenance": history}


def _find_commit(base: str) -> str | None:
    """The commit of a model in the cache of the Hub, whose folders are named for commits; None if it is not there."""
    path = huggingface_hub.try_to_load_from_cache(base, "config.json")
    return Path(path).parent.name if isinstance(path, str) else None


def describe_device() -> dict[str, Any]:
    """Describe where this process trains: kind of device, name of the GPU (null on a CPU), number format."""
    device = choose_device()
    return {
        "training_device": {
            "type": device.type,
            "gpu": torch.cuda.get_device_name(device) if device.type == "cuda" else None,
            "dtype": str(choose_dtype(device)).removeprefix("torch."),
        }
    }

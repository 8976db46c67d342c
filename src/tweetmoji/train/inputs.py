"""The inputs of a training job, all read and checked before anything is written."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tweetmoji.data import Corpus, LabelSet, read_corpus
from tweetmoji.errors import SettingError
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.jobs import FineTuningJob
from tweetmoji.train.loop.network import load_base
from tweetmoji.train.provenance import describe_job


@dataclass(frozen=True)
class Inputs:
    """What a job learns from and starts with.

    Attributes:
        corpus: The texts.
        network: The base with a new classification head, of an output for each of ``labels.outputs``.
        tokenizer: The base's tokenizer.
        labels: Labels and emoji of the models, with the emoji that they learn to suggest from the corpus.
        described: The job's description, for checkpoints and provenance.
    """

    corpus: Corpus
    labels: LabelSet
    network: Any
    tokenizer: TweetTokenizer
    described: dict[str, Any]


def read_inputs(job: FineTuningJob, labels: LabelSet) -> Inputs:
    """Read the texts and the base of a job. Writes nothing.

    Args:
        job: The job.
        labels: Labels and emoji of its models.

    Raises:
        DataError: A dataset file is missing or damaged, or the corpus lacks what training needs.
        SettingError: There is no such source, or one does not fit the labels.
        TrainingError: The base cannot be loaded.
    """
    choice = job.corpus
    corpus = read_corpus(
        choice.data,
        choice.sources,
        labels.labels,
        job.settings.seed,
        choice.columns,
        own_data=choice.own_data,
        drop_denials=choice.drop_denials,
        none=labels.none,
    )
    labels = replace(labels, none=labels.none and corpus.has_none, suggestions=corpus.suggestions)
    network, tokenizer = load_base(job.base, labels.outputs, job.settings)
    return Inputs(corpus, labels, network, tokenizer, describe_job(job, labels, corpus))


def check_file(out: Path) -> None:
    """Refuse a folder where a file is to be written.

    Raises:
        SettingError: ``out`` is a folder.
    """
    if out.is_dir():
        raise SettingError(f"--out {out}: is a folder; expected the name of a file: name another")

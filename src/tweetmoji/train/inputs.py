"""The inputs of a training job, all read and checked before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tweetmoji.data import Corpus, LabeledTexts, LabelSet, read_corpus
from tweetmoji.errors import SettingError
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.distillation.student_data import StudentTexts, encode_student_texts, read_student_texts
from tweetmoji.train.jobs import FineTuningJob, StudentData
from tweetmoji.train.loop.encoded import EncodedTexts, encode_train, join_encoded, with_augmentation
from tweetmoji.train.loop.network import load_base
from tweetmoji.train.provenance import describe_job
from tweetmoji.train.settings import TrainSettings


@dataclass(frozen=True)
class Inputs:
    """What a job learns from and starts with.

    Attributes:
        corpus: The texts.
        network: The base with a new classification head, of an output for each of ``labels.outputs``.
        tokenizer: The base's tokenizer.
        labels: Labels and emoji of the models, with none if the corpus has texts of it.
        student_texts: The texts that they learn from a teacher on, if there is one.
        described: The job's description, for checkpoints and provenance.
    """

    corpus: Corpus
    labels: LabelSet
    network: Any
    tokenizer: TweetTokenizer
    student_texts: StudentTexts | None
    described: dict[str, Any]


def read_inputs(job: FineTuningJob, labels: LabelSet, student_data: StudentData | None = None) -> Inputs:
    """Read the texts and the base of a job. Writes nothing.

    Args:
        job: The job.
        labels: Labels and emoji of its models.
        student_data: What to learn from a teacher.

    Raises:
        DataError: A dataset file or the teacher's file is missing or damaged, or the corpus lacks what training needs.
        SettingError: There is no such source or collection of texts, or a source does not fit the labels.
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
    labels = replace(labels, none=labels.none and corpus.has_none)
    network, tokenizer = load_base(job.base, labels.outputs, job.settings)
    described = describe_job(job, labels, corpus)
    student_texts = None
    if student_data:
        student_texts = read_student_texts(student_data, choice.data, corpus.evaluation)
        described["distillation"] = student_texts.described
    return Inputs(corpus, labels, network, tokenizer, student_texts, described)


def encode_inputs(inputs: Inputs, settings: TrainSettings, without: Sequence[LabeledTexts] = ()) -> EncodedTexts:
    """Tokenize all that a model learns from: labeled texts and, if there is a teacher, unlabeled ones.

    Args:
        inputs: The inputs of its job.
        settings: Settings of the run.
        without: Texts to leave out, with their copies and texts made from them: a held-out fold.
    """
    texts = encode_train(inputs.tokenizer, inputs.corpus, inputs.labels, settings, without)
    if inputs.student_texts is None:
        return texts
    student_texts = inputs.student_texts.without(without)
    unlabeled = encode_student_texts(student_texts, inputs.tokenizer, inputs.labels)
    return join_encoded([texts, with_augmentation(unlabeled, inputs.tokenizer, student_texts.texts, settings)])


def check_file(out: Path) -> None:
    """Refuse a folder where a file is to be written.

    Raises:
        SettingError: ``out`` is a folder.
    """
    if out.is_dir():
        raise SettingError(f"--out {out}: is a folder; expected the name of a file: name another")

"""What a student learns from a teacher: unlabeled texts with the teacher's probabilities.

A large encoder's probabilities for real tweets teach a small one what no labeled dataset has enough of (Hinton et al.
2015, https://arxiv.org/abs/1503.02531). The logits come from a file (`tweetmoji.train.distillation.teacher_logits`),
the texts from the folder of the datasets.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts, LabelSet, UnlabeledTexts, find_overlap, leave_out
from tweetmoji.data.sources.base import FULL
from tweetmoji.data.unlabeled import describe_collections, read_collections
from tweetmoji.emotions import CLASSES
from tweetmoji.errors import DataError
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.distillation.teacher_logits import TeacherLogits, read_teacher_logits
from tweetmoji.train.jobs import StudentData
from tweetmoji.train.loop.batches import Subsample
from tweetmoji.train.loop.encoded import EncodedTexts
from tweetmoji.train.loop.targets import make_soft_targets

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class StudentTexts:
    """Unlabeled texts with a teacher's probabilities.

    Attributes:
        texts: The n texts, one collection after the other.
        probabilities: float32 array of shape (n, 7), of the six emotions and none; rows sum to 1.
        subsamples: For each collection, its rows and how many of them an epoch takes.
        described: Teacher and texts as plain JSON types, for checkpoints and provenance.
        teacher_sources: Sources that the teacher learned from.
    """

    texts: list[str]
    probabilities: NDArray[np.float32]
    subsamples: tuple[Subsample, ...]
    described: dict[str, Any]
    teacher_sources: frozenset[str]

    def without(self, held_out: Sequence[LabeledTexts]) -> "StudentTexts":
        """Leave out the texts that some other texts have too: a held-out fold."""
        if not held_out:
            return self
        whole = UnlabeledTexts(
            source="student", split=FULL, texts=self.texts, rows=np.arange(1, len(self.texts) + 1), sha256=""
        )
        kept = np.ones(len(self.texts), dtype=bool)
        kept[find_overlap(whole, held_out)] = False
        return replace(
            self,
            texts=[text for text, keep in zip(self.texts, kept, strict=True) if keep],
            probabilities=self.probabilities[kept],
            subsamples=tuple(_thin_out(part, kept) for part in self.subsamples),
        )


def read_student_texts(
    student_data: StudentData, data: Path | None, evaluation: Sequence[LabeledTexts]
) -> StudentTexts:
    """Read the unlabeled texts that the teacher knows and that are in no evaluation split.

    Args:
        student_data: Teacher and collections.
        data: Root of the datasets.
        evaluation: Splits whose texts are left out.

    Raises:
        DataError: A file is missing or damaged, or the teacher has other labels than ours or knows none of the texts.
        SettingError: There is no such collection of texts, or no root.
    """
    teacher = read_teacher_logits(student_data.teacher)
    if teacher.labels != CLASSES:
        raise DataError(
            f"{student_data.teacher}: has the classes {', '.join(teacher.labels)}; expected "
            f"{', '.join(CLASSES)}: use the logits of a tweetmoji train-teacher of this version"
        )
    collections = read_collections([choice.name for choice in student_data.unlabeled], data)
    texts: list[str] = []
    logits, subsamples = [], []
    for choice, collection in zip(student_data.unlabeled, collections, strict=True):
        wanted = leave_out(collection, evaluation).texts
        known_texts, known_logits = _look_up(teacher, wanted)
        if not known_texts:
            raise DataError(
                f"{student_data.teacher}: lacks all {len(wanted)} texts of {choice.name}; "
                f"expected the logits of tweetmoji train-teacher --unlabeled {choice.name}"
            )
        if lacking := len(wanted) - len(known_texts):
            logger.warning(
                "%s lacks %d of %d texts of %s, which are left out; for all but those that a teacher is trained on, "
                "run tweetmoji train-teacher --unlabeled %s",
                *(student_data.teacher, lacking, len(wanted), choice.name, choice.name),
            )
        start, stop = len(texts), len(texts) + len(known_texts)
        subsamples.append(Subsample(start, stop, choice.rows or len(known_texts)))
        texts += known_texts
        logits.append(known_logits)
    described = {
        "teacher_sha256": teacher.sha256,
        "unlabeled": {choice.name: choice.rows for choice in student_data.unlabeled},
        "unlabeled_sha256": describe_collections(collections),
    }
    sources = frozenset(teacher.provenance.get("data", {}))
    return StudentTexts(texts, softmax(np.concatenate(logits)), tuple(subsamples), described, sources)


def _thin_out(part: Subsample, kept: NDArray[np.bool_]) -> Subsample:
    """The same sample of the rows that are kept; one that took each row once still does."""
    start, stop = int(kept[: part.start].sum()), int(kept[: part.stop].sum())
    return Subsample(start, stop, stop - start if part.count == part.size else part.count)


def _look_up(teacher: TeacherLogits, texts: list[str]) -> tuple[list[str], NDArray[np.float32]]:
    """The texts that the teacher knows, with their logits."""
    logits, known = teacher.look_up(texts)
    return [texts[i] for i in np.flatnonzero(known)], logits[known]


def encode_student_texts(student_texts: StudentTexts, tokenizer: TweetTokenizer, labels: LabelSet) -> EncodedTexts:
    """Tokenize the texts, with the teacher's probabilities as soft targets of a model with these labels.

    A model without an output for none learns the probabilities given that a text has one of the emotions.
    """
    probabilities = student_texts.probabilities
    if not labels.none:
        emotions = probabilities[:, : len(labels.labels)]
        probabilities = emotions / emotions.sum(axis=1, keepdims=True)
    return EncodedTexts(
        ids=[tokens.ids for tokens in tokenizer.encode(student_texts.texts)],
        targets=make_soft_targets(probabilities),
        pad_id=tokenizer.pad_id,
        subsamples=student_texts.subsamples,
    )

"""What a student learns from a teacher: unlabeled texts, each with the probabilities that the teacher gives it.

A large encoder's answers to real tweets teach a small one what no labeled dataset has enough of (Hinton et al. 2015,
https://arxiv.org/abs/1503.02531). The logits come from a file (`tweetmoji.train.distillation.teacher_logits`), the
texts from the folder of the datasets.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tweetmoji.data import LabeledTexts, SourceChoice, comparison_key, read_unlabeled
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.distillation.teacher_logits import read_teacher_logits
from tweetmoji.train.loop.batches import Subsample
from tweetmoji.train.loop.encoded import EncodedTexts, join_encoded
from tweetmoji.train.loop.targets import make_soft_targets


@dataclass(frozen=True)
class StudentData:
    """What to learn from a teacher.

    Attributes:
        teacher: File of its logits.
        unlabeled: Collections of texts, see `tweetmoji.data.unlabeled`, and how many of each an epoch takes, drawn
            anew for each; None for all.
    """

    teacher: Path
    unlabeled: tuple[SourceChoice, ...]

    def describe(self) -> dict[str, Any]:
        """Plain JSON types; the teacher by its digest, since a path says nothing elsewhere."""
        digest = hashlib.sha256(self.teacher.read_bytes()).hexdigest()
        return {"teacher_sha256": digest, "unlabeled": {choice.name: choice.rows for choice in self.unlabeled}}


def encode_student_data(
    student_data: StudentData, data: Path | None, evaluation: Sequence[LabeledTexts], tokenizer: TweetTokenizer
) -> EncodedTexts:
    """Tokenize the unlabeled texts that the teacher has answered and that stand in no evaluation split.

    Raises:
        DataError: A file is missing or damaged, the teacher answers other labels than ours, or knows none of the texts.
        SettingError: There is no such collection of texts.
    """
    teacher = read_teacher_logits(student_data.teacher)
    if teacher.labels != EMOTIONS:
        raise DataError(f"{student_data.teacher}: answers {', '.join(teacher.labels)}; expected {', '.join(EMOTIONS)}")
    if data is None:
        raise DataError("unlabeled texts need a place; name it with --data or TWEETMOJI_DATA_DIR")
    evaluated = {comparison_key(text) for split in evaluation for text in split.texts}
    encoded = []
    for choice in student_data.unlabeled:
        texts = [text for text in read_unlabeled(choice.name, data).texts if comparison_key(text) not in evaluated]
        logits, known = teacher.look_up(texts)
        if not known.any():
            raise DataError(
                f"{student_data.teacher}: knows none of the texts of {choice.name}; have the teacher answer them"
            )
        answered = [texts[i] for i in np.flatnonzero(known)]
        rows = min(choice.rows or len(answered), len(answered))
        encoded.append(
            EncodedTexts(
                ids=[tokens.ids for tokens in tokenizer.encode(answered)],
                targets=make_soft_targets(softmax(logits[known], 1.0)),
                pad_id=tokenizer.pad_id,
                subsamples=(Subsample(0, len(answered), rows),),
            )
        )
    return join_encoded(encoded)

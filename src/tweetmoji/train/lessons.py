"""What a student learns from a teacher: unlabelled texts, each with the probabilities that the teacher gives it.

A large encoder's answers to real tweets teach a small one what no labelled dataset has enough of (Hinton et al. 2015,
https://arxiv.org/abs/1503.02531). The answers come from a file, see `tweetmoji.train.teacher_logits`; the texts from
where the datasets lie.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tweetmoji.data import LabelledTexts, comparison_key, read_unlabelled
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.batches import Draw
from tweetmoji.train.fine_tune import EncodedTexts
from tweetmoji.train.settings import SourceChoice
from tweetmoji.train.targets import join_targets, make_soft_targets
from tweetmoji.train.teacher_logits import read_teacher_logits


@dataclass(frozen=True)
class Lessons:
    """What to learn from a teacher.

    Attributes:
        teacher: File of its logits.
        unlabelled: Collections of texts, see `tweetmoji.data.unlabelled`, and how many of each an epoch takes, drawn
            anew for each; None for all.
    """

    teacher: Path
    unlabelled: tuple[SourceChoice, ...]

    def describe(self) -> dict[str, Any]:
        """Plain JSON types; the teacher by its digest, since a path says nothing elsewhere."""
        digest = hashlib.sha256(self.teacher.read_bytes()).hexdigest()
        return {"teacher_sha256": digest, "unlabelled": {choice.name: choice.rows for choice in self.unlabelled}}


def encode_lessons(
    lessons: Lessons, data: Path | None, evaluation: Sequence[LabelledTexts], tokenizer: TweetTokenizer
) -> EncodedTexts:
    """Tokenize the unlabelled texts that the teacher has answered and that stand in no evaluation split.

    Raises:
        DataError: A file is missing or damaged, the teacher answers other labels than ours, or knows none of the texts.
        SettingError: There is no such collection of texts.
    """
    teacher = read_teacher_logits(lessons.teacher)
    if teacher.labels != EMOTIONS:
        raise DataError(f"{lessons.teacher}: answers {', '.join(teacher.labels)}; expected {', '.join(EMOTIONS)}")
    if data is None:
        raise DataError("unlabelled texts need a place; name it with --data or TWEETMOJI_DATA_DIR")
    evaluated = {comparison_key(text) for split in evaluation for text in split.texts}
    encoded = []
    for choice in lessons.unlabelled:
        texts = [text for text in read_unlabelled(choice.name, data) if comparison_key(text) not in evaluated]
        logits, known = teacher.look_up(texts)
        if not known.any():
            raise DataError(
                f"{lessons.teacher}: knows none of the texts of {choice.name}; have the teacher answer them"
            )
        answered = [texts[i] for i in np.flatnonzero(known)]
        rows = min(choice.rows or len(answered), len(answered))
        encoded.append(
            EncodedTexts(
                ids=[tokens.ids for tokens in tokenizer.encode(answered)],
                targets=make_soft_targets(softmax(logits[known], 1.0)),
                pad_id=tokenizer.pad_id,
                draws=(Draw(0, len(answered), rows),),
            )
        )
    return join_encoded(encoded)


def join_encoded(parts: Sequence[EncodedTexts]) -> EncodedTexts:
    """Tokenized texts one after the other; at least one part."""
    starts = np.cumsum([0, *(len(part.ids) for part in parts)]).tolist()
    return EncodedTexts(
        ids=[ids for part in parts for ids in part.ids],
        targets=join_targets([part.targets for part in parts]),
        pad_id=parts[0].pad_id,
        draws=tuple(
            replace(draw, start=draw.start + start, stop=draw.stop + start)
            for part, start in zip(parts, starts, strict=False)
            for draw in part.draws
        ),
    )

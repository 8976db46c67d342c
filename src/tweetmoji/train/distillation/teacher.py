"""A teacher: a large encoder, fine-tuned, whose logits a student learns from.

The logits say more than labels do, and they can be had for texts that nobody has labeled (Hinton et al. 2015,
https://arxiv.org/abs/1503.02531). On the command line: ``tweetmoji train-teacher --data DIR --base … --out FILE``.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from tweetmoji.data import LabelSet, Texts, UnlabeledTexts, leave_out
from tweetmoji.data.keys import make_keys
from tweetmoji.data.names import ANNOTATED, WRITTEN
from tweetmoji.data.unlabeled import describe_collections, read_collections
from tweetmoji.errors import DataError, SettingError
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.files import replacing
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.distillation.teacher_logits import write_teacher_logits
from tweetmoji.train.inputs import check_file, read_inputs
from tweetmoji.train.jobs import TeacherRun
from tweetmoji.train.loop.checkpoints import Checkpoints
from tweetmoji.train.loop.encoded import encode_train, encode_val
from tweetmoji.train.loop.fine_tune import fine_tune
from tweetmoji.train.loop.network import compute_logits
from tweetmoji.train.loop.scoring import best_epoch
from tweetmoji.train.provenance import describe_device

logger = logging.getLogger(__name__)

CHUNK_TEXTS: Final = 2048
"""Texts between two files of logits among the checkpoints: about a minute of work on two cores."""


def train_teacher(run: TeacherRun, *, resume: bool = False) -> Path:
    """Train a teacher and write its logits for unlabeled texts.

    Texts that it was trained on are left out: of these, a teacher says little more than the label.

    All inputs are read and checked before anything is written, so a mistake in one of them leaves nothing behind.

    Args:
        run: What to learn from and what to predict; `tweetmoji.train.distillation.teacher_logits` describes the file.
        resume: Continue from the checkpoints of an earlier, stopped run with the same settings.

    Returns:
        ``run.out``.

    Raises:
        DataError: A dataset file is missing or damaged, or every unlabeled text is a training text.
        SettingError: ``run.out`` is a folder, a source or collection is unknown, or the sources cannot teach the six
            emotions and none.
        TrainingError: As `tweetmoji.train.train`.
    """
    check_file(run.out)
    inputs = read_inputs(run, LabelSet())
    labels = inputs.labels
    _check_classes(labels)
    collections = read_collections(run.unlabeled, run.corpus.data)
    texts = _select_texts(collections, inputs.corpus.train)
    described = inputs.described | {
        "unlabeled": list(run.unlabeled),
        "unlabeled_sha256": describe_collections(collections),
    }

    checkpoints = Checkpoints(run.checkpoints, described, resume=resume)
    train = encode_train(inputs.tokenizer, inputs.corpus, labels, run.settings)
    val = encode_val(inputs.tokenizer, inputs.corpus.val, labels)
    results = fine_tune(inputs.network, train, val, labels, run.settings, checkpoints)
    logger.info("epoch %d was best on val; computing logits of %d texts", best_epoch(results).epoch, len(texts))
    logits = np.concatenate(list(_predict_chunks(inputs.network, inputs.tokenizer, texts, run.checkpoints)))
    provenance = described | {"epochs": [asdict(result) for result in results]}
    provenance |= describe_environment() | describe_device()
    write_teacher_logits(run.out, texts, logits, labels.outputs, provenance)
    return run.out


def _check_classes(labels: LabelSet) -> None:
    """Refuse to train a teacher that no student can learn from."""
    if not labels.none:
        raise SettingError(
            f"these sources teach {', '.join(labels.outputs)}; a student needs a teacher of the six emotions and none: "
            f"add --source {ANNOTATED} or {WRITTEN} with --own-data"
        )


def _select_texts(collections: Sequence[UnlabeledTexts], train: Sequence[Texts]) -> list[str]:
    """Select the texts that the teacher is not trained on."""
    texts = [text for collection in collections for text in leave_out(collection, train).texts]
    if not texts:
        raise DataError(
            f"unlabeled texts {', '.join(collection.source for collection in collections)}: the sources have every one "
            "of them as a training text; expected others: name more with --unlabeled"
        )
    return texts


def _predict_chunks(
    network: Any,  # noqa: ANN401
    tokenizer: TweetTokenizer,
    texts: Sequence[str],
    folder: Path,
) -> Iterator[NDArray[np.float32]]:
    """Logits of the texts in mixed precision, by chunks; chunks that the folder holds are not computed again."""
    for start in tqdm(range(0, len(texts), CHUNK_TEXTS), desc="teacher's logits", unit="chunk", disable=None):
        chunk = texts[start : start + CHUNK_TEXTS]
        kept = folder / f"logits-{_hash_texts(chunk)}.npy"
        if not kept.exists():
            ids = [tokens.ids for tokens in tokenizer.encode(chunk)]
            with replacing(kept) as path, path.open("wb") as file:
                np.save(file, compute_logits(network, ids, tokenizer.pad_id, mixed=True))
        yield np.load(kept, allow_pickle=False)


def _hash_texts(texts: Sequence[str]) -> str:
    """A name for a chunk: a hash of its texts in their order, so that other texts never get its logits."""
    return hashlib.sha256(make_keys(texts).tobytes()).hexdigest()[:16]

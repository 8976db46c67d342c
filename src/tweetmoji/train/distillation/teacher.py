"""From datasets to a teacher's answers: fine-tune a large encoder, and keep its logits for a student to learn from.

The student learns from the teacher's doubts as well as from its answers, and from texts that nobody has labeled
(Hinton et al. 2015, https://arxiv.org/abs/1503.02531). Run it as
``tweetmoji train-teacher --data DIR --base … --out FILE``.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from tweetmoji.data import read_unlabeled
from tweetmoji.data.corpus import read_corpus
from tweetmoji.errors import DataError, SettingError
from tweetmoji.files import replacing
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.distillation.teacher_logits import write_teacher_logits
from tweetmoji.train.loop.checkpoints import Checkpoints
from tweetmoji.train.loop.encoded import encode, encode_val
from tweetmoji.train.loop.fine_tune import fine_tune
from tweetmoji.train.loop.network import compute_logits, load_base
from tweetmoji.train.loop.scoring import best_epoch
from tweetmoji.train.run import TrainingRun, describe_run

logger = logging.getLogger(__name__)

CHUNK: Final = 2048
"""Texts answered between two files of the checkpoints: about a minute of work on two cores."""


def train_teacher(run: TrainingRun, unlabeled: Sequence[str] = (), *, resume: bool = False) -> Path:
    """Write what a teacher answers to the training texts of all sources, and to unlabeled ones.

    Args:
        run: What to train; ``run.out`` is the file to be written, see `tweetmoji.train.distillation.teacher_logits`.
        unlabeled: Collections of texts to answer besides, see `tweetmoji.data.unlabeled`.
        resume: Go on from the checkpoints that an earlier, stopped run with the same settings left.

    Returns:
        ``run.out``.

    Raises:
        DataError: A dataset file is missing or does not fit.
        SettingError: ``run.out`` is no .npz file's name, or a source or collection is unknown.
        TrainingError: As `tweetmoji.train.train`.
    """
    if run.out.suffix != ".npz" or run.out.is_dir():
        raise SettingError(f"--out {run.out}: this is a file; expected a name that ends in .npz")
    labels = run.labels.labels
    corpus = read_corpus(run.data, run.sources, labels, run.settings.seed, run.columns)
    texts = [text for part in corpus.train for text in part.texts] + _read_all(unlabeled, run.data)
    described = describe_run(run, corpus) | {"unlabeled": list(unlabeled)}
    network, tokenizer = load_base(run.base, labels, run.settings)
    checkpoints = Checkpoints(run.checkpoints, described, resume=resume)
    train, val = encode(tokenizer, corpus.train, labels), encode_val(tokenizer, corpus.val, labels)
    results = fine_tune(network, train, val, labels, run.settings, checkpoints)
    logger.info("epoch %d was best on val; answering %d texts", best_epoch(results).epoch, len(texts))
    logits = np.concatenate(list(_answer(network, tokenizer, texts, run.checkpoints)))
    provenance = described | {"epochs": [asdict(result) for result in results]}
    write_teacher_logits(run.out, texts, logits, labels, provenance)
    return run.out


def _read_all(unlabeled: Sequence[str], data: Path | None) -> list[str]:
    if unlabeled and data is None:
        raise DataError(f"{', '.join(unlabeled)} needs a place; name it with --data or TWEETMOJI_DATA_DIR")
    return [text for name in unlabeled if data is not None for text in read_unlabeled(name, data).texts]


def _answer(
    network: Any,  # noqa: ANN401
    tokenizer: TweetTokenizer,
    texts: Sequence[str],
    folder: Path,
) -> Iterator[NDArray[np.float32]]:
    """The logits of the texts in mixed precision, by chunks; those that the folder holds are not computed again."""
    for start in tqdm(range(0, len(texts), CHUNK), desc="answering", unit="chunk", disable=None):
        kept = folder / f"logits-{start}.npy"
        if not kept.exists():
            ids = [tokens.ids for tokens in tokenizer.encode(texts[start : start + CHUNK])]
            with replacing(kept) as path, path.open("wb") as file:
                np.save(file, compute_logits(network, ids, tokenizer.pad_id, mixed=True))
        yield np.load(kept, allow_pickle=False)

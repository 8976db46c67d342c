"""What models say of training texts that they have not seen: cross-validated, out-of-fold probabilities.

Each of K models is fine-tuned on all folds but one and answers the texts of that one. A text that stands in the data
more than once is kept from its model wherever it stands. The probabilities are what confident learning needs to find
likely label errors (Northcutt et al. 2021, https://arxiv.org/abs/1911.00068).
"""

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts, leave_out
from tweetmoji.data.class_map import marginalize
from tweetmoji.data.corpus import Corpus, read_corpus
from tweetmoji.errors import SettingError, TrainingError
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.evaluate.evaluation import score
from tweetmoji.files import replacing
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.calibration import fit_temperature
from tweetmoji.train.loop.checkpoints import Checkpoints
from tweetmoji.train.loop.encoded import encode, encode_val
from tweetmoji.train.loop.fine_tune import fine_tune
from tweetmoji.train.loop.network import compute_logits, load_base
from tweetmoji.train.loop.targets import join_targets
from tweetmoji.train.run import TrainingRun, describe_run

logger = logging.getLogger(__name__)


def cross_validate(run: TrainingRun, folds: int, *, resume: bool = False) -> Path:
    """Write the out-of-fold probabilities of the first source's training texts to ``run.out``.

    The file is a numpy archive: ``probabilities``, float32 of shape (n, classes), calibrated on val; ``rows``, int64 of
    shape (n,), the texts' rows in their file; ``labels``; ``source``; ``data_sha256``, the digest of the file. A file
    of the same name that ends in .json gets their figures.

    Args:
        run: What to train; its sources but the first only add to what each model is trained on.
        folds: Number of models, at least 2.
        resume: Go on from the checkpoints that an earlier, stopped run with the same settings left.

    Returns:
        ``run.out``.

    Raises:
        DataError: A dataset file is missing or does not fit.
        SettingError: ``run.out`` is no .npz file's name.
        TrainingError: A class has fewer texts than there are folds, or as `tweetmoji.train.train`.
    """
    if run.out.suffix != ".npz" or run.out.is_dir():
        raise SettingError(f"--out {run.out}: with --folds this is a file; expected a name that ends in .npz")
    labels = run.labels.labels
    corpus = read_corpus(run.data, run.sources, labels, run.settings.seed, run.columns)
    first = corpus.first_scorable()
    fold_of = assign_folds(first, folds, run.settings.seed)
    _, tokenizer = load_base(run.base, labels, run.settings)  # first, so that a wrong base leaves nothing behind
    described = describe_run(run, corpus) | {"folds": folds}
    Checkpoints(run.checkpoints, described, resume=resume)  # refuses what another run has left, for all folds at once
    probabilities = np.zeros((len(first), len(labels)), dtype=np.float32)
    for fold in range(folds):
        logger.info("fold %d of %d", fold + 1, folds)
        folder = run.checkpoints / f"fold-{fold + 1}"
        begun = (folder / "run.json").exists()
        checkpoints = Checkpoints(folder, described | {"fold": fold + 1}, resume=begun)
        held_out = np.flatnonzero(fold_of == fold)
        probabilities[held_out] = _predict(run, corpus, first.take(held_out), tokenizer, checkpoints)
    with replacing(run.out) as path, path.open("wb") as file:
        np.savez_compressed(
            file,
            probabilities=probabilities,
            rows=first.rows,
            labels=np.array(labels),
            source=np.array(first.source),
            data_sha256=np.array(first.sha256),
        )
    _write_figures(run, described, first, probabilities)
    return run.out


def _write_figures(
    run: TrainingRun, described: dict[str, Any], first: LabeledTexts, probabilities: NDArray[np.float32]
) -> None:
    """Score the answers of all folds together, on the classes of their source, and write that beside them."""
    model = {"name": run.out.stem, "version": f"{described['folds']} models, float32"}
    evaluation = score(model, first, marginalize(probabilities, run.labels.labels, first.class_map))
    content = described | {"evaluations": [evaluation.as_dict()]} | describe_environment()
    with replacing(run.out.with_suffix(".json")) as path:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def assign_folds(data: LabeledTexts, folds: int, seed: int) -> NDArray[np.int64]:
    """Deal the texts of each class out to the folds evenly: int64 array of shape (n,) with values 0 … folds-1.

    Raises:
        TrainingError: A class has fewer texts than there are folds.
    """
    counts = np.bincount(data.targets, minlength=len(data.labels))
    if counts.min() < folds:
        label = data.labels[int(counts.argmin())]
        raise TrainingError(f"{data.source} has {counts.min()} texts of {label}; {folds} folds need at least {folds}")
    order = np.random.default_rng(seed).permutation(len(data))
    order = order[np.argsort(data.targets[order], kind="stable")]
    fold_of = np.empty(len(data), dtype=np.int64)
    fold_of[order] = np.arange(len(data)) % folds
    return fold_of


def _predict(
    run: TrainingRun, corpus: Corpus, held_out: LabeledTexts, tokenizer: TweetTokenizer, checkpoints: Checkpoints
) -> NDArray[np.float32]:
    """What a model that was trained on all texts but those held out says of these."""
    labels = run.labels.labels
    network, _ = load_base(run.base, labels, run.settings)
    train = encode(tokenizer, [leave_out(part, [held_out]) for part in corpus.train], labels)
    val = encode_val(tokenizer, corpus.val, labels)
    fine_tune(network, train, val, labels, run.settings, checkpoints)
    val_logits = [compute_logits(network, split.encoded.ids, split.encoded.pad_id) for split in val]
    temperature = fit_temperature(np.concatenate(val_logits), join_targets([split.encoded.targets for split in val]))
    asked = encode(tokenizer, [held_out], labels)
    return softmax(compute_logits(network, asked.ids, asked.pad_id), temperature)

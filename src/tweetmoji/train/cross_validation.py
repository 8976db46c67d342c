"""Cross-validation: out-of-fold probabilities of texts that a model was trained on, by models that were not.

Each of K models is fine-tuned on all folds except one and predicts the texts of that fold. Copies of these texts, and
texts made from them, are left out of its training, whichever source they come from. Confident learning finds likely
label errors in these probabilities (Northcutt et al. 2021, https://arxiv.org/abs/1911.00068).
"""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from tweetmoji.data import LabeledTexts, LabelSet, marginalize
from tweetmoji.errors import SettingError, TrainingError
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.evaluate.evaluation import score
from tweetmoji.files import replacing, write_text
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.calibration import fit_label_temperature
from tweetmoji.train.inputs import Inputs, check_file, encode_inputs, read_inputs
from tweetmoji.train.jobs import CrossValidationRun
from tweetmoji.train.loop.checkpoints import Checkpoints
from tweetmoji.train.loop.encoded import ValidationSplit, encode_val
from tweetmoji.train.loop.fine_tune import fine_tune
from tweetmoji.train.loop.network import compute_logits, load_base
from tweetmoji.train.provenance import describe_device

logger = logging.getLogger(__name__)


def cross_validate(run: CrossValidationRun, *, resume: bool = False) -> Path:
    """Write out-of-fold probabilities of the first source's training texts, except those without any of the labels.

    The file is a numpy archive: ``probabilities``, float32 of shape (n, labels), calibrated on val; ``rows``, int64 of
    shape (n,), the texts' rows in their file; ``labels``; ``source``; ``data_sha256``, the digest of that file. Their
    metrics go to a file of the same name that ends in .json.

    Args:
        run: The folds, and what each model learns from.
        resume: Continue from the checkpoints of an earlier, stopped run with the same settings.

    Returns:
        ``run.out``.

    Raises:
        DataError: A dataset file is missing or damaged.
        SettingError: ``run.out`` is a folder, a source is unknown, or the first one cannot be scored or has taught the
            teacher.
        TrainingError: A label has fewer texts than there are folds; or see `tweetmoji.train.train`.
    """
    check_file(run.out)
    inputs = read_inputs(run, run.labels, run.student_data)
    first = inputs.corpus.first_scorable().without_none()
    _check_teacher(inputs, first.source)
    fold_of = assign_folds(first, run.folds, run.settings.seed)
    described = inputs.described | {"folds": run.folds}
    Checkpoints(run.checkpoints, described, resume=resume)  # refuses another run's, before any fold begins
    probabilities = np.zeros((len(first), len(run.labels.labels)), dtype=np.float32)
    for fold in range(run.folds):
        logger.info("fold %d of %d", fold + 1, run.folds)
        folder = run.checkpoints / f"fold-{fold + 1}"
        begun = (folder / "run.json").exists()
        checkpoints = Checkpoints(folder, described | {"fold": fold + 1}, resume=begun)
        held_out = np.flatnonzero(fold_of == fold)
        probabilities[held_out] = _predict_fold(run, inputs, first.take(held_out), checkpoints)
    _write_probabilities(run.out, first, probabilities, run.labels.labels)
    _write_metrics(run, described, first, probabilities)
    return run.out


def _check_teacher(inputs: Inputs, source: str) -> None:
    """Refuse a teacher that learned from the texts of the folds: a student would hear of their labels from it."""
    if inputs.student_texts and source in inputs.student_texts.teacher_sources:
        raise SettingError(
            f"the teacher learned from {source}, of which each model is to miss a fold, and its answers may give the "
            f"labels away; expected a teacher that did not, or none: tweetmoji train --folds"
        )


def assign_folds(data: LabeledTexts, folds: int, seed: int) -> NDArray[np.int64]:
    """Assign each text to a fold at random, the texts of each label evenly.

    Args:
        data: The n texts.
        folds: Number of folds, at least 2.
        seed: Seed of the assignment.

    Returns:
        int64 array of shape (n,) with values 0 … folds-1.

    Raises:
        TrainingError: A label has fewer texts than there are folds.
    """
    counts = np.bincount(data.targets, minlength=len(data.labels))
    if counts.min() < folds:
        label = data.labels[int(counts.argmin())]
        raise TrainingError(
            f"{data.source} has {counts.min()} texts of {label}, and there are {folds} folds; expected at least "
            f"{folds}: add texts, or lower --folds"
        )
    fold_of = np.empty(len(data), dtype=np.int64)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for fold, (_, held_out) in enumerate(splitter.split(data.targets, data.targets)):
        fold_of[held_out] = fold
    return fold_of


def calibrate_network(network: Any, val: Sequence[ValidationSplit], labels: LabelSet) -> float:  # noqa: ANN401
    """Find the temperature of a network's labels, as `tweetmoji.train.calibration.calibrate` does for an artifact.

    Args:
        network: A classifier of transformers.
        val: One split for each source.
        labels: Labels of the network.
    """
    logits = [compute_logits(network, split.encoded.ids, split.encoded.pad_id) for split in val]
    return fit_label_temperature(labels.labels, [split.data for split in val], logits)


def _predict_fold(
    run: CrossValidationRun, inputs: Inputs, held_out: LabeledTexts, checkpoints: Checkpoints
) -> NDArray[np.float32]:
    """Calibrated probabilities of held-out texts, by a model trained on the others."""
    labels = inputs.labels
    network, tokenizer = load_base(run.base, labels.outputs, run.settings)
    train = encode_inputs(inputs, run.settings, without=[held_out])
    val = encode_val(tokenizer, inputs.corpus.val, labels)
    fine_tune(network, train, val, labels, run.settings, checkpoints)
    temperature = calibrate_network(network, val, labels)
    ids = [tokens.ids for tokens in tokenizer.encode(held_out.texts)]
    return softmax(compute_logits(network, ids, tokenizer.pad_id)[:, : len(labels.labels)], temperature)


def _write_probabilities(
    out: Path, data: LabeledTexts, probabilities: NDArray[np.float32], labels: tuple[str, ...]
) -> None:
    with replacing(out) as path, path.open("wb") as file:
        np.savez_compressed(
            file,
            probabilities=probabilities,
            rows=data.rows,
            labels=np.array(labels),
            source=np.array(data.source),
            data_sha256=np.array(data.sha256),
        )


def _write_metrics(
    run: CrossValidationRun, described: dict[str, Any], data: LabeledTexts, probabilities: NDArray[np.float32]
) -> None:
    """Score the probabilities of all folds together, on the classes of their source."""
    model = {"name": run.out.stem, "version": f"{run.folds} models, float32"}
    evaluation = score(model, data, marginalize(probabilities, run.labels.labels, data.class_map))
    content = described | {"evaluations": [evaluation.as_dict()]} | describe_environment() | describe_device()
    write_text(run.out.with_suffix(".json"), json.dumps(content, indent=2) + "\n")

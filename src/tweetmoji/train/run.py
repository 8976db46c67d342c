"""One model from start to end: read, fine-tune, export, quantize, calibrate, measure, write.

On the command line: ``tweetmoji train --data DIR --base DIR_OR_HUB_ID --out DIR``.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tweetmoji.data import LabeledTexts
from tweetmoji.evaluate import evaluate
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.runtime.artifact import Artifact, check_replaceable, make_artifact, with_changes, write_artifact
from tweetmoji.runtime.classifier import Classifier
from tweetmoji.runtime.config import ModelConfig, NoneCalibration
from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.runtime.prior import make_uniform_prior
from tweetmoji.train.calibration import calibrate
from tweetmoji.train.export.onnx import export_onnx, quantize
from tweetmoji.train.export.parity import compare_exports
from tweetmoji.train.export.ranges import choose_texts
from tweetmoji.train.inputs import Inputs, encode_inputs, read_inputs
from tweetmoji.train.jobs import TrainingRun
from tweetmoji.train.loop.checkpoints import Checkpoints
from tweetmoji.train.loop.encoded import encode_val
from tweetmoji.train.loop.fine_tune import fine_tune
from tweetmoji.train.loop.scoring import best_epoch
from tweetmoji.train.provenance import describe_device

logger = logging.getLogger(__name__)


def train(run: TrainingRun, *, resume: bool = False) -> Artifact:
    """Train a model and write its artifact.

    All inputs are read and checked before anything is written, so a mistake in one of them leaves nothing behind.

    Args:
        run: What to learn from, and what to write.
        resume: Continue from the checkpoints of an earlier, stopped run with the same settings.

    Returns:
        The artifact as written to ``run.out``.

    Raises:
        ArtifactError: ``run.out`` holds something that is not a model.
        DataError: A dataset file or the teacher's file is missing or damaged.
        SettingError: A source or a collection of texts is unknown.
        TrainingError: The base cannot be loaded, the checkpoints are another run's, or the loss is not a number.
    """
    check_replaceable(run.out)
    inputs = read_inputs(run, run.labels, run.student_data)
    checkpoints = Checkpoints(run.checkpoints, inputs.described, resume=resume)
    checkpoints.save_network(inputs.network.config.to_dict())
    texts = encode_inputs(inputs, run.settings)
    val = encode_val(inputs.tokenizer, inputs.corpus.val, inputs.labels)
    results = fine_tune(inputs.network, texts, val, inputs.labels, run.settings, checkpoints)
    logger.info("epoch %d was best on val; exporting", best_epoch(results).epoch)

    float32 = export_onnx(inputs.network)
    artifact = calibrate(_quantize(run, inputs, float32), inputs.corpus.val)
    parity = compare_exports(inputs.network, inputs.tokenizer, artifact, float32, inputs.corpus.val)
    metrics = {
        "seed": run.settings.seed,
        "epochs": [asdict(result) for result in results],
        "best_epoch": best_epoch(results).epoch,
        "parity": parity,
        "evaluations": _measure(artifact, float32, inputs.corpus.val, inputs.corpus.test if run.score_test else []),
        **describe_environment(),
        **describe_device(),
    }
    artifact = with_changes(artifact, metrics=metrics)
    write_artifact(artifact)
    return artifact


def _quantize(run: TrainingRun, inputs: Inputs, float32: bytes) -> Artifact:
    """The artifact with quantized weights, not yet calibrated or measured."""
    labels = inputs.labels
    config = ModelConfig(
        name=run.out.resolve().name,
        labels=labels.labels,
        emoji=dict(labels.emoji),
        max_tokens=run.settings.max_tokens,
        temperature=1.0,
        prior=make_uniform_prior(labels.labels),
        none=NoneCalibration(slope=1.0, offset=0.0) if labels.none else None,
        provenance=inputs.described,
    )
    typical = inputs.tokenizer.encode(choose_texts(source.texts for source in inputs.corpus.train))
    weights = quantize(inputs.network, float32, [tokens.ids for tokens in typical])
    return make_artifact(run.out, config=config, weights=weights, tokenizer=inputs.tokenizer.to_json(), metrics={})


def _measure(
    artifact: Artifact, float32: bytes, val: Sequence[LabeledTexts], test: Sequence[LabeledTexts]
) -> list[dict[str, Any]]:
    """Score the artifact, and the float32 weights that it was quantized from."""
    evaluations = []
    for name, weights in (("int8", artifact.weights), ("float32", float32)):
        variant = with_changes(artifact, weights=weights)
        emojifier = Emojifier(variant, Classifier(variant), count_cores())
        evaluations += [{"weights": name, **evaluate(emojifier, split).as_dict()} for split in (*val, *test)]
    return evaluations

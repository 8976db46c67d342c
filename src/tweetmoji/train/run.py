"""The whole way from datasets and a base model to an artifact: read, fine-tune, calibrate, export, measure.

Run it as ``tweetmoji train --data DIR --base DIR_OR_HUB_ID --out DIR``.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from tweetmoji.data import LabeledTexts, SourceChoice
from tweetmoji.data.corpus import COLUMNS, Corpus, read_corpus
from tweetmoji.data.labels import LabelSet
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import SettingError, TrainingError
from tweetmoji.evaluate import evaluate
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.runtime.artifact import Artifact, check_replaceable, make_artifact, with_changes, write_artifact
from tweetmoji.runtime.classifier import Classifier
from tweetmoji.runtime.config import ModelConfig
from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.calibration import fit_temperature
from tweetmoji.train.distillation.student_data import StudentData, encode_student_data
from tweetmoji.train.export.onnx import export_onnx, quantize
from tweetmoji.train.export.parity import compare_exports
from tweetmoji.train.loop.checkpoints import Checkpoints, checkpoint_folder
from tweetmoji.train.loop.encoded import encode, encode_val, join_encoded
from tweetmoji.train.loop.fine_tune import fine_tune
from tweetmoji.train.loop.network import PROVENANCE, load_base
from tweetmoji.train.loop.scoring import EpochResult, best_epoch
from tweetmoji.train.loop.targets import join_targets, make_targets
from tweetmoji.train.settings import TrainSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingRun:
    """What to train from what, and where to.

    Attributes:
        data: Root of the datasets, or the folder of the one source; None if all are fetched.
        base: A Hugging Face model folder, or the id of a model on the Hub.
        out: Folder of the artifact to be made; for `tweetmoji.train.cross_validate`, a file.
        settings: The numbers of the recipe.
        sources: What to train on.
        score_test: Whether to score the test splits too, once all is chosen. Not while recipes are compared.
        student_data: What to learn from a teacher besides.
        labels: Labels and emoji of the model.
        columns: Names of a table's text column and label column.

    Raises:
        SettingError: A model with labels of a user's own is to learn from a teacher, which knows the six emotions.
    """

    data: Path | None
    base: str
    out: Path
    settings: TrainSettings
    sources: tuple[SourceChoice, ...] = (SourceChoice("emotion"),)
    score_test: bool = True
    student_data: StudentData | None = None
    labels: LabelSet = field(default_factory=LabelSet)
    columns: tuple[str, str] = COLUMNS

    def __post_init__(self) -> None:
        if self.student_data and self.labels.labels != EMOTIONS:
            raise SettingError(
                f"a teacher answers {', '.join(EMOTIONS)}, and the model has {', '.join(self.labels.labels)}; "
                "expected a model with these emotions: leave out the teacher"
            )

    @property
    def checkpoints(self) -> Path:
        """Folder of the run's checkpoints, beside the artifact; may be removed once the artifact stands.

        They alone hold float32 weights, which `tweetmoji.train.export_hugging_face` takes.
        """
        return checkpoint_folder(self.out)


def train(run: TrainingRun, *, resume: bool = False) -> Artifact:
    """Fine-tune, calibrate, export, quantize and measure a model, and write its artifact.

    Args:
        run: What to do.
        resume: Go on from the checkpoints that an earlier, stopped run with the same settings left.

    Returns:
        The artifact as written to ``run.out``.

    Raises:
        DataError: A dataset file is missing or does not fit.
        TrainingError: The base cannot be loaded, the checkpoints are another run's, or the loss is no number.
        ArtifactError: ``run.out`` holds something that is not a model.
    """
    check_replaceable(run.out)
    labels = run.labels.labels
    corpus = read_corpus(run.data, run.sources, labels, run.settings.seed, run.columns)
    described = describe_run(run, corpus)
    network, tokenizer = load_base(run.base, labels, run.settings)
    checkpoints = Checkpoints(run.checkpoints, described, resume=resume)
    checkpoints.save_network(network.config.to_dict())
    texts = encode(tokenizer, corpus.train, labels)
    if run.student_data:
        texts = join_encoded([texts, encode_student_data(run.student_data, run.data, corpus.evaluation, tokenizer)])
    val = encode_val(tokenizer, corpus.val, labels)
    results = fine_tune(network, texts, val, labels, run.settings, checkpoints)
    logger.info("epoch %d was best on val; exporting", best_epoch(results).epoch)
    artifact = _export(run, described, network, tokenizer, corpus, results)
    write_artifact(artifact)
    return artifact


def _export(
    run: TrainingRun,
    described: dict[str, Any],
    network: Any,  # noqa: ANN401
    tokenizer: TweetTokenizer,
    corpus: Corpus,
    results: list[EpochResult],
) -> Artifact:
    """The trained network as an artifact: quantized, calibrated, compared with the network, and measured."""
    weights = export_onnx(network)
    candidate = make_artifact(
        run.out,
        config=_configure(run, described),
        weights=quantize(weights),
        tokenizer=tokenizer.to_json(),
        metrics={},
    )
    config = replace(candidate.config, temperature=_calibrate(candidate, corpus.val))
    calibrated = with_changes(candidate, config=config)
    equivalence = compare_exports(network, tokenizer, calibrated, weights, corpus.val)
    reported = [*corpus.val, *(corpus.test if run.score_test else [])]
    return _measure(calibrated, weights, reported, results, equivalence)


def describe_run(run: TrainingRun, corpus: Corpus) -> dict[str, Any]:
    """What makes this run this run; the base by name and digest, since its folder's path says nothing elsewhere.

    Labels and columns only where they are not the usual ones, so that a usual run is described as it always was.
    """
    return {
        **_describe_base(run.base),
        "data": corpus.describe(),
        "settings": asdict(run.settings),
        **({"distillation": run.student_data.describe()} if run.student_data else {}),
        **({"labels": dict(run.labels.emoji)} if run.labels != LabelSet() else {}),
        **({"columns": list(run.columns)} if run.columns != COLUMNS else {}),
    }


def _describe_base(base: str) -> dict[str, Any]:
    """A base on the Hub by its id; a folder by name, digest and, if it is a model of ours, how it was made."""
    folder = Path(base)
    if not folder.is_dir():
        return {"base": base, "base_sha256": None}
    digest = hashlib.sha256()
    for weights in sorted(folder.glob("*.safetensors")):
        digest.update(weights.read_bytes())
    described = {"base": folder.resolve().name, "base_sha256": digest.hexdigest()}
    try:
        return described | {"base_provenance": json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))}
    except FileNotFoundError:
        return described
    except ValueError as error:
        raise TrainingError(f"{folder / PROVENANCE}: damaged ({error}); export the model anew") from None


def _configure(run: TrainingRun, described: dict[str, Any]) -> ModelConfig:
    return ModelConfig(
        name=run.out.resolve().name,
        labels=run.labels.labels,
        emoji=dict(run.labels.emoji),
        max_tokens=run.settings.max_tokens,
        temperature=1.0,
        provenance=described,
    )


def _calibrate(artifact: Artifact, val: Sequence[LabeledTexts]) -> float:
    """The temperature of least log loss on val, fitted to the quantized weights, which are the ones that ship."""
    classifier = Classifier(artifact)
    logits = np.concatenate([classifier.compute_logits(split.texts, count_cores())[0] for split in val])
    targets = join_targets([make_targets(split, artifact.config.labels) for split in val])
    return round(fit_temperature(logits, targets), 4)


def _measure(
    artifact: Artifact,
    float32: bytes,
    reported: Sequence[LabeledTexts],
    epochs: list[EpochResult],
    equivalence: dict[str, Any],
) -> Artifact:
    """The artifact with its figures, beside those of the float32 weights that it was quantized from."""
    evaluations = []
    for name, weights in (("int8", artifact.weights), ("float32", float32)):
        variant = with_changes(artifact, weights=weights)
        emojifier = Emojifier(variant, Classifier(variant), count_cores())
        evaluations += [{"weights": name, **evaluate(emojifier, split).as_dict()} for split in reported]
    metrics = {
        "seed": artifact.config.provenance["settings"]["seed"],
        "epochs": [asdict(result) for result in epochs],
        "best_epoch": best_epoch(epochs).epoch,
        "equivalence": equivalence,
        "evaluations": evaluations,
        **describe_environment(),
    }
    return with_changes(artifact, metrics=metrics)

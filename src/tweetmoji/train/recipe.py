"""The whole way from datasets and a base model to an artefact: read, fine-tune, calibrate, export, measure.

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

from tweetmoji.data import LabelledTexts
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import SettingError, TrainingError
from tweetmoji.evaluate import evaluate
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.runtime.artefact import Artefact, check_replaceable, make_artefact, remake, write_artefact
from tweetmoji.runtime.classifier import Classifier
from tweetmoji.runtime.config import ModelConfig
from tweetmoji.runtime.emojifier import Emojifier, count_cores
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.calibrate import fit_temperature
from tweetmoji.train.checkpoints import Checkpoints, folder_beside
from tweetmoji.train.corpus import COLUMNS, Corpus, read_corpus
from tweetmoji.train.equivalence import compare_exports
from tweetmoji.train.export import export_onnx, quantise
from tweetmoji.train.fine_tune import EncodedTexts, EpochResult, ValidationSplit, best_epoch, fine_tune
from tweetmoji.train.labels import LabelSet
from tweetmoji.train.lessons import Lessons, encode_lessons, join_encoded
from tweetmoji.train.model import PROVENANCE, load_base
from tweetmoji.train.settings import SourceChoice, TrainSettings
from tweetmoji.train.targets import join_targets, make_targets

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingRun:
    """What to train from what, and where to.

    Attributes:
        data: Root of the datasets, or the folder of the one source; None if all are fetched.
        base: A Hugging Face model folder, or the id of a model on the Hub.
        out: Folder of the artefact to be made; for `tweetmoji.train.train_folds`, a file.
        settings: The numbers of the recipe.
        sources: What to train on.
        score_test: Whether to score the test splits too, once all is chosen. Not while recipes are compared.
        lessons: What to learn from a teacher besides.
        labels: Labels and emoji of the model.
        columns: Names of a table's text column and label column.

    Raises:
        SettingError: A model with labels of a user's own is to learn from a teacher, which knows the six emotions.
    """

    data: Path | None
    base: str
    out: Path
    settings: TrainSettings
    sources: tuple[SourceChoice, ...] = (SourceChoice("home"),)
    score_test: bool = True
    lessons: Lessons | None = None
    labels: LabelSet = field(default_factory=LabelSet)
    columns: tuple[str, str] = COLUMNS

    def __post_init__(self) -> None:
        if self.lessons and self.labels.labels != EMOTIONS:
            raise SettingError(
                f"a teacher answers {', '.join(EMOTIONS)}, and the model has {', '.join(self.labels.labels)}; "
                "expected a model with these emotions: leave out its lessons"
            )

    @property
    def checkpoints(self) -> Path:
        """Folder of the run's checkpoints, beside the artefact; may be removed once the artefact stands.

        They alone hold float32 weights, which `tweetmoji.train.export_hugging_face` takes.
        """
        return folder_beside(self.out)


def train(run: TrainingRun, *, resume: bool = False) -> Artefact:
    """Fine-tune, calibrate, export, quantise and measure a model, and write its artefact.

    Args:
        run: What to do.
        resume: Go on from the checkpoints that an earlier, stopped run with the same settings left.

    Returns:
        The artefact as written to ``run.out``.

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
    if run.lessons:
        texts = join_encoded([texts, encode_lessons(run.lessons, run.data, corpus.evaluation, tokenizer)])
    val = encode_val(tokenizer, corpus.val, labels)
    results = fine_tune(network, texts, val, labels, run.settings, checkpoints)
    logger.info("epoch %d was best on val; exporting", best_epoch(results).epoch)
    artefact = _export(run, described, network, tokenizer, corpus, results)
    write_artefact(artefact)
    return artefact


def _export(
    run: TrainingRun,
    described: dict[str, Any],
    network: Any,  # noqa: ANN401
    tokenizer: TweetTokenizer,
    corpus: Corpus,
    results: list[EpochResult],
) -> Artefact:
    """The trained network as an artefact: quantised, calibrated, compared with the network, and measured."""
    weights = export_onnx(network)
    candidate = make_artefact(
        run.out,
        config=_configure(run, described),
        weights=quantise(weights),
        tokenizer=tokenizer.to_json(),
        metrics={},
    )
    config = replace(candidate.config, temperature=_calibrate(candidate, corpus.val))
    calibrated = remake(candidate, config=config)
    equivalence = compare_exports(network, tokenizer, calibrated, weights, corpus.val)
    reported = [*corpus.val, *(corpus.test if run.score_test else [])]
    return _measure(calibrated, weights, reported, results, equivalence)


def encode(tokenizer: TweetTokenizer, parts: Sequence[LabelledTexts], labels: Sequence[str] = EMOTIONS) -> EncodedTexts:
    """Tokenize the texts of several sources, one after the other, with what they ask of a model with ``labels``."""
    return EncodedTexts(
        ids=[tokens.ids for part in parts for tokens in tokenizer.encode(part.texts)],
        targets=join_targets([make_targets(part, labels) for part in parts]),
        pad_id=tokenizer.pad_id,
    )


def encode_val(
    tokenizer: TweetTokenizer, splits: Sequence[LabelledTexts], labels: Sequence[str] = EMOTIONS
) -> list[ValidationSplit]:
    """Tokenize each validation split by itself, likewise."""
    return [ValidationSplit(split, encode(tokenizer, [split], labels)) for split in splits]


def describe_run(run: TrainingRun, corpus: Corpus) -> dict[str, Any]:
    """What makes this run this run; the base by name and digest, since its folder's path says nothing elsewhere.

    Labels and columns only where they are not the usual ones, so that a usual run is described as it always was.
    """
    return {
        **_describe_base(run.base),
        "data": corpus.describe(),
        "settings": asdict(run.settings),
        **({"lessons": run.lessons.describe()} if run.lessons else {}),
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


def _calibrate(artefact: Artefact, val: Sequence[LabelledTexts]) -> float:
    """The temperature of least log loss on val, fitted to the quantised weights, which are the ones that ship."""
    classifier = Classifier(artefact, count_cores())
    logits = np.concatenate([classifier.compute_logits(split.texts)[0] for split in val])
    targets = join_targets([make_targets(split, artefact.config.labels) for split in val])
    return round(fit_temperature(logits, targets), 4)


def _measure(
    artefact: Artefact,
    float32: bytes,
    reported: Sequence[LabelledTexts],
    epochs: list[EpochResult],
    equivalence: dict[str, Any],
) -> Artefact:
    """The artefact with its figures, beside those of the float32 weights that it was quantised from."""
    evaluations = []
    for name, weights in (("int8", artefact.weights), ("float32", float32)):
        variant = remake(artefact, weights=weights)
        emojifier = Emojifier(variant, Classifier(variant, count_cores()))
        evaluations += [{"weights": name, **evaluate(emojifier, split).as_dict()} for split in reported]
    metrics = {
        "seed": artefact.config.provenance["settings"]["seed"],
        "epochs": [asdict(result) for result in epochs],
        "best_epoch": best_epoch(epochs).epoch,
        "equivalence": equivalence,
        "evaluations": evaluations,
        **describe_environment(),
    }
    return remake(artefact, metrics=metrics)

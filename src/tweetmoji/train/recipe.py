"""The whole way from a dataset folder and a base model to an artefact: read, fine-tune, calibrate, export, measure.

Run it as ``tweetmoji train --data DIR --base DIR_OR_HUB_ID --out DIR``.
"""

import hashlib
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from tweetmoji.data import SPLITS, LabelledTexts, read_split
from tweetmoji.emotions import EMOJI, EMOTIONS
from tweetmoji.evaluate import evaluate
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.runtime.artefact import Artefact, check_replaceable, make_artefact, remake, write_artefact
from tweetmoji.runtime.classifier import Classifier
from tweetmoji.runtime.config import ModelConfig
from tweetmoji.runtime.emojifier import Emojifier, count_cores
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.calibrate import fit_temperature
from tweetmoji.train.checkpoints import Checkpoints
from tweetmoji.train.export import export_onnx, quantise
from tweetmoji.train.fine_tune import EncodedTexts, EpochResult, best_epoch, fine_tune
from tweetmoji.train.model import load_base
from tweetmoji.train.settings import TrainSettings

logger = logging.getLogger(__name__)

REPORTED_SPLITS: Final = ("val", "test")
"""Splits whose figures stand in ``metrics.json``: val, on which all was chosen, and test, for the report alone."""


@dataclass(frozen=True)
class TrainingRun:
    """What to train from what, and where to.

    Attributes:
        data: Folder with ``train.txt``, ``val.txt`` and ``test.txt``.
        base: A Hugging Face model folder, or the id of a model on the Hub.
        out: Folder of the artefact to be made.
        settings: The numbers of the recipe.
    """

    data: Path
    base: str
    out: Path
    settings: TrainSettings

    @property
    def checkpoints(self) -> Path:
        """Folder of the run's checkpoints, beside the artefact; may be removed once the artefact stands."""
        return self.out.with_name(f"{self.out.name}.checkpoints")


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
    data = {split: read_split(run.data, split, EMOTIONS) for split in SPLITS}
    network, tokenizer = load_base(run.base, EMOTIONS, run.settings)
    described = _describe_run(run, data)
    checkpoints = Checkpoints(run.checkpoints, described, resume=resume)
    encoded = {split: _encode(tokenizer, data[split]) for split in ("train", "val")}
    results = fine_tune(network, encoded["train"], encoded["val"], run.settings, checkpoints)
    logger.info("epoch %d was best on val; exporting", best_epoch(results).epoch)
    weights = export_onnx(network)
    candidate = make_artefact(
        run.out,
        config=_configure(run, described),
        weights=quantise(weights),
        tokenizer=tokenizer.to_json(),
        metrics={},
    )
    config = replace(candidate.config, temperature=_calibrate(candidate, data["val"]))
    artefact = _measure(remake(candidate, config=config), weights, data, results)
    write_artefact(artefact)
    return artefact


def _encode(tokenizer: TweetTokenizer, data: LabelledTexts) -> EncodedTexts:
    ids = [tokens.ids for tokens in tokenizer.encode(data.texts)]
    return EncodedTexts(ids=ids, targets=data.targets, labels=data.labels, pad_id=tokenizer.pad_id)


def _describe_run(run: TrainingRun, data: dict[str, LabelledTexts]) -> dict[str, Any]:
    """What makes this run this run; the base by name and digest, since its folder's path says nothing elsewhere."""
    digest = hashlib.sha256()
    for weights in sorted(Path(run.base).glob("*.safetensors")):
        digest.update(weights.read_bytes())
    return {
        "base": Path(run.base).resolve().name if Path(run.base).is_dir() else run.base,
        "base_sha256": digest.hexdigest() if Path(run.base).is_dir() else None,
        "data_sha256": {split: texts.sha256 for split, texts in data.items()},
        "settings": asdict(run.settings),
    }


def _configure(run: TrainingRun, described: dict[str, Any]) -> ModelConfig:
    return ModelConfig(
        name=run.out.resolve().name,
        labels=EMOTIONS,
        emoji=dict(EMOJI),
        max_tokens=run.settings.max_tokens,
        temperature=1.0,
        provenance=described,
    )


def _calibrate(artefact: Artefact, val: LabelledTexts) -> float:
    """The temperature of least log loss on val, fitted to the quantised weights, which are the ones that ship."""
    logits, _ = Classifier(artefact, count_cores()).compute_logits(val.texts)
    return round(fit_temperature(logits, val.targets), 4)


def _measure(artefact: Artefact, float32: bytes, data: dict[str, LabelledTexts], epochs: list[EpochResult]) -> Artefact:
    """The artefact with its figures, beside those of the float32 weights that it was quantised from."""
    evaluations = []
    for name, weights in (("int8", artefact.weights), ("float32", float32)):
        variant = remake(artefact, weights=weights)
        emojifier = Emojifier(variant, Classifier(variant, count_cores()))
        evaluations += [
            {"weights": name, **evaluate(emojifier, data[split], split).as_dict()} for split in REPORTED_SPLITS
        ]
    metrics = {
        "seed": artefact.config.provenance["settings"]["seed"],
        "epochs": [asdict(result) for result in epochs],
        "best_epoch": best_epoch(epochs).epoch,
        "evaluations": evaluations,
        **describe_environment(),
    }
    return remake(artefact, metrics=metrics)

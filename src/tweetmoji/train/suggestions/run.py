"""A model that also suggests emoji, made from a finished one: fit, quantize, calibrate, measure, write.

The encoder and all that it answered before stay as they are, to the bit: suggestions cost the labels nothing. On the
command line: ``tweetmoji train-suggestions --model DIR --data DIR --out DIR``.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import onnxruntime
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer

from tweetmoji.data import LabeledTexts, find_sources, leave_out, read_evaluation_splits
from tweetmoji.data.names import EMOJI_TWEETS
from tweetmoji.errors import DataError, TrainingError
from tweetmoji.evaluate import evaluate
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.runtime.artifact import Artifact, check_replaceable, read_artifact, with_changes, write_artifact
from tweetmoji.runtime.batches import group_by_length
from tweetmoji.runtime.classifier import BATCH_TOKENS, EMOJI_LOGITS, LOGITS, Classifier
from tweetmoji.runtime.config import SuggestionHead
from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.calibration import calibrate_suggestions
from tweetmoji.train.jobs import SUGGESTIONS, SuggestionsRun
from tweetmoji.train.suggestions.head_graph import add_head, read_model, with_outputs
from tweetmoji.train.suggestions.regression import Float32, HeadWeights, fit_head
from tweetmoji.train.suggestions.token_grams import count_grams

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Tweets:
    """The emoji tweets of a run.

    Attributes:
        train: Those to learn from.
        val: Those to calibrate and score on.
        removed: Training tweets left out because an evaluation split has them.
    """

    train: LabeledTexts
    val: LabeledTexts
    removed: int


@dataclass(frozen=True, eq=False)
class _Inputs:
    """What the head reads of n texts.

    Attributes:
        values: Name of a value of the encoder to a float32 array of shape (n, width).
        grams: float32 matrix of shape (n, buckets).
        logits: float32 array of shape (n, columns), of the labels and none.
    """

    values: dict[str, Float32]
    grams: csr_matrix
    logits: Float32

    @property
    def features(self) -> Float32:
        """All values side by side."""
        return np.hstack(list(self.values.values()))


def train_suggestions(run: SuggestionsRun) -> Artifact:
    """Give a model the output that suggests emoji, and write it.

    The same inputs give the same model, so a stopped run is just run again. A model that suggests emoji already gets
    new weights for them.

    Args:
        run: The model, the datasets, and what to write.

    Returns:
        The artifact as written to ``run.out``.

    Raises:
        ArtifactError: The model is missing or damaged, or ``run.out`` holds something that is not a model.
        DataError: A dataset file is missing or damaged, or an emoji has no training tweet.
        TrainingError: The model is not of BERT's architecture, or would answer otherwise with the new output.
    """
    check_replaceable(run.out)
    artifact = read_artifact(run.model)
    tweets = _read_tweets(run)
    model, names = read_model(artifact.weights)
    reader = _Reader(artifact, with_outputs(model, names), names, run.settings.buckets)
    logger.info("reading %d tweets with the encoder", len(tweets.train) + len(tweets.val))
    train, val = reader.read(tweets.train.texts), reader.read(tweets.val.texts)
    logger.info("fitting the weights of %d emoji", len(tweets.train.labels))
    weights = fit_head(train.features, train.grams, tweets.train.targets, len(tweets.train.labels), run.settings)
    ranges = {name: (value.min(axis=0), value.max(axis=0)) for name, value in train.values.items()}
    config = replace(
        artifact.config,
        name=run.out.resolve().name,
        suggestions=SuggestionHead(tweets.train.labels, temperature=1.0),
        provenance=artifact.config.provenance | {SUGGESTIONS: _describe(run, tweets)},
    )
    made = with_changes(replace(artifact, folder=run.out), config=config, weights=add_head(model, ranges, weights))
    made = calibrate_suggestions(made, tweets.val)
    made = with_changes(made, metrics=_measure(made, tweets.val, _compare(made, val, weights, tweets.val)))
    write_artifact(made)
    return made


def _read_tweets(run: SuggestionsRun) -> _Tweets:
    """Read the emoji tweets, without those that any evaluation split has."""
    sources = find_sources(run.data, own_data=run.own_data)
    found = next((source for source in sources if source.name == EMOJI_TWEETS), None)
    if found is None:
        raise DataError(f"{run.data}: no folder tweeteval-emoji; expected TweetEval's emoji task there: fetch it")
    whole = found.read("train")
    train = leave_out(whole, read_evaluation_splits(sources))
    counts = np.bincount(train.targets, minlength=len(train.labels))
    if not counts.all():
        raise DataError(
            f"{run.data}: no training tweet has {train.labels[int(counts.argmin())]}; expected tweets of each emoji of "
            "mapping.txt: fetch the files again"
        )
    return _Tweets(train, found.read("val"), removed=len(whole) - len(train))


def _describe(run: SuggestionsRun, tweets: _Tweets) -> dict[str, Any]:
    """Describe what the suggestions were learned from, as plain JSON types."""
    return {
        "data": {
            EMOJI_TWEETS: {
                "train_texts": len(tweets.train),
                "removed_texts": tweets.removed,
                "sha256": {part.split: part.sha256 for part in (tweets.train, tweets.val)},
            }
        },
        "settings": asdict(run.settings),
    }


class _Reader:
    """Tokenizer and encoder of a model."""

    def __init__(self, artifact: Artifact, weights: bytes, names: tuple[str, ...], buckets: int) -> None:
        self._tokenizer = TweetTokenizer(Tokenizer.from_str(artifact.tokenizer), artifact.config.max_tokens)
        self._session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
        self._names, self._buckets = names, buckets

    def read(self, texts: Sequence[str]) -> _Inputs:
        """Run the encoder over texts, and count their n-grams."""
        ids = [tokens.ids for tokens in self._tokenizer.encode(texts)]
        rows: list[list[Float32]] = [[] for _ in ids]
        for batch in group_by_length([len(row) for row in ids], max_tokens=BATCH_TOKENS, max_texts=len(ids)):
            given = {"input_ids": np.array([ids[i] for i in batch], dtype=np.int64)}
            outputs = self._session.run([LOGITS, *self._names], given)
            for at, i in enumerate(batch):
                rows[i] = [output[at] for output in outputs]
        logits, *values = (np.stack(column) for column in zip(*rows, strict=True))
        return _Inputs(dict(zip(self._names, values, strict=True)), count_grams(ids, self._buckets), logits)


def _compare(artifact: Artifact, inputs: _Inputs, weights: HeadWeights, data: LabeledTexts) -> dict[str, Any]:
    """Compare the outputs of the written graph with what they should be.

    Raises:
        TrainingError: The logits of the labels changed.
    """
    classifier = Classifier(artifact)
    logits, emoji = (
        classifier.compute_logits(data.texts, count_cores(), output)[0] for output in (LOGITS, EMOJI_LOGITS)
    )
    if not np.array_equal(logits, inputs.logits):
        raise TrainingError(
            f"{artifact.folder}: the logits of the labels differ by up to {np.abs(logits - inputs.logits).max():.1g} "
            "from those of the model without suggestions; expected the same: try another version of onnxruntime"
        )
    temperature = artifact.config.suggestions.temperature if artifact.config.suggestions else 1.0
    float32 = softmax(weights.compute_logits(inputs.features, inputs.grams), temperature)
    int8 = softmax(emoji, temperature)
    return {
        "texts": len(data),
        "float32_to_int8": float(np.abs(float32 - int8).max()),
        "changed_first": float((float32.argmax(axis=1) != int8.argmax(axis=1)).mean()),
    }


def _measure(artifact: Artifact, val: LabeledTexts, parity: dict[str, Any]) -> dict[str, Any]:
    """The metrics that the model had, which hold on, and those of its suggestions."""
    scored = evaluate(Emojifier(artifact, Classifier(artifact), count_cores()), val).as_dict()
    # the logits of the labels are those of the model before, to the bit, and so is what was measured on them
    measured = [row for row in artifact.metrics.get("evaluations", []) if row["source"] != EMOJI_TWEETS]
    kept = [row | {"model": scored["model"]} for row in measured]
    return artifact.metrics | {
        "evaluations": [*kept, {"weights": "int8", **scored}],
        SUGGESTIONS: {"parity": parity, **describe_environment()},
    }

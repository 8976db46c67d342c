"""The public face of the runtime: `load` a model, call the `Emojifier`, get `Prediction` objects."""

import os
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tweetmoji.errors import SettingError
from tweetmoji.runtime.artifact import SHIPPED, Artifact, read_artifact
from tweetmoji.runtime.cores import count_cores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tweetmoji.runtime.classifier import Classifier


@dataclass(frozen=True)
class Prediction:
    """The prediction for one text.

    Attributes:
        emoji: The emoji that fits best, or None if the confidence is below ``min_confidence``.
        label: The label that the emoji stands for; None where the emoji is.
        confidence: Calibrated probability of the most probable label, 0 to 1.
        scores: Label to probability, in label order; the values sum to 1.
        truncated: Whether the text had more tokens than the model reads.
    """

    emoji: str | None
    label: str | None
    confidence: float
    scores: dict[str, float]
    truncated: bool


class Emojifier:
    """Predicts the emoji of tweets. Safe to share among threads.

    A prediction depends on its text and the model only, never on other texts, their order or the number of threads.
    """

    def __init__(self, artifact: Artifact, classifier: "Classifier", threads: int) -> None:
        """Put a model together; users call `load` instead."""
        # not the artifact itself: the engine has its own copy of the weights, 23 MB of the shipped model
        self._config = artifact.config
        self._metrics = artifact.metrics
        self._version = artifact.version
        self._classifier = classifier
        self._threads = threads

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names, in the order of the columns of `predict_proba`."""
        return self._config.labels

    @property
    def emoji(self) -> dict[str, str]:
        """Label to emoji, in label order."""
        return {label: self._config.emoji[label] for label in self.labels}

    @property
    def name(self) -> str:
        """The model's name."""
        return self._config.name

    @property
    def version(self) -> str:
        """The model's version: the first 12 hex digits of the SHA-256 of its weights."""
        return self._version

    @property
    def metrics(self) -> dict[str, Any]:
        """What was measured of the model: the object of its ``metrics.json``."""
        return self._metrics

    @property
    def max_tokens(self) -> int:
        """Most tokens that are read of a text, special tokens included."""
        return self._config.max_tokens

    @property
    def threads(self) -> int:
        """Most threads that a list of texts is shared among."""
        return self._threads

    def with_threads(self, threads: int) -> "Emojifier":
        """Give the same model, loaded once, another number of threads.

        Raises:
            SettingError: ``threads`` is no whole number above 0.
        """
        check_threads(threads)
        other = copy(self)
        other._threads = threads
        return other

    def __call__(self, text: str, *, min_confidence: float = 0.0) -> Prediction:
        """Predict the emoji of one text; see `predict`."""
        if not isinstance(text, str):
            raise TypeError(f"text is {_describe(text)}; expected a str (for many texts, call predict)")
        return self.predict([text], min_confidence=min_confidence)[0]

    def predict(self, texts: Iterable[str], *, min_confidence: float = 0.0) -> list[Prediction]:
        """Predict the emoji of texts, one `Prediction` for each, in order.

        Any string gets a prediction. That of an empty string or of spaces is the model's for no words at all. Lone
        surrogates are read as U+FFFD. Of a long text the first tokens are read (128 for the shipped model), and nothing
        beyond its first million code points.

        Args:
            texts: The texts; a list of 50,000 takes bounded memory.
            min_confidence: 0 to 1; below it ``emoji`` and ``label`` are None.

        Raises:
            TypeError: ``texts`` is a single str, or holds something else than str.
            SettingError: ``min_confidence`` is no number from 0 to 1.
            ArtifactError: The model computes no finite numbers for one of the texts.
        """
        check_confidence(min_confidence)
        probabilities, truncated = self._classifier.classify(_check_texts(texts), self._threads)
        return [
            self._make_prediction(row, cut, min_confidence)
            for row, cut in zip(probabilities.tolist(), truncated, strict=True)
        ]

    def predict_proba(self, texts: Iterable[str]) -> "NDArray[np.float32]":
        """Compute the probabilities of every label for each text.

        Returns:
            float32 array of shape (n, len(labels)); rows sum to 1, columns are in the order of `labels`.

        Raises:
            TypeError: ``texts`` is a single str, or holds something else than str.
            ArtifactError: The model computes no finite numbers for one of the texts.
        """
        return self._classifier.classify(_check_texts(texts), self._threads)[0]

    def _make_prediction(self, row: list[float], truncated: bool, min_confidence: float) -> Prediction:
        confidence = max(row)
        label = self.labels[row.index(confidence)]
        sure = confidence >= min_confidence
        return Prediction(
            emoji=self._config.emoji[label] if sure else None,
            label=label if sure else None,
            confidence=confidence,
            scores=dict(zip(self.labels, row, strict=True)),
            truncated=truncated,
        )


def load(
    path: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    emoji: Mapping[str, str] | None = None,
) -> Emojifier:
    """Load a model.

    Args:
        path: A model folder; None for the one that ships with the package.
        threads: Most threads that a list of texts is shared among; None for one on each core that this process may
            use. A single text runs in the calling thread.
        emoji: Label to emoji, to replace some of the model's without retraining.

    Raises:
        ArtifactError: The folder is missing, incomplete, damaged, foreign or newer than this program.
        SettingError: ``threads`` is no whole number above 0, or ``emoji`` has a label that the model does not have.
    """
    from tweetmoji.runtime.classifier import Classifier  # imports the engine, which takes a while

    threads = count_cores() if threads is None else threads
    check_threads(threads)
    artifact = read_artifact(SHIPPED if path is None else Path(path))
    if emoji:
        artifact = _replace_emoji(artifact, emoji)
    return Emojifier(artifact, Classifier(artifact), threads)


def check_threads(threads: int) -> None:
    """Refuse a number of threads that is no whole number above 0.

    Raises:
        SettingError: It is not.
    """
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 1:
        raise SettingError(f"threads is {threads!r}; expected a whole number above 0, or None for all cores")


def check_confidence(value: float) -> None:
    """Refuse a minimum confidence that is no number from 0 to 1.

    Raises:
        SettingError: It is not.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value <= 1:
        raise SettingError(f"min_confidence is {value!r}; expected a number from 0 to 1")


def _replace_emoji(artifact: Artifact, emoji: Mapping[str, str]) -> Artifact:
    if not isinstance(emoji, Mapping):
        raise TypeError(f"emoji is {_describe(emoji)}; expected a mapping of label to emoji")
    for label, symbol in emoji.items():
        if label not in artifact.config.labels:
            raise SettingError(
                f"emoji for {label!r}, which is no label of this model; expected {', '.join(artifact.config.labels)}"
            )
        if not isinstance(symbol, str) or not symbol.strip():
            raise SettingError(f"the emoji for {label!r} is {symbol!r}; expected a string that is not empty")
    return replace(artifact, config=replace(artifact.config, emoji=artifact.config.emoji | dict(emoji)))


def _check_texts(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise TypeError(f"texts is {_describe(texts)}; expected a list of str (for one text, call the object itself)")
    listed = list(texts)
    for i, text in enumerate(listed):
        if not isinstance(text, str):
            raise TypeError(f"texts[{i}] is {_describe(text)}; expected a str")
    return listed


def _describe(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"

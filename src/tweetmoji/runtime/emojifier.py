"""The public face of the runtime: `load` a model, call the `Emojifier`, get `Prediction` objects."""

import os
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tweetmoji.runtime.artifact import SHIPPED, Artifact, read_artifact
from tweetmoji.runtime.checks import check_confidence, check_emoji, check_k, check_text, check_texts, check_threads
from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.prior import check_prior, compute_log_weights
from tweetmoji.runtime.suggestions import Suggestion, rank_suggestions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tweetmoji.runtime.classifier import Classifier
    from tweetmoji.runtime.explain import Explanation
    from tweetmoji.runtime.observer import Observer


@dataclass(frozen=True)
class Prediction:
    """The prediction for one text.

    Attributes:
        emoji: The emoji that fits best, or None if the confidence is below ``min_confidence``.
        label: The label that the emoji stands for; None where the emoji is.
        confidence: Calibrated probability that the text has the most probable label, 0 to 1: that label's score times
            1 - ``none``.
        none: Calibrated probability that the text has none of the labels, 0 to 1; None if the model cannot tell, and
            the confidence is then the score.
        scores: Label to probability, in label order, given that the text has one of the labels; the values sum to 1.
        truncated: Whether the text had more tokens than the model reads.
    """

    emoji: str | None
    label: str | None
    confidence: float
    none: float | None
    scores: dict[str, float]
    truncated: bool

    def hide_below(self, min_confidence: float) -> "Prediction":
        """Give the same without emoji and label, if its confidence is below ``min_confidence``, 0 to 1."""
        return self if self.confidence >= min_confidence else replace(self, emoji=None, label=None)


class Emojifier:
    """Predicts the emoji of tweets. Safe to share among threads.

    A prediction depends on its text, the model and the prior only, never on other texts, their order or the number of
    threads.
    """

    def __init__(
        self,
        artifact: Artifact,
        classifier: "Classifier",
        threads: int,
        prior: str | Mapping[str, float] | None = None,
    ) -> None:
        """Put a model together; users call `load` instead."""
        # not the artifact itself: the engine has its own copy of the weights, 23 MB of the shipped model
        self._config = artifact.config
        self._metrics = artifact.metrics
        self._version = artifact.version
        self._digest = artifact.digest
        self._classifier = classifier
        self._threads = threads
        self._prior: dict[str, float] | None = None
        self._log_weights: list[float] | None = None
        if prior is not None:
            self._prior = check_prior(prior, self.labels)
            self._log_weights = compute_log_weights(self._prior, self._config.prior)

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names, in the order of the columns of `predict_proba`."""
        return self._config.labels

    @property
    def emoji(self) -> dict[str, str]:
        """Label to emoji, in label order."""
        return {label: self._config.emoji[label] for label in self.labels}

    @property
    def prior(self) -> dict[str, float]:
        """Label to the share that the probabilities assume, in label order: the model's own, or the one of `load`."""
        return {label: (self._prior or self._config.prior)[label] for label in self.labels}

    @property
    def has_own_prior(self) -> bool:
        """Whether `prior` is the model's own, with which its `metrics` were measured."""
        return self._prior is None or self._prior == self._config.prior

    @property
    def suggestions(self) -> tuple[str, ...]:
        """The emoji that the model suggests, in the order of the columns of `suggest_proba`; empty if it cannot."""
        return self._config.suggestions.emoji if self._config.suggestions else ()

    @property
    def knows_none(self) -> bool:
        """Whether the model can tell that a text has none of the labels."""
        return self._config.none is not None

    @property
    def name(self) -> str:
        """The model's name."""
        return self._config.name

    @property
    def version(self) -> str:
        """The model's version: the first 12 hex digits of the SHA-256 of its weights."""
        return self._version

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the model's files that an answer depends on."""
        return self._digest

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

    def with_observer(self, observer: "Observer") -> "Emojifier":
        """Give the same model, loaded once, with an observer that hears of the work of every call."""
        other = copy(self)
        other._classifier = self._classifier.with_observer(observer)
        return other

    def __call__(self, text: str, *, min_confidence: float = 0.0) -> Prediction:
        """Predict the emoji of one text; see `predict`."""
        check_text(text, " (for many texts, call predict)")
        return self.predict([text], min_confidence=min_confidence)[0]

    def predict(self, texts: Iterable[str], *, min_confidence: float = 0.0) -> list[Prediction]:
        """Predict the emoji of texts, one `Prediction` for each, in order.

        Any string gets a prediction. That of an empty string or of spaces is the model's for no words at all. Lone
        surrogates are read as U+FFFD. Of a long text the first tokens are read (128 for the shipped model), and nothing
        beyond its first million code points.

        Args:
            texts: The texts; a list of 50,000 takes bounded memory.
            min_confidence: 0 to 1; where the confidence is below it, ``emoji`` and ``label`` are None.

        Raises:
            TypeError: ``texts`` is a single str, or holds something else than str.
            SettingError: ``min_confidence`` is no number from 0 to 1.
            ArtifactError: The model computes no finite numbers for one of the texts.
        """
        check_confidence(min_confidence)
        found = self._classifier.classify(check_texts(texts), self._threads, self._log_weights)
        rows = found.probabilities.tolist()
        none = [None] * len(rows) if found.none is None else found.none.tolist()
        predictions = (self._make_prediction(*parts) for parts in zip(rows, none, found.truncated, strict=True))
        return [prediction.hide_below(min_confidence) for prediction in predictions]

    def predict_proba(self, texts: Iterable[str]) -> "NDArray[np.float32]":
        """Compute the probabilities of every label for each text, given that it has one of them.

        Returns:
            float32 array of shape (n, len(labels)); rows sum to 1, columns are in the order of `labels`.

        Raises:
            TypeError: ``texts`` is a single str, or holds something else than str.
            ArtifactError: The model computes no finite numbers for one of the texts.
        """
        return self._classifier.classify(check_texts(texts), self._threads, self._log_weights).probabilities

    def explain(self, text: str) -> "Explanation":
        """Predict the emoji of one text, and say how much each of its words supports it.

        The text is predicted once more without each word; see `WordWeight`. Weights compare scores: where the model
        knows none, they say which label a word speaks for, given that there is one.

        Args:
            text: Any string, read as `predict` reads it, of at most 64 words.

        Raises:
            TypeError: ``text`` is no str.
            TooManyWordsError: ``text`` has more words.
            ArtifactError: The model computes no finite numbers for the text, or without one of its words.
        """
        from tweetmoji.runtime.explain import find_weighed_words, list_variants, weigh_words  # imports this module

        check_text(text)
        words = find_weighed_words(text)
        return weigh_words(words, self.predict(list_variants(text, words)))

    def suggest(self, text: str, k: int = 3) -> list[Suggestion]:
        """Suggest emoji for one text: what people would add to it, not what it feels.

        Args:
            text: Any string, read as `predict` reads it.
            k: Most suggestions, above 0; a model has the emoji of `suggestions`.

        Returns:
            The ``k`` most probable emoji, or all if there are fewer; the most probable first.

        Raises:
            TypeError: ``text`` is no str.
            SettingError: ``k`` is no whole number above 0.
            NoSuggestionsError: The model has no suggestions.
            ArtifactError: The model computes no finite numbers for the text.
        """
        check_text(text, " (for many texts, call suggest_proba)")
        check_k(k)
        return rank_suggestions(self.suggest_proba([text]), self.suggestions, k)[0]

    def suggest_proba(self, texts: Iterable[str]) -> "NDArray[np.float32]":
        """Compute the probabilities of every emoji that the model suggests for each text; no prior changes them.

        Returns:
            float32 array of shape (n, len(suggestions)); rows sum to 1, columns are in the order of `suggestions`.

        Raises:
            TypeError: ``texts`` is a single str, or holds something else than str.
            NoSuggestionsError: The model has no suggestions.
            ArtifactError: The model computes no finite numbers for one of the texts.
        """
        return self._classifier.suggest(check_texts(texts), self._threads)

    def _make_prediction(self, row: list[float], none: float | None, truncated: bool) -> Prediction:
        score = max(row)
        label = self.labels[row.index(score)]
        return Prediction(
            emoji=self._config.emoji[label],
            label=label,
            confidence=score if none is None else (1 - none) * score,
            none=none,
            scores=dict(zip(self.labels, row, strict=True)),
            truncated=truncated,
        )


def load(
    path: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    emoji: Mapping[str, str] | None = None,
    prior: str | Mapping[str, float] | None = None,
) -> Emojifier:
    """Load a model.

    Args:
        path: A model folder; None for the one that ships with the package.
        threads: Most threads that a list of texts is shared among; None for one on each core that this process may
            use. A single text runs in the calling thread.
        emoji: Label to emoji, to replace some of the model's without retraining.
        prior: How often each label comes among the texts to predict: label to share, all labels, in sum 1; "uniform"
            for equal shares; None for the shares that the model assumes. The probabilities of the labels are corrected
            for it (Saerens et al. 2002).

    Raises:
        ArtifactError: The folder is missing, incomplete, damaged, foreign, or older or newer than this program.
        TypeError: ``emoji`` is no mapping, or ``prior`` neither a mapping nor a str.
        SettingError: ``threads`` is no whole number above 0, ``emoji`` has a label that the model does not have, or
            ``prior`` is no share above 0 for each label, in sum 1.
    """
    from tweetmoji.runtime.classifier import Classifier  # imports the engine, which takes a while

    threads = count_cores() if threads is None else threads
    check_threads(threads)
    artifact = read_artifact(SHIPPED if path is None else Path(path))
    if emoji:
        check_emoji(emoji, artifact.config.labels)
        artifact = replace(artifact, config=replace(artifact.config, emoji=artifact.config.emoji | dict(emoji)))
    return Emojifier(artifact, Classifier(artifact), threads, prior)

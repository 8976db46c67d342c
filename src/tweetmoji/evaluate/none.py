"""How well a model tells texts without an emotion from others, and what it answers where none is an answer too."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import sklearn.metrics
from numpy.typing import NDArray

from tweetmoji.evaluate.answers import Answers
from tweetmoji.evaluate.curves import SelectivePoint, make_selective_curve
from tweetmoji.evaluate.intervals import Interval, bootstrap, score_rows
from tweetmoji.evaluate.metrics import calibration_error, confidence_bins


@dataclass(frozen=True)
class NoneMetrics:
    """Metrics of all texts of a split, those without an emotion included.

    Attributes:
        n: Number of texts without an emotion.
        confidence_roc_auc: Area under the ROC curve of the confidence, [0, 1]: how often a text with an emotion has a
            higher one than a text without; 0.5 is chance.
        none_roc_auc: The same of the probability of none: how often it is higher for a text without an emotion.
        accuracy: Share of correct answers, [0, 1]; none is an answer, see `tweetmoji.evaluate.answers`.
        macro_f1: Mean F1 of the classes, none among them, that occur among targets or answers, [0, 1].
        ece: Expected calibration error of the confidence, [0, 1], in the bins of `tweetmoji.evaluate.metrics`: a
            prediction is correct if the class of the highest score is the true one, never for a text of none.
        intervals: Each of these metrics to its 95 % bootstrap interval.
        selective: Points of the selective accuracy curve of the confidence; correct means the same as for ``ece``.
    """

    n: int
    confidence_roc_auc: float
    none_roc_auc: float
    accuracy: float
    macro_f1: float
    ece: float
    intervals: dict[str, Interval]
    selective: tuple[SelectivePoint, ...]

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        plain = asdict(self)
        return plain | {"selective": list(plain["selective"])}


def measure_none(answers: Answers, *, resamples: int = 1000, seed: int = 0) -> NoneMetrics | None:
    """Score a model on texts with and without an emotion.

    The areas under the ROC curves are scikit-learn's roc_auc_score.

    Args:
        answers: The model's.
        resamples: Number of bootstrap resamples for the intervals, at least 2.
        seed: Seed of the resamples.

    Returns:
        The metrics, or None if the model gives no probability of none or if all texts have an emotion, or none has.
    """
    emotional = answers.has_emotion
    if answers.none is None or emotional.all() or not emotional.any():
        return None
    confidence, none, correct = answers.confidence, answers.none, answers.best == answers.targets
    classes = len(answers.labels)
    rows = score_rows(np.eye(classes)[answers.predictions], answers.targets, answers.labels)
    ranks = [np.unique(values, return_inverse=True)[1] for values in (confidence, none)]
    bins, gaps = confidence_bins(confidence), confidence - correct

    def compute(counts: NDArray[np.int64]) -> dict[str, float]:
        shared = rows.metrics(counts)
        return {
            "confidence_roc_auc": compute_roc_auc(ranks[0], emotional, counts),
            "none_roc_auc": compute_roc_auc(ranks[1], ~emotional, counts),
            "accuracy": shared["accuracy"],
            "macro_f1": shared["macro_f1"],
            "ece": float(np.abs(np.bincount(bins, counts * gaps)).sum() / counts.sum()),
        }

    return NoneMetrics(
        n=int((~emotional).sum()),
        confidence_roc_auc=float(sklearn.metrics.roc_auc_score(emotional, confidence)),
        none_roc_auc=float(sklearn.metrics.roc_auc_score(~emotional, none)),
        accuracy=float(sklearn.metrics.accuracy_score(answers.targets, answers.predictions)),
        macro_f1=float(
            sklearn.metrics.f1_score(answers.targets, answers.predictions, average="macro", zero_division=0)
        ),
        ece=calibration_error(confidence, correct),
        intervals=bootstrap(compute, len(emotional), resamples=resamples, seed=seed),
        selective=make_selective_curve(confidence, correct),
    )


def compute_roc_auc(ranks: NDArray[np.int64], positive: NDArray[np.bool_], counts: NDArray[np.int64]) -> float:
    """Compute the area under the ROC curve of a resample, from the Mann-Whitney statistic: ranks are made only once.

    Args:
        ranks: int64 array of shape (n,), the place of each text's value among the different values, from 0.
        positive: Bool array of shape (n,), whether each text is one whose value is to be high.
        counts: int64 array of shape (n,): how often each text is in the resample.

    Returns:
        The area, [0, 1], as scikit-learn's roc_auc_score gives it with the counts as weights; 0.5 for a resample of
        positive or of negative texts alone, for which there is no curve.
    """
    positives = np.bincount(ranks, counts * positive)
    negatives = np.bincount(ranks, counts * ~positive)
    pairs = positives.sum() * negatives.sum()
    lower = negatives.cumsum() - negatives
    return float(positives @ (lower + negatives / 2) / pairs) if pairs else 0.5

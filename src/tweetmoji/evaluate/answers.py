"""Answers of a model to texts that may have no emotion: one of the classes, or none.

A model's scores are probabilities of its labels given that a text has one of them; whether it has one is another
probability. The answer is none where that of none is above `MIN_NONE`, and else the class of the highest score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts
from tweetmoji.data.class_map import marginalize
from tweetmoji.emotions import NONE
from tweetmoji.errors import SettingError
from tweetmoji.runtime.emojifier import Emojifier

MIN_NONE: Final = 0.5
"""Probability of none above which none is the answer: it is then more probable than all labels together."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model answers to n texts of a split that has the class none.

    Attributes:
        labels: The classes, none among them.
        targets: int64 array of shape (n,), the true classes.
        scores: float64 array of shape (n, len(labels) - 1), the probabilities of the other classes, in order, given
            that a text has one; rows sum to 1.
        predictions: int64 array of shape (n,), the answers; never none from a model that cannot tell.
        best: int64 array of shape (n,), the classes of the highest score, which are never none.
        confidence: float64 array of shape (n,): the highest score times 1 - ``none``, [0, 1].
        none: float64 array of shape (n,), the probability of none, [0, 1]; None if the model cannot tell.
    """

    labels: tuple[str, ...]
    targets: NDArray[np.int64]
    scores: NDArray[np.float64]
    predictions: NDArray[np.int64]
    best: NDArray[np.int64]
    confidence: NDArray[np.float64]
    none: NDArray[np.float64] | None

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Whether each answer is the true class; bool array of shape (n,)."""
        correct: NDArray[np.bool_] = self.predictions == self.targets
        return correct

    @property
    def has_emotion(self) -> NDArray[np.bool_]:
        """Whether each text's true class is another one than none; bool array of shape (n,)."""
        has_emotion: NDArray[np.bool_] = self.targets != self.labels.index(NONE)
        return has_emotion


def predict_answers(emojifier: Emojifier, data: LabeledTexts) -> Answers:
    """Predict a class or none for each text of a split.

    Args:
        emojifier: The model.
        data: Texts and targets, with none among the classes.

    Raises:
        SettingError: The class map of the data names a label that the model does not have.
    """
    class_map = {label: counted for label, counted in data.class_map.items() if label != NONE}
    check_labels(emojifier, data.source, class_map)
    found = emojifier.predict(data.texts)
    scores = marginalize(np.array([list(row.scores.values()) for row in found]), emojifier.labels, class_map)
    columns = np.array([data.labels.index(label) for label in class_map], dtype=np.int64)
    best = columns[scores.argmax(axis=1)]
    values = [row.none for row in found if row.none is not None]
    none = np.array(values, dtype=np.float64) if values else None
    shares = np.zeros(len(found)) if none is None else none
    return Answers(
        labels=data.labels,
        targets=data.targets,
        scores=scores,
        predictions=np.where(shares > MIN_NONE, data.labels.index(NONE), best),
        best=best,
        confidence=(1 - shares) * scores.max(axis=1),
        none=none,
    )


def check_labels(emojifier: Emojifier, source: str, class_map: Mapping[str, Sequence[str]]) -> None:
    """Refuse a model that lacks a label that a source's classes count.

    Raises:
        SettingError: It does.
    """
    needed = {label for counted in class_map.values() for label in counted}
    if unknown := needed - set(emojifier.labels):
        raise SettingError(
            f"source {source} needs the labels {', '.join(sorted(unknown))}, and {emojifier.name} has the labels "
            f"{', '.join(emojifier.labels)}; choose another --source"
        )

"""The most confident mistakes of a model: where to look for misread texts and wrong labels."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts
from tweetmoji.files import replacing

MAX_MISTAKES: Final = 50
"""Mistakes listed of a split: as many as a person reads."""


@dataclass(frozen=True)
class Mistake:
    """A wrong prediction: the text's row in its file, label and predicted label, and the confidence, [0, 1]."""

    row: int
    label: str
    predicted: str
    confidence: float
    text: str


def find_mistakes(data: LabeledTexts, probabilities: NDArray[np.float64]) -> list[Mistake]:
    """Find the wrong predictions, most confident first, at most `MAX_MISTAKES`.

    Args:
        data: Texts and targets.
        probabilities: float64 array of shape (n, len(data.labels)), as `tweetmoji.evaluate.evaluation.predict_classes`
            gives it.
    """
    predictions, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(predictions != data.targets)
    ranked = wrong[np.argsort(-confidence[wrong], kind="stable")][:MAX_MISTAKES]
    return [
        Mistake(
            row=int(data.rows[i]),
            label=data.labels[data.targets[i]],
            predicted=data.labels[predictions[i]],
            confidence=float(confidence[i]),
            text=data.texts[i],
        )
        for i in ranked
    ]


def write_mistakes(folder: Path, data: LabeledTexts, mistakes: list[Mistake]) -> Path:
    """Write mistakes as CSV into a folder that git ignores, because their texts are rows of a dataset.

    Args:
        folder: Made if missing, with a ``.gitignore`` for everything in it.
        data: Names the file.
        mistakes: The mistakes.

    Returns:
        Path of the file.

    Raises:
        OSError: The folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    path = folder / f"{data.source}-{data.split}.csv"
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="replace", newline="") as file,  # JSONL can hold lone surrogates
    ):
        writer = csv.writer(file)
        writer.writerow(["row", "label", "predicted", "confidence", "text"])
        writer.writerows([m.row, m.label, m.predicted, f"{m.confidence:.4f}", m.text] for m in mistakes)
    return path

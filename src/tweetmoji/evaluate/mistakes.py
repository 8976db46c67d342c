"""The most confident mistakes of a model: where to look first for what it misreads, or for what is labeled wrong."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts
from tweetmoji.files import replacing

LISTED: Final = 50
"""Mistakes that are listed of a split: as many as a person reads."""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer: the text's row in its file, both labels, and the confidence, [0, 1]."""

    row: int
    label: str
    answer: str
    confidence: float
    text: str


def find_mistakes(data: LabeledTexts, probabilities: NDArray[np.float64], most: int = LISTED) -> list[Mistake]:
    """The wrong answers, the most confident first.

    Args:
        data: Texts and targets.
        probabilities: float64 array of shape (n, len(data.labels)), as `tweetmoji.evaluate.evaluation.answer` gives it.
        most: How many to give.
    """
    answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != data.targets)
    ranked = wrong[np.argsort(-confidence[wrong], kind="stable")][:most]
    return [
        Mistake(
            row=int(data.rows[i]),
            label=data.labels[data.targets[i]],
            answer=data.labels[answers[i]],
            confidence=float(confidence[i]),
            text=data.texts[i],
        )
        for i in ranked
    ]


def write_mistakes(folder: Path, data: LabeledTexts, mistakes: list[Mistake]) -> Path:
    """Write a listing into a folder that git ignores, since its texts are rows of the dataset.

    Args:
        folder: Is made if need be, with a ``.gitignore`` of all that it holds.
        data: Names the listing.
        mistakes: What to list.

    Returns:
        Path of the listing, a CSV file.

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
        writer.writerow(["row", "label", "answer", "confidence", "text"])
        writer.writerows([m.row, m.label, m.answer, f"{m.confidence:.4f}", m.text] for m in mistakes)
    return path

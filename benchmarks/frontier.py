"""Logit adjustment: how much accuracy would more recall of the rare emotions cost?

Predicts the val splits in ``TWEETMOJI_DATA_DIR`` with the shipped model and moves its probabilities from the priors of
the emotion dataset toward uniform ones, step by step: p ∝ p / prior^strength (Menon et al. 2021,
https://arxiv.org/abs/2007.07314). Run it as ``python benchmarks/frontier.py``.
"""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from results import write_result
from tweetmoji.data import LabeledTexts, open_source
from tweetmoji.data.class_map import marginalize
from tweetmoji.emotions import EMOTIONS
from tweetmoji.evaluate.metrics import measure
from tweetmoji.runtime.emojifier import load

STRENGTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""From the model as it ships (0) to uniform priors (1)."""


def adjust(probabilities: NDArray[np.float32], priors: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    """Adjust probabilities to more uniform priors; 0 leaves them as they are."""
    moved = probabilities / priors**strength
    return moved / moved.sum(axis=1, keepdims=True)


def score(data: LabeledTexts, probabilities: NDArray[np.float64]) -> dict[str, float]:
    """Measure one split."""
    metrics = measure(marginalize(probabilities, EMOTIONS, data.class_map), data.targets, data.labels)
    return {name: getattr(metrics, name) for name in ("accuracy", "balanced_accuracy", "macro_f1", "log_loss")}


def main() -> None:
    """Measure, and write ``benchmarks/results/frontier.json``."""
    root = os.environ.get("TWEETMOJI_DATA_DIR")
    if not root:
        sys.exit("frontier: skipped: TWEETMOJI_DATA_DIR names no folder of datasets")
    splits = [open_source(name, Path(root)).read("val") for name in ("emotion", "tweeteval", "goemotions")]
    train = open_source("emotion", Path(root)).read("train")
    priors = np.bincount(train.targets, minlength=len(EMOTIONS)) / len(train)
    emojifier = load()
    predictions = [emojifier.predict_proba(split.texts) for split in splits]
    points: list[dict[str, Any]] = [
        {"strength": strength}
        | {
            split.source: score(split, adjust(rows, priors, strength))
            for split, rows in zip(splits, predictions, strict=True)
        }
        for strength in STRENGTHS
    ]
    model = {"name": emojifier.name, "version": emojifier.version}
    sizes = {split.source: len(split) for split in splits}
    write_result("frontier", {"model": model, "split": "val", "n": sizes, "seed": None, "points": points})


if __name__ == "__main__":
    main()

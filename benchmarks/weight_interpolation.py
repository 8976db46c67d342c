"""Weight interpolation (WiSE-FT): how much of the last fine-tuning should be kept?

Scores the networks between a base (alpha 0) and what `tweetmoji train --alpha` tuned it to (alpha 1) on the val splits
in ``TWEETMOJI_DATA_DIR``, in float32, each calibrated on all splits together. Needs torch. Run it with the folders that
the recipe's commands made: ``python benchmarks/weight_interpolation.py student-hf tweetmoji-minilm``.
"""

import os
import sys
from pathlib import Path

import numpy as np

from results import write_result
from tweetmoji.data import LabelSet, open_source
from tweetmoji.train.loop.checkpoints import checkpoint_folder, read_best_network
from tweetmoji.train.loop.encoded import encode_val
from tweetmoji.train.loop.network import load_base
from tweetmoji.train.loop.scoring import score_calibrated
from tweetmoji.train.loop.weight_interpolation import copy_weights, interpolate_weights
from tweetmoji.train.settings import TrainSettings

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Weight of the tuned network, from the base alone to the tuned network alone."""

METRICS = ("n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece")
"""Metrics that are recorded of each source."""


def main(base_folder: str, model_folder: str) -> None:
    """Measure, and write ``benchmarks/results/weight_interpolation.json``."""
    root = os.environ.get("TWEETMOJI_DATA_DIR")
    if not root:
        sys.exit("weight_interpolation: skipped: TWEETMOJI_DATA_DIR names no folder of datasets")
    best = read_best_network(checkpoint_folder(Path(model_folder)))
    settings = TrainSettings(**best.run["settings"])
    if settings.alpha == 0:
        sys.exit(f"{model_folder}: was trained with alpha 0, which keeps the base alone; expected more than 0")
    labels = LabelSet(none=False)
    network, tokenizer = load_base(base_folder, labels.outputs, settings)
    base = copy_weights(network)
    # the checkpoint holds base + alpha * (tuned - base); extrapolating by 1 / alpha gives the tuned weights back
    tuned = interpolate_weights(base, best.weights, 1 / settings.alpha)
    val = [open_source(name, Path(root)).read("val") for name in ("emotion", "tweeteval", "goemotions")]
    splits = encode_val(tokenizer, val, labels)
    points = []
    for alpha in ALPHAS:
        network.load_state_dict(interpolate_weights(base, tuned, alpha))
        temperature, metrics = score_calibrated(network, splits, labels)
        recorded = {source: {name: getattr(row, name) for name in METRICS} for source, row in metrics.items()}
        mean_log_loss = float(np.mean([row["log_loss"] for row in recorded.values()]))
        points.append({"alpha": alpha, "temperature": temperature, "mean_log_loss": mean_log_loss} | recorded)
    write_result(
        "weight_interpolation", {"split": "val", "weights": "float32", "seed": settings.seed, "points": points}
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

"""How much of its base should the last pass keep? Home against the wild, from the student to the tuned network.

Scores weights between those of a base and those that `tweetmoji train --base-share` made of it, on the val splits
(``TWEETMOJI_DATA_DIR``), in float32, each calibrated on all of them together. Needs torch. Run it, with the folders
that the recipe's commands made, as ``python benchmarks/shares.py student-hf tweetmoji-minilm``.
"""

import os
import sys
from pathlib import Path

import numpy as np

from results import write_result
from tweetmoji.data import open_source
from tweetmoji.emotions import EMOTIONS
from tweetmoji.train.loop.checkpoints import checkpoint_folder, read_best_network
from tweetmoji.train.loop.encoded import encode_val
from tweetmoji.train.loop.network import load_base
from tweetmoji.train.loop.scoring import score_calibrated
from tweetmoji.train.loop.weight_interpolation import copy_weights, interpolate_weights
from tweetmoji.train.settings import TrainSettings

SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)
"""From the base as it was to the tuned network alone."""

FIGURES = ("n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece")


def main(base_folder: str, model_folder: str) -> None:
    """Measure, and write ``benchmarks/results/shares.json``."""
    root = os.environ.get("TWEETMOJI_DATA_DIR")
    if not root:
        sys.exit("shares: skipped: TWEETMOJI_DATA_DIR names no folder of datasets")
    best = read_best_network(checkpoint_folder(Path(model_folder)))
    settings = TrainSettings(**best.run["settings"])
    network, tokenizer = load_base(base_folder, EMOTIONS, settings)
    base = copy_weights(network)
    # what was kept is (1 - share) of the tuned weights and the rest of the base's; this undoes it
    tuned = interpolate_weights(base, best.weights, settings.alpha / (settings.alpha - 1))
    splits = encode_val(
        tokenizer, [open_source(name, Path(root)).read("val") for name in ("emotion", "tweeteval", "goemotions")]
    )
    points = []
    for share in SHARES:
        network.load_state_dict(interpolate_weights(base, tuned, share))
        temperature, metrics = score_calibrated(network, splits, EMOTIONS)
        figures = {source: {name: getattr(row, name) for name in FIGURES} for source, row in metrics.items()}
        mean_log_loss = float(np.mean([row["log_loss"] for row in figures.values()]))
        points.append({"alpha": share, "temperature": temperature, "mean_log_loss": mean_log_loss} | figures)
    write_result("shares", {"split": "val", "weights": "float32", "seed": settings.seed, "points": points})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

"""The generated parts of docs/decisions.md about the network's graph."""

import json
from pathlib import Path
from typing import Any

from tweetmoji.data.catalog import name_split
from tweetmoji.evaluate.report.tables import make_table

ROOT = Path(__file__).parent.parent


def render_arithmetic() -> str:
    """Speed and distance from float32 of each way to compute the network."""
    result = _read("benchmarks/results/arithmetic.json")
    rows = [
        [
            row["name"],
            f"{row['alone_ms']:.2f}",
            f"{row['in_batches_ms']:.2f}",
            f"{row['mean_distance']:.4f}",
            f"{row['changed_labels']:.1%}",
            "yes" if row["same_bits_in_batches"] else "no",
        ]
        for row in result["variants"]
    ]
    titles = ["alone, ms", "in batches, ms a text", "distance", "labels changed", "same bits in batches"]
    return make_table([f"{result['n']} tweets of {result['mean_tokens']:.0f} tokens, 1 core", *titles], rows)


def render_rewritten() -> str:
    """The shipped model with the written graph against the same weights in the exporter's."""
    metrics = _read("src/tweetmoji/models/tweetmoji-minilm/metrics.json")
    scored = {(row["source"], row["split"]): row for row in metrics["evaluations"]}
    rows = [
        [
            name_split(scored[row["source"], row["split"]]),
            f"{row['n']:,}",
            f"{row['changed_labels']:.1%}",
            *(_show(row["differences"][name]) for name in ("accuracy", "balanced_accuracy", "macro_f1", "log_loss")),
        ]
        for row in metrics["rewritten"]["differences"]
    ]
    return make_table(["", "n", "labels changed", "accuracy", "balanced accuracy", "macro-F1", "log loss"], rows)


def _show(difference: dict[str, Any]) -> str:
    return f"{difference['value']:+.4f} ({difference['low']:+.4f} to {difference['high']:+.4f})"


def _read(path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return content

"""The generated parts of docs/decisions.md about the network's graph."""

import json
from pathlib import Path
from typing import Any

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


def _read(path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return content

"""Benchmark results: one JSON file each in benchmarks/results/, with versions and hardware."""

import json
from pathlib import Path
from typing import Any

from tweetmoji.evaluate.environment import describe_environment

RESULTS = Path(__file__).parent / "results"


def write_result(name: str, result: dict[str, Any]) -> None:
    """Write a result to benchmarks/results/, and print it."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result | describe_environment(), indent=2)
    (RESULTS / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    print(text)

"""Benchmark results: one JSON file each in benchmarks/results/, with the model, versions and hardware."""

import json
from pathlib import Path
from typing import Any

from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.runtime.artifact import SHIPPED, read_artifact

RESULTS = Path(__file__).parent / "results"


def write_result(name: str, result: dict[str, Any]) -> None:
    """Write a result to benchmarks/results/, and print it. The model is the shipped one, unless it names another."""
    RESULTS.mkdir(exist_ok=True)
    shipped = read_artifact(SHIPPED)
    model = {"model": {"name": shipped.config.name, "version": shipped.version}}
    text = json.dumps(model | result | describe_environment(), indent=2)
    (RESULTS / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    print(text)

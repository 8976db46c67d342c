"""Keeps a model's recipe and validation figures beside the other experiments, without the model.

Run it as ``python docs/experiments/record.py MODEL NAME QUESTION``; it writes ``docs/experiments/NAME.json``.
"""

import json
import sys
from pathlib import Path

from tweetmoji.runtime.artifact import read_artifact


def main(model: str, name: str, question: str) -> None:
    """Write what the artifact in the folder ``model`` says of itself."""
    artifact = read_artifact(Path(model))
    content = {
        "name": name,
        "question": question,
        "model_version": artifact.version,
        "temperature": artifact.config.temperature,
        **artifact.config.provenance,
        **artifact.metrics,
    }
    path = Path(__file__).parent / f"{name}.json"
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

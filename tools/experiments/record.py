"""Records a model's settings and val metrics in docs/experiments, without the model.

Run it as ``python tools/experiments/record.py MODEL NAME QUESTION``; it writes ``docs/experiments/NAME.json``.
"""

import json
import sys
from pathlib import Path

from tweetmoji.files import write_text
from tweetmoji.runtime.artifact import read_artifact

EXPERIMENTS = Path(__file__).parents[2] / "docs" / "experiments"


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
    write_text(EXPERIMENTS / f"{name}.json", json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

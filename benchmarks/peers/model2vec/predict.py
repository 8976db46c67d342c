"""Predicts texts with the static classifier: a JSON array of texts from stdin, labels and probabilities to stdout.

Run it in the environment of this peer: ``python predict.py MODEL_FOLDER < texts.json``.
"""

import json
import sys

from model2vec.inference import StaticModelPipeline


def main(folder: str) -> None:
    """Predict and print."""
    pipeline = StaticModelPipeline.from_pretrained(folder)
    probabilities = pipeline.predict_proba(json.load(sys.stdin))
    json.dump({"labels": [str(label) for label in pipeline.classes_], "rows": probabilities.tolist()}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])

"""How right is the fast static classifier of model2vec beside the shipped model, on the same texts?"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peers.setup import MODELS, PEERS, find_python
from tweetmoji.data import LabeledTexts, open_source
from tweetmoji.data.class_map import marginalize
from tweetmoji.emotions import EMOTIONS
from tweetmoji.evaluate.metrics import measure
from tweetmoji.runtime.emojifier import load

SPLITS = (("emotion", "test"), ("tweeteval", "val"))


def compare_accuracy() -> list[dict[str, Any]] | None:
    """Score both models on `SPLITS`; None if datasets, environment or model are absent."""
    root = os.environ.get("TWEETMOJI_DATA_DIR")
    python = find_python("model2vec")
    if not root or python is None or not (MODELS / "model2vec").is_dir():
        return None
    rows = []
    emojifier = load()
    for source, split in SPLITS:
        data = open_source(source, Path(root)).read(split)
        rows.append(
            {
                "source": source,
                "split": split,
                "n": len(data),
                "tweetmoji": score(data, emojifier.predict_proba(data.texts)),
                "model2vec": score(data, _predict_static(python, list(data.texts))),
            }
        )
    return rows


def score(data: LabeledTexts, probabilities: NDArray[Any]) -> dict[str, float]:
    """Measure probabilities of shape (texts, emotions) as `tweetmoji evaluate` does."""
    metrics = measure(marginalize(probabilities, EMOTIONS, data.class_map), data.targets, data.labels)
    return {name: getattr(metrics, name) for name in ("accuracy", "balanced_accuracy", "macro_f1", "log_loss")}


def _predict_static(python: Path, texts: list[str]) -> NDArray[np.float64]:
    command = [python, PEERS / "model2vec" / "predict.py", MODELS / "model2vec"]
    output = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True).stdout
    answer = json.loads(output)
    columns = [answer["labels"].index(label) for label in EMOTIONS]
    return np.array(answer["rows"])[:, columns]

"""Scores the teacher and the shipped model on the annotated tweets of test that the teacher has logits of.

Run it as ``python tools/experiments/teacher_on_tweets.py DATA``, the root of the datasets; it writes
``docs/experiments/teacher-on-tweets.json``. The teacher itself is not kept, so only tweets with logits can be scored.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from tweetmoji import load
from tweetmoji.data import open_source
from tweetmoji.data.names import ANNOTATED
from tweetmoji.emotions import EMOTIONS
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.evaluate.evaluation import score
from tweetmoji.evaluate.report.tables import make_table, show
from tweetmoji.files import write_text
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.distillation.teacher_logits import read_teacher_logits

ROOT: Final = Path(__file__).parents[2]
LOGITS: Final = "docs/experiments/teacher-logits.npz"
OUTPUT: Final = "docs/experiments/teacher-on-tweets.json"
METRICS: Final = {"accuracy": "accuracy", "macro_f1": "macro-F1", "log_loss": "log loss"}


def main(data: Path) -> None:
    """Score both on the same tweets with an emotion, six classes."""
    teacher = read_teacher_logits(ROOT / LOGITS)
    test = open_source(ANNOTATED, data, own_data=ROOT / "data").read("test").without_none()
    logits, known = teacher.look_up(test.texts)
    tweets = test.take(np.flatnonzero(known))
    shipped = load()
    probabilities = {
        ("teacher", teacher.sha256[:12]): softmax(logits[known][:, : len(EMOTIONS)]),
        (shipped.name, shipped.version): shipped.predict_proba(tweets.texts),
    }
    evaluations = [
        score({"name": name, "version": version}, tweets, rows.astype(np.float64)).as_dict()
        for (name, version), rows in probabilities.items()
    ]
    content = {"tweets_with_an_emotion": len(test), "seed": 0, "evaluations": evaluations} | describe_environment()
    write_text(ROOT / OUTPUT, json.dumps(content, indent=2) + "\n")


def render(result: dict[str, Any]) -> str:
    """Tabulate the metrics of both, with their intervals."""
    n, whole = result["evaluations"][0]["metrics"]["n"], result["tweets_with_an_emotion"]
    rows = [
        [
            f"`{row['model']['version']}`, {row['model']['name']}",
            *(show(row["metrics"][name], row["intervals"][name]) for name in METRICS),
        ]
        for row in result["evaluations"]
    ]
    return make_table([f"{n} of {whole} tweets of test with an emotion", *METRICS.values()], rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

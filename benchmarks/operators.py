"""Where does the time of a text go? Each kind of operator in the network, what lies between them, and tokenizing.

Runs the shipped network under onnxruntime's own profiler, on one core, with each tweet alone and in the batches of
texts of one length that a list runs in. Profiling slows a run down a little, so the shares say more than the times. The
tweets are those of ``TWEETMOJI_DATA_DIR``, file unlabelled/tweets.txt. Run it as ``python benchmarks/operators.py``.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from results import write_result
from tweetmoji.data.names import TWEETS
from tweetmoji.data.unlabeled import read_unlabeled
from tweetmoji.runtime.artifact import SHIPPED, read_artifact
from tweetmoji.runtime.batches import group_by_length
from tweetmoji.runtime.classifier import BATCH_TOKENS, LOGITS
from tweetmoji.runtime.tokenizer import TweetTokenizer

TEXTS: Final = 600

WARM_UP: Final = 20
"""Runs that do not count."""

KINDS: Final = {
    "MatMulIntegerToFloat": "int8 products",
    "Attention": "attention",
    "Gelu": "GELU",
    "QuantizeLinear": "quantizing",
    "Div": "quantizing",
    "LayerNormalization": "normalization and residuals",
    "Add": "normalization and residuals",
}
"""Operator of the graph to the kind that it counts as; Div is smoothing, a part of quantizing."""

REST: Final = "embeddings and head"
BETWEEN: Final = "between operators"
TOKENIZING: Final = "tokenizing"


def main() -> None:
    """Measure both ways, and write ``benchmarks/results/operators.json``."""
    root = os.environ.get("TWEETMOJI_DATA_DIR")
    if not root:
        sys.exit("operators: skipped: TWEETMOJI_DATA_DIR names no folder of datasets")
    artifact = read_artifact(SHIPPED)
    tokenizer = TweetTokenizer(Tokenizer.from_str(artifact.tokenizer), artifact.config.max_tokens)
    texts = read_unlabeled(TWEETS, Path(root)).texts[:TEXTS]
    rows, alone_us = tokenize([[text] for text in texts], tokenizer)
    _, together_us = tokenize([texts], tokenizer)
    lengths = [len(row) for row in rows]
    batches = group_by_length(lengths, max_tokens=BATCH_TOKENS, max_texts=TEXTS)
    alone = profile(artifact.weights, [[row] for row in rows]) | {TOKENIZING: alone_us}
    together = profile(artifact.weights, [[rows[i] for i in batch] for batch in batches]) | {TOKENIZING: together_us}
    write_result(
        "operators",
        {
            "source": "unlabelled tweets",
            "n": TEXTS,
            "mean_tokens": float(np.mean(lengths)),
            "batches": len(batches),
            "threads": 1,
            "seed": None,
            "alone_us": alone,
            "in_batches_us": together,
        },
    )


def tokenize(parts: Sequence[list[str]], tokenizer: TweetTokenizer) -> tuple[list[list[int]], float]:
    """Token ids of all texts, and the microseconds a text that they took."""
    start = time.perf_counter()
    rows = [tokens.ids for part in parts for tokens in tokenizer.encode(part)]
    return rows, 1e6 * (time.perf_counter() - start) / len(rows)


def profile(weights: bytes, batches: Sequence[list[list[int]]]) -> dict[str, float]:
    """Microseconds a text of each kind of operator, in a session of one thread."""
    with TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        for batch in [*batches[:WARM_UP], *batches]:
            session.run([LOGITS], {"input_ids": np.array(batch, dtype=np.int64)})
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    return sum_kinds(events, texts=sum(map(len, batches)), runs=len(batches))


def sum_kinds(events: Sequence[dict[str, Any]], *, texts: int, runs: int) -> dict[str, float]:
    """Microseconds a text of each kind, of the last runs of a profile.

    Args:
        events: The events of onnxruntime's profile, with durations in microseconds.
        texts: Texts of these runs.
        runs: Runs that count.
    """
    whole = [event for event in events if event["name"] == "model_run"][-runs:]
    start = min(event["ts"] for event in whole)
    operators = [event for event in events if event["name"].endswith("_kernel_time") and event["ts"] >= start]
    sums = Counter[str]()
    for event in operators:
        sums[KINDS.get(event["args"]["op_name"], REST)] += event["dur"]
    sums[BETWEEN] = sum(event["dur"] for event in whole) - sum(sums.values())
    return {kind: sums[kind] / texts for kind in (*dict.fromkeys(KINDS.values()), REST, BETWEEN)}


if __name__ == "__main__":
    main()

"""Where does the time of a text go? Each kind of operator in the network, what lies between them, and tokenizing.

Runs the shipped network under onnxruntime's own profiler, on one core, with each tweet alone and in the batches of
texts of one length that a list runs in, and once more without the profiler, which slows down every operator. Run it as
``python benchmarks/operators.py``; ``texts.py`` says which texts it takes.
"""

import json
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
from texts import read_texts
from tweetmoji.runtime.artifact import SHIPPED, read_artifact
from tweetmoji.runtime.batches import group_by_length
from tweetmoji.runtime.classifier import BATCH_TOKENS, LOGITS, WINDOW_TEXTS
from tweetmoji.runtime.tokenizer import TweetTokenizer

TEXTS: Final = WINDOW_TEXTS
"""As many as the runtime batches together."""

SEED: Final = 0

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

Batches = Sequence[list[list[int]]]
"""Token ids of the texts of each run."""


def main() -> None:
    """Measure both ways, and write ``benchmarks/results/operators.json``."""
    artifact = read_artifact(SHIPPED)
    tokenizer = TweetTokenizer(Tokenizer.from_str(artifact.tokenizer), artifact.config.max_tokens)
    texts = read_texts(TEXTS, SEED)
    tokenize([texts.raw], tokenizer)  # the first call is slower
    rows, alone_us = tokenize([[text] for text in texts.raw], tokenizer)
    _, together_us = tokenize([texts.raw], tokenizer)
    groups = group_by_length([len(row) for row in rows], max_tokens=BATCH_TOKENS, max_texts=TEXTS)
    alone, together = [[row] for row in rows], [[rows[i] for i in group] for group in groups]
    write_result(
        "operators",
        {
            "source": texts.source,
            "n": len(rows),
            "mean_tokens": float(np.mean([len(row) for row in rows])),
            "batches": len(together),
            "threads": 1,
            "seed": SEED,
            "alone_us": profile(artifact.weights, alone) | {TOKENIZING: alone_us},
            "in_batches_us": profile(artifact.weights, together) | {TOKENIZING: together_us},
            "without_profiler_us": {
                "alone": time_network(artifact.weights, alone) + alone_us,
                "in_batches": time_network(artifact.weights, together) + together_us,
            },
        },
    )


def tokenize(parts: Sequence[list[str]], tokenizer: TweetTokenizer) -> tuple[list[list[int]], float]:
    """Token ids of all texts, and the microseconds a text that they took."""
    start = time.perf_counter()
    rows = [tokens.ids for part in parts for tokens in tokenizer.encode(part)]
    return rows, 1e6 * (time.perf_counter() - start) / len(rows)


def profile(weights: bytes, batches: Batches) -> dict[str, float]:
    """Microseconds a text of each kind of operator, in the second of two passes."""
    with TemporaryDirectory() as folder:
        session = open_session(weights, profile=str(Path(folder) / "profile"))
        run(session, batches)
        run(session, batches)
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    return sum_kinds(events, texts=sum(map(len, batches)), runs=len(batches))


def time_network(weights: bytes, batches: Batches) -> float:
    """Microseconds a text of the whole network, in the second of two passes."""
    session = open_session(weights)
    run(session, batches)
    start = time.perf_counter()
    run(session, batches)
    return 1e6 * (time.perf_counter() - start) / sum(map(len, batches))


def open_session(weights: bytes, profile: str | None = None) -> onnxruntime.InferenceSession:
    """Open a session of one thread, which writes a profile if that has a path."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # it warns of the input that turns suggestions on
    if profile:
        options.enable_profiling = True
        options.profile_file_prefix = profile
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def run(session: onnxruntime.InferenceSession, batches: Batches) -> None:
    """Compute the logits of all texts, a run for each batch."""
    for batch in batches:
        session.run([LOGITS], {"input_ids": np.array(batch, dtype=np.int64)})


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

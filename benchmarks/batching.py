"""How should many texts go through the network: one by one on every core, or in batches?

Times the shipped weights on real tweets (``TWEETMOJI_DATA_DIR``, file unlabelled/tweets.txt) in four ways, each with
all cores, the ways in turn and the median of five rounds kept. Run it as ``python benchmarks/batching.py``.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from results import write_result
from tweetmoji.runtime.artifact import SHIPPED, read_artifact
from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.tokenizer import TweetTokenizer

TEXTS = 2048
BATCH = 32
ROUNDS = 5


def open_session(weights: bytes, threads: int) -> onnxruntime.InferenceSession:
    """A session whose matrix products use a number of threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def run(session: onnxruntime.InferenceSession, rows: list[list[int]]) -> None:
    """Run texts as one batch, padded to the longest."""
    ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
    session.run(["logits"], {"input_ids": ids})


def cut(rows: list[list[int]]) -> Iterator[list[list[int]]]:
    """Batches in the order given."""
    return (rows[i : i + BATCH] for i in range(0, len(rows), BATCH))


def cut_by_length(rows: list[list[int]]) -> Iterator[list[list[int]]]:
    """Batches of texts of exactly one length, so that nothing is padded."""
    lengths: dict[int, list[list[int]]] = {}
    for row in rows:
        lengths.setdefault(len(row), []).append(row)
    for group in lengths.values():
        yield from cut(group)


def make_ways(weights: bytes, rows: list[list[int]]) -> dict[str, Callable[[], None]]:
    """Each way to run all texts, by its name; the first is the runtime's own."""
    cores = count_cores()
    single, wide = open_session(weights, 1), open_session(weights, cores)

    def one_by_one() -> None:
        with ThreadPoolExecutor(cores) as pool:
            list(pool.map(lambda row: run(single, [row]), rows))

    def run_wide(batches: Iterable[list[list[int]]]) -> None:
        for batch in batches:
            run(wide, batch)

    return {
        "one text a run, a core each (what the runtime does)": one_by_one,
        "one text a run, all cores on it": lambda: run_wide([row] for row in rows),
        f"padded batches of {BATCH}, all cores on each": lambda: run_wide(cut(rows)),
        f"batches of up to {BATCH} texts of one length": lambda: run_wide(cut_by_length(rows)),
    }


def main() -> None:
    """Measure every way and write the result."""
    if "TWEETMOJI_DATA_DIR" not in os.environ:
        print("batching: skipped: set TWEETMOJI_DATA_DIR to a folder with unlabelled/tweets.txt", file=sys.stderr)
        return
    path = Path(os.environ["TWEETMOJI_DATA_DIR"]) / "unlabelled" / "tweets.txt"
    texts = path.read_text(encoding="utf-8").split("\n")[:TEXTS]
    artifact = read_artifact(SHIPPED)
    tokenizer = TweetTokenizer(Tokenizer.from_str(artifact.tokenizer), artifact.config.max_tokens)
    rows = [tokens.ids for tokens in tokenizer.encode(texts)]
    ways = make_ways(artifact.weights, rows)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for round_number in range(ROUNDS + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if round_number > 0:  # the first round warms up
                seconds[name].append(time.perf_counter() - start)
    results = [{"name": name, "seconds": round(statistics.median(values), 3)} for name, values in seconds.items()]
    write_result("batching", {"n": len(rows), "rounds": ROUNDS, "model": artifact.version, "ways": results})


if __name__ == "__main__":
    main()

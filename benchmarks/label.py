"""How fast, in how much memory and how safely does `tweetmoji label` label files?

Four parts, each by its own command:

- ``python benchmarks/label.py rates``: rows a second from CSV and from Parquet beside lists in process, a pandas
  ``apply`` of single predictions, and a ``transformers.pipeline`` of a float32 network of the same shape. All ways run
  in one process, in turn. Needs the extras label and train; without transformers, that way is left out.
- ``python benchmarks/label.py memory``: peak memory of the installed program with the model, and of the same pipeline
  with a stub classifier on many more rows, each beside a tenth of the rows.
- ``python benchmarks/label.py kills``: kill -9 at random moments, and whether the output is the same.
- ``python benchmarks/label.py ray``: rows a second on a Ray cluster of all cores of this machine, beside the local
  engine on the same cores, in turn; and of stub classifiers on the cluster, which is what one process can read, send
  and store. The cluster runs before the time counts; models are loaded while it counts. Needs the extra ray. Three
  rounds of 100,000 rows for each engine: about a quarter of an hour on two cores.

Texts are the tweets of ``TWEETMOJI_DATA_DIR``, or generated ones; where there are too few, a number stands before them,
so that no text repeats. ``--rows``, ``--stub-rows``, ``--rounds`` and ``--kills`` make a trial of another size: its
result is printed and not written.
"""

import argparse
import csv
import json
import logging
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from results import RESULTS, write_result
from rounds import summarize
from texts import read_texts
from tweetmoji.label.engines import Engine
from tweetmoji.label.inputs import plan_files
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.run import Run
from tweetmoji.runtime.emojifier import Emojifier, Prediction, load

RATE_ROWS, ROUNDS = 16_384, 3
SLOW_ROWS = 2_048
"""Rows of the ways that are several times slower."""

PIPELINE_BATCHES = (1, 8, 32, 128)
MEMORY_ROWS, STUB_ROWS = 300_000, 10_000_000
KILL_ROWS, KILLS = 20_000, 50
RAY_ROWS, RAY_STUB_ROWS = 100_000, 500_000
SEED = 0
PROGRAM = Path(sys.executable).parent / "tweetmoji"
MAX_TOKENS = 128
OPTIONS = LabelOptions(text_column="text")


class StubEmojifier:
    """Answers like the model, and computes nothing."""

    def __init__(self, emojifier: Emojifier) -> None:
        self._emojifier = emojifier
        self._answer = emojifier("Today is a good day!")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._emojifier, name)

    def predict(self, texts: Iterable[str], *, min_confidence: float = 0.0) -> list[Prediction]:  # noqa: ARG002
        """The same answer for each."""
        return [self._answer for _ in texts]


def make_rows(count: int) -> Iterator[str]:
    """Texts that do not repeat."""
    texts = list(dict.fromkeys(read_texts(min(count, 100_000), SEED).raw))
    for i in range(count):
        yield texts[i] if i < len(texts) else f"{i} {texts[i % len(texts)]}"


def write_csv(path: Path, count: int) -> None:
    """Write a CSV of texts with a number each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(make_rows(count)))


def label_file(source: Path, output: Path, emojifier: Any, engine: Engine | None = None) -> None:  # noqa: ANN401
    """Label a file in this process, or on another engine."""
    plan = plan_files([str(source)], str(output), OPTIONS)
    Run(plan, emojifier, OPTIONS, restart=True, overwrite=True, engine=engine).execute()


def measure_rates(rows: int, rounds: int) -> dict[str, Any]:
    """Rows a second of each way, round by round, the ways in turn."""
    emojifier = load()
    texts = list(make_rows(rows))
    slow = texts[: min(rows, SLOW_ROWS)]
    with tempfile.TemporaryDirectory() as name:
        ways = dict(_make_ways(Path(name), texts, slow, emojifier))
        rates: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(rounds):
            for way in sorted(ways, reverse=number % 2 == 1):
                count, run = ways[way]
                start = time.perf_counter()
                run()
                rates[way].append(count / (time.perf_counter() - start))
                print(f"label: round {number + 1}: {way}: {rates[way][-1]:,.0f} rows/s", file=sys.stderr, flush=True)
    ratios = {
        f"{mine} over {other}": summarize([a / b for a, b in zip(rates[mine], rates[other], strict=True)], 3)
        for mine, other in [("csv", "lists"), ("parquet", "lists"), ("csv", "apply"), ("csv", "pipeline")]
        if other in rates
    }
    return {
        "n": rows,
        "n_slow": len(slow),
        "threads": emojifier.threads,
        "rows_per_s": {way: summarize(values, 1) for way, values in rates.items()},
        "ratios": ratios,
    }


def _make_ways(
    folder: Path, texts: list[str], slow: list[str], emojifier: Emojifier
) -> Iterator[tuple[str, tuple[int, Callable[[], object]]]]:
    """Name of each way to its number of rows and what runs it."""
    import pandas as pd
    import pyarrow as pa
    from pyarrow import parquet

    write_csv(folder / "a.csv", len(texts))
    parquet.write_table(pa.table({"id": range(len(texts)), "text": texts}), folder / "a.parquet")
    yield "lists", (len(texts), lambda: emojifier.predict(texts))
    yield "csv", (len(texts), lambda: label_file(folder / "a.csv", folder / "b.csv", emojifier))
    yield "parquet", (len(texts), lambda: label_file(folder / "a.parquet", folder / "b.parquet", emojifier))
    frame = pd.DataFrame({"text": slow})
    yield "apply", (len(slow), lambda: frame["text"].apply(emojifier))
    try:
        classify = make_pipeline(slow[:256])
    except ImportError as error:
        print(f"label: pipeline: skipped: {error}", file=sys.stderr)
        return
    yield "pipeline", (len(slow), lambda: classify(slow))


def make_pipeline(trial: list[str]) -> Callable[[list[str]], object]:
    """A pipeline of transformers with random weights in the shape of ours, at the batch size that is fastest here."""
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, pipeline

    from tweetmoji.runtime.artifact import SHIPPED

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(SHIPPED / "tokenizer.json"), pad_token="[PAD]", model_max_length=MAX_TOKENS
    )
    shape = {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536}
    network = BertForSequenceClassification(BertConfig(vocab_size=len(tokenizer), num_labels=6, **shape)).eval()
    classify = pipeline("text-classification", model=network, tokenizer=tokenizer, top_k=None, truncation=True)
    seconds = {}
    for size in PIPELINE_BATCHES:
        start = time.perf_counter()
        classify(trial, batch_size=size)
        seconds[size] = time.perf_counter() - start
    best = min(seconds, key=lambda size: seconds[size])
    return lambda texts: classify(texts, batch_size=best)


def measure_memory(rows: int, stub_rows: int) -> dict[str, Any]:
    """Peak memory in MB, with the model and with a stub, each also at a tenth of the rows."""
    found: dict[str, Any] = {"n": rows, "n_stub": stub_rows}
    for kind, count in [("model", rows), ("stub", stub_rows)]:
        for name, n in [(f"{kind}_tenth_mb", count // 10), (f"{kind}_mb", count)]:
            with tempfile.TemporaryDirectory() as folder:
                write_csv(Path(folder) / "a.csv", n)
                found[name] = _measure_peak(kind, Path(folder))
            print(f"label: memory: {kind}, {n:,} rows: {found[name]:,.0f} MB", file=sys.stderr, flush=True)
    return found


def _measure_peak(kind: str, folder: Path) -> float:
    """Peak memory of a process of its own, in MB."""
    command = [sys.executable, __file__, "child", kind, str(folder / "a.csv"), str(folder / "b.csv")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def run_child(kind: str, source: str, output: str) -> None:
    """Label a file, and print the peak memory of this process in MB."""
    emojifier: Any = load()
    label_file(Path(source), Path(output), StubEmojifier(emojifier) if kind == "stub" else emojifier)
    # not ru_maxrss, which counts the memory of the process that started this one
    [peak] = re.findall(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    print(1024 * int(peak) / 1e6)


def measure_kills(rows: int, kills: int) -> dict[str, Any]:
    """Kill the program at random moments; count the outputs that differ from the one of a run that was not killed."""
    rng = random.Random(SEED)
    differ, done = 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "a.csv", rows)
        start = time.perf_counter()
        _start(folder, "whole.csv", None).wait()
        whole_s = time.perf_counter() - start
        outputs = 0
        while done < kills:
            output = f"{outputs}.csv"
            process = _start(folder, output, rng.choice([None, 1, 2, 3]))
            try:
                process.wait(rng.uniform(0, whole_s / 2))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                done += 1
                if done < kills:
                    continue
                _start(folder, output, None).wait()
            differ += (folder / output).read_bytes() != (folder / "whole.csv").read_bytes()
            outputs += 1
    return {"n": rows, "kills": done, "outputs": outputs, "outputs_that_differ": differ, "seed": SEED}


def _start(folder: Path, output: str, threads: int | None) -> subprocess.Popen[bytes]:
    command = [PROGRAM, "label", "a.csv", "-o", output, "--text-column", "text", "--progress", "off"]
    return subprocess.Popen([*command, *(["--threads", str(threads)] if threads else [])], cwd=folder)


def load_stub() -> StubEmojifier:
    """The stub of an actor."""
    return StubEmojifier(load(threads=1))


def measure_ray(rows: int, stub_rows: int, rounds: int) -> dict[str, Any]:
    """Rows a second of both engines on all cores, in turn, and of stubs on Ray."""
    import ray

    from tweetmoji.label.cluster import RayEngine

    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    cores = len(os.sched_getaffinity(0))
    ray.init("local", num_cpus=cores, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    emojifier = load()
    stub: Any = StubEmojifier(emojifier)
    ways: dict[str, tuple[int, Any, Engine | None]] = {
        "local": (rows, emojifier, None),
        "ray": (rows, emojifier, RayEngine(partial(load, threads=1), emojifier, OPTIONS)),
        "stub": (stub_rows, stub, RayEngine(load_stub, stub, OPTIONS)),
    }
    rates: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in {rows, stub_rows}:
            write_csv(folder / f"{count}.csv", count)
        for number in range(rounds):
            for way in sorted(ways, reverse=number % 2 == 1):
                count, model, engine = ways[way]
                start = time.perf_counter()
                label_file(folder / f"{count}.csv", folder / f"{way}.csv", model, engine)
                rates[way].append(count / (time.perf_counter() - start))
                print(f"label: round {number + 1}: {way}: {rates[way][-1]:,.0f} rows/s", file=sys.stderr, flush=True)
        same = (folder / "ray.csv").read_bytes() == (folder / "local.csv").read_bytes()
    ratio = summarize([a / b for a, b in zip(rates["ray"], rates["local"], strict=True)], 3)
    return {
        "n": rows,
        "n_stub": stub_rows,
        "workers": cores,
        "ray": ray.__version__,
        "rows_per_s": {way: summarize(values, 1) for way, values in rates.items()},
        "ray over local": ratio,
        "outputs_are_equal": same,
    }


def record(part: str, result: dict[str, Any], *, trial: bool) -> None:
    """Put the result of a part beside those of the others; print that of a trial."""
    if trial:
        print(json.dumps(result, indent=2))
        return
    path = RESULTS / "label.json"
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    parts = {name: earlier[name] for name in ("rates", "memory", "kills", "ray") if name in earlier}
    write_result("label", parts | {part: result})


def main() -> None:
    """Measure one part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["rates", "memory", "kills", "ray", "child"])
    parser.add_argument("child", nargs="*", help=argparse.SUPPRESS)
    for option in ("--rows", "--stub-rows", "--rounds", "--kills"):
        parser.add_argument(option, type=int)
    options = parser.parse_args()
    if options.part == "child":
        run_child(*options.child)
        return
    trial = any(value is not None for value in (options.rows, options.stub_rows, options.rounds, options.kills))
    if options.part == "rates":
        result = measure_rates(options.rows or RATE_ROWS, options.rounds or ROUNDS)
    elif options.part == "memory":
        result = measure_memory(options.rows or MEMORY_ROWS, options.stub_rows or STUB_ROWS)
    elif options.part == "ray":
        result = measure_ray(options.rows or RAY_ROWS, options.stub_rows or RAY_STUB_ROWS, options.rounds or ROUNDS)
    else:
        result = measure_kills(options.rows or KILL_ROWS, options.kills or KILLS)
    record(options.part, result | {"cores": len(os.sched_getaffinity(0))}, trial=trial)


if __name__ == "__main__":
    main()

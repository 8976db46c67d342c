"""How many texts a second does inference run in one process, beside an earlier commit, other engines and the limit?

Every way runs the same texts in a process of its own that waits between rounds, all cores unless its job says
otherwise; tokenizing is part of every way. The limit is the rate of int8 matrix products alone, in `ways/limit.py`.
Peers whose environments are absent are skipped. Run it as ``python benchmarks/inference.py``; it takes about 8
minutes. With fewer texts or rounds, ``--texts 256 --rounds 2``, it is a trial: the result is printed, not written.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from comparison import BEFORE, FLOAT32, LIMIT, OURS, choose_jobs, compare
from peers.setup import ENVIRONMENTS, find_python
from results import write_result
from rounds import (
    BENCHMARKS,
    Process,
    Rounds,
    Way,
    WayError,
    drop_slow,
    note_failure,
    rotate,
    run_round,
    start_ways,
    try_job,
)
from texts import Texts, read_texts
from tweetmoji.files import replacing_folder
from tweetmoji.runtime.cores import count_cores
from ways.network import count_attention_multiply_adds, count_multiply_adds

TEXTS, ROUNDS, SEED = 2048, 5, 0
WARM_UP_STEPS = (8, 4)
"""The rounds before the first: of every eighth text, then of every fourth. The last of them is the selection."""

KEPT = 4
"""Configurations of each engine, the fastest in the selection, that go on to the rounds."""

ENGINES = ("ctranslate2", "openvino")

LEAST_CORRELATION = 0.9
"""Of a peer's logits with those in float32, so that it is known to run the same network."""


@dataclass
class Plan:
    """What is measured.

    Attributes:
        ways: Those that can run.
        groups: Name of a way to its engine, of which the best configuration counts.
        skipped: Name of a way or an engine to the command that makes its environment.
        converters: Versions of what converted the peers' network; empty without it.
    """

    ways: list[Way]
    groups: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    converters: dict[str, str] = field(default_factory=dict)

    def find(self, name: str, environment: str | None = None) -> Path | None:
        """Find the interpreter for a way; if its environment is absent, the way is skipped."""
        environment = environment or name
        python = find_python(environment)
        if python is None:
            self.skipped[name] = f"make bench-peers, or: python benchmarks/peers/setup.py {environment}"
            print(f"inference: {name}: skipped: no environment; {self.skipped[name]}", file=sys.stderr, flush=True)
        return python


def make_plan(texts: Texts, path: Path, cores: int) -> Plan:
    """Plan the ways for texts that are in the file ``path``."""
    here = Path(sys.executable)
    arguments = [str(path), str(cores)]
    plan = Plan([Way(OURS, here, "ways/emojifier.py", arguments, inherit_path=True)])
    plan.ways.append(Way(LIMIT, here, "ways/limit.py", [str(round(texts.mean_tokens)), str(cores)]))
    if python := plan.find(BEFORE):
        plan.ways.append(Way(BEFORE, python, "ways/emojifier.py", arguments))
    if python := plan.find(FLOAT32, "converters"):
        models = convert_network(python, texts, path)
        plan.converters = json.loads((models / "versions.json").read_text(encoding="utf-8"))
        plan.ways.append(Way(FLOAT32, here, "ways/float32.py", [*arguments, str(models)]))
        add_engines(plan, [*arguments, str(models)], cores)
    else:
        for engine in ENGINES:
            plan.find(engine, "converters")
    return plan


def add_engines(plan: Plan, arguments: list[str], cores: int) -> None:
    """Add both configurations of each engine: CTranslate2 by its batches at a time, OpenVINO by its hint."""
    configurations = {
        "ctranslate2": [(f"inter_threads={parallel}", str(parallel)) for parallel in sorted({1, cores})],
        "openvino": [(hint, hint) for hint in ("THROUGHPUT", "LATENCY")],
    }
    for engine, named in configurations.items():
        if python := plan.find(engine):
            for name, value in named:
                way = Way(f"{engine} {name}", python, f"peers/{engine}/run.py", [*arguments, value])
                plan.ways.append(way)
                plan.groups[way.name] = engine


def convert_network(python: Path, texts: Texts, path: Path) -> Path:
    """Convert the peers' network with the environment ``converters``, once for these texts; its folder."""
    script = BENCHMARKS / "peers" / "converters" / "convert.py"
    parts = [texts.tokenizer, script, script.with_name("requirements.txt"), BENCHMARKS / "ways" / "network.py"]
    content = b"".join(part.read_bytes() for part in parts) + json.dumps(texts.calibration).encode()
    folder = ENVIRONMENTS / "models" / f"random-minilm-{hashlib.sha256(content).hexdigest()[:12]}"
    if not folder.is_dir():
        environment = os.environ | {"PYTHONPATH": str(BENCHMARKS / "ways")}
        with replacing_folder(folder) as temporary:
            subprocess.run([python, script, path, temporary], check=True, env=environment)
    return folder


def check_logits(processes: Mapping[str, Process], rounds: Rounds) -> dict[str, float]:
    """Correlate each peer's logits with those in float32, label by label; a peer that differs fails."""
    answers = {
        name: try_job(process, "check", rounds.failed) for name, process in processes.items() if "check" in process.jobs
    }
    logits = {name: np.array(answer["logits"]) for name, answer in answers.items() if answer}
    expected = logits.pop(FLOAT32, None)
    if expected is None:
        return {}
    correlations: dict[str, float] = {}
    for name, got in logits.items():
        lowest = min(float(np.corrcoef(expected[:, i], got[:, i])[0, 1]) for i in range(expected.shape[1]))
        correlations[name] = round(lowest, 4)
        if not lowest >= LEAST_CORRELATION:
            error = WayError(f"{name}: its logits correlate with float32 by {lowest:.3f}; is it the same network?")
            note_failure(rounds.failed, name, error)
    return correlations


def measure(processes: Mapping[str, Process], groups: Mapping[str, str], count: int, rounds: Rounds) -> None:
    """Run the warm-up, the selection and all rounds."""
    jobs = [(name, job) for name, process in processes.items() for job in process.jobs if job != "check"]
    for step in WARM_UP_STEPS:
        rounds.figures.clear()
        run_round(processes, jobs, rounds, step)
    drop_slow(rounds, groups, KEPT)
    kept = list(rounds.figures)
    for number in range(count):
        print(f"round {number + 1} of {count}", flush=True)
        run_round(processes, rotate(kept, number, count), rounds)


def measure_memory(ways: Sequence[Way], jobs: Mapping[str, str], failed: dict[str, str]) -> dict[str, Any]:
    """Peak resident memory of ways, in megabytes, each in a new process that runs one job once."""
    memory = {}
    for way in ways:
        if way.name in jobs:
            with ExitStack() as stack:
                for process in start_ways([way], failed).values():
                    stack.callback(process.close)
                    try_job(process, jobs[way.name], failed)
                    if answer := try_job(process, "memory", failed):
                        memory[way.name] = {"job": jobs[way.name], "peak_mb": round(answer["peak_mb"], 1)}
    return memory


def describe_texts(texts: Texts) -> dict[str, Any]:
    """Where the texts are from, and what the network computes for the mean one."""
    return {
        "source": texts.source,
        "n": len(texts.raw),
        "mean_tokens": round(texts.mean_tokens, 2),
        "multiply_adds": round(count_multiply_adds(texts.mean_tokens)),
        "attention_multiply_adds": round(count_attention_multiply_adds(texts.mean_squared_tokens)),
    }


def main() -> None:
    """Measure every way and write the result."""
    parser = argparse.ArgumentParser(description="Measure inference in one process.")
    parser.add_argument("--texts", type=int, default=TEXTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    texts, cores, rounds = read_texts(options.texts, SEED), count_cores(), Rounds()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        texts.write(path)
        plan = make_plan(texts, path, cores)
        result = {"texts": describe_texts(texts), "seed": SEED, "rounds": options.rounds, "cores": cores}
        with ExitStack() as stack:
            processes = start_ways(plan.ways, rounds.failed)
            for process in processes.values():
                stack.callback(process.close)
            result["logit_correlations"] = check_logits(processes, rounds)
            measure(processes, plan.groups, options.rounds, rounds)
        result |= compare(rounds, plan.groups, count_multiply_adds(texts.mean_tokens))
        result["memory"] = measure_memory(plan.ways, choose_jobs(result), rounds.failed)
    result |= {"skipped": plan.skipped, "failed": rounds.failed, "converter_versions": plan.converters}
    result["way_versions"] = {name: process.versions for name, process in processes.items()}
    if (options.texts, options.rounds) == (TEXTS, ROUNDS):
        write_result("inference", result)
    else:
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

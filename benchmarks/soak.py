"""Does the server lose anything, or grow, when all goes wrong for ten minutes?

Mixed load goes to a server while its process is killed, paused, told to stop and to load again, its workers die and
hang, its clock jumps, the disk of its log is full, and clients vanish or are slow. A supervisor starts it again when it
ends, clients try again as they are told to, and every prediction is compared with the library's. Run it as
``python benchmarks/soak.py``; it fails if a request was lost, an answer is wrong, memory grew, or a line of the
log is no JSON.
"""

import argparse
import asyncio
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import tweetmoji
from http_load.client import Connection, make_request
from http_load.processes import find_free_port
from http_load.texts import SEED, read_texts
from results import write_result
from soaking.clients import Client, Question, Tally, make_questions
from soaking.faults import Faults, plan
from soaking.supervisor import Supervisor
from tweetmoji.runtime.artifact import SHIPPED

TEXTS = 512
BATCH = 64
SINGLES = 4
"""Clients that send single texts; of batches, explanations and scrapes there is one each."""

EXPLAINED = 20
SHORT_WORDS = 12
"""Texts to explain, and the words that each has at most: an explanation predicts a text once for each word."""

SCRAPE = [Question(make_request("GET", "/metrics"), 0, None)]
SAMPLES = 200
"""Points of the plots, at most."""

SETTINGS = ("--hang-s", "5", "--drain-s", "0.5", "--shutdown-timeout-s", "5", "--access-log", "--log-format", "json")
"""A hung worker is found sooner than by default, so that a short soak sees it."""

MEMORY_GROWTH = 1.1
"""Most memory in the last quarter of the last process's life, as a multiple of that in the first."""

LEAST_SAMPLES = 8
"""Samples of the memory that a trend needs."""

SETTLED = 0.25
"""Share of the last process's life after which its memory counts: by then every path has run."""


def main() -> None:
    """Soak and write the result."""
    options = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(soak(Path(folder), options))
    result["missed"] = list(find_missed(result))
    write_result(options.name, {"seed": options.seed, "seconds": options.seconds} | result)
    if result["missed"]:
        sys.exit(f"soak: {'; '.join(result['missed'])}")


def find_missed(result: dict[str, Any]) -> Iterator[str]:
    """What a soak should be and is not."""
    if result["lost"] or result["wrong"]:
        yield f"{result['lost']} requests were lost, {result['wrong']} answers are wrong"
    memory = result["memory_mb"]
    if memory and memory["last"] > MEMORY_GROWTH * memory["first"]:
        yield f"memory grew from {memory['first']:g} to {memory['last']:g} MB; expected at most {MEMORY_GROWTH:g} times"
    if result["log"]["not_json"]:
        yield f"{result['log']['not_json']} lines of the log are no JSON"


async def soak(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Load a server and harm it; what came of it."""
    generator = random.Random(options.seed)
    texts, source = read_texts(TEXTS)
    emojifier = tweetmoji.load()
    predictions = emojifier.predict(texts)
    port, model = find_free_port(), folder / "model"
    shutil.copytree(SHIPPED, model)
    program = Path(__file__).parent / "ways" / "faulty_server.py"
    command = [sys.executable, program, "serve", "--port", str(port), "--model", model, *SETTINGS]
    supervisor = Supervisor(command, clean_environment(), folder / "log.jsonl")
    batches, tally = make_questions(texts, predictions, BATCH), Tally()
    singles = [*[(make_questions(texts, predictions, 1), 0.05)] * SINGLES]
    kinds = [*singles, (batches, 0.5), (make_explanations(texts, emojifier), 0.5), (SCRAPE, 1.0)]
    faults = Faults(supervisor, port, model, batches[0].request)
    running = asyncio.create_task(supervisor.run())
    await wait_until_ready(port)
    crowd = [Client(port, tally) for _ in kinds]
    tasks = [
        asyncio.create_task(client.run(questions, pause_s, generator))
        for client, (questions, pause_s) in zip(crowd, kinds, strict=True)
    ]
    try:
        done, series = await harm(faults, supervisor, tally, options, generator)
        for client in crowd:
            client.stopping = True
        await asyncio.gather(*tasks)
    finally:
        for task in (*tasks, running):
            task.cancel()
        await asyncio.gather(*tasks, running, return_exceptions=True)
    return {"texts": source, **summarize(tally, supervisor, done, series), "log": read_log(folder / "log.jsonl")}


def make_explanations(texts: Sequence[str], emojifier: tweetmoji.Emojifier) -> list[Question]:
    """Make requests for explanations of short texts."""
    questions = []
    for text in [text for text in texts if len(text.split()) <= SHORT_WORDS][:EXPLAINED]:
        found = emojifier.explain(text)
        answer = {"prediction": vars(found.prediction), "words": [vars(word) for word in found.words]}
        questions.append(Question(make_request("POST", "/v1/explanations", {"text": text}), 1, answer))
    return questions


async def harm(
    faults: Faults, supervisor: Supervisor, tally: Tally, options: argparse.Namespace, generator: random.Random
) -> tuple[Counter[str], list[dict[str, Any]]]:
    """Do the planned faults; how often each was done, and memory and requests over time."""
    done: Counter[str] = Counter()
    series: list[dict[str, Any]] = []
    planned = plan(faults, options.seconds, options.every, generator)
    acts = faults.ending | faults.lasting
    start = time.monotonic()
    step_s = max(0.5, options.seconds / SAMPLES)
    acting: set[asyncio.Task[None]] = set()
    answered = tally.answered
    while (now := time.monotonic() - start) < options.seconds:
        names = []
        while planned and planned[0][0] <= now:
            names.append(planned.pop(0)[1])
            acting.add(asyncio.ensure_future(acts[names[-1]]()))
            done[names[-1]] += 1
        memory_mb = await asyncio.to_thread(supervisor.measure_memory_mb)
        rate = (tally.answered - answered) / step_s
        answered = tally.answered
        memory_mb = memory_mb and round(memory_mb, 1)
        row = {"s": round(now, 1), "memory_mb": memory_mb, "per_s": round(rate, 1)}
        series.append(row | {"process": supervisor.starts, "faults": names})
        await asyncio.sleep(max(0.0, step_s - (time.monotonic() - start - now)))
    await asyncio.gather(*acting)
    return done, series


def summarize(tally: Tally, supervisor: Supervisor, done: Counter[str], series: list[dict[str, Any]]) -> dict[str, Any]:
    """Summarize what the clients saw."""
    return {
        "answered": tally.answered,
        "texts_answered": tally.texts,
        "lost": tally.lost,
        "wrong": tally.wrong,
        "attempts": dict(sorted(tally.attempts.items())),
        "p50_ms": round(1000 * float(np.percentile(tally.latencies_s, 50)), 1),
        "p99_ms": round(1000 * float(np.percentile(tally.latencies_s, 99)), 1),
        "processes": supervisor.starts,
        "exits": dict(sorted(Counter(map(str, supervisor.exits)).items())),
        "faults": dict(sorted(done.items())),
        "memory_mb": summarize_memory(series),
        "series": {name: [row[name] for row in series] for name in series[0]},
    }


def summarize_memory(series: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Summarize the memory of the last process, once it has settled; None if it lived for too short a time."""
    last = [row for row in series if row["process"] == series[-1]["process"] and row["memory_mb"]]
    settled = last[int(SETTLED * len(last)) :]
    if len(settled) < LEAST_SAMPLES:
        return None
    memory = [row["memory_mb"] for row in settled]
    quarter = len(memory) // 4
    growth = float(np.polyfit([row["s"] / 3600 for row in settled], memory, 1)[0])
    return {
        "of_s": round(settled[-1]["s"] - settled[0]["s"], 1),
        "first": round(float(np.median(memory[:quarter])), 1),
        "last": round(float(np.median(memory[-quarter:])), 1),
        "growth_mb_per_h": round(growth, 1),
    }


def read_log(path: Path) -> dict[str, Any]:
    """Count the lines of the log, and those that are no JSON: a traceback of Python's own."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {"lines": len(lines), "not_json": sum(not line.startswith("{") for line in lines)}


async def wait_until_ready(port: int) -> None:
    """Wait until a server on a port is ready."""
    async with asyncio.timeout(120):
        while not await is_ready(port):
            await asyncio.sleep(0.1)


async def is_ready(port: int) -> bool:
    """Whether a server on a port is ready."""
    try:
        connection = await Connection.open(port)
    except OSError:
        return False
    try:
        return (await connection.send(make_request("GET", "/readyz"))).status == 200
    finally:
        connection.close()


def clean_environment() -> dict[str, str]:
    """The environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TWEETMOJI_")}


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Soak tweetmoji's server with faults.")
    parser.add_argument("--seconds", type=float, default=600, help="of load (default: 600)")
    parser.add_argument("--every", type=float, default=6, help="seconds between two faults (default: 6)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the faults' order and the load (default: {SEED})")
    parser.add_argument("--name", default="soak", help="of the file in benchmarks/results/ (default: soak)")
    return parser.parse_args()


if __name__ == "__main__":
    main()

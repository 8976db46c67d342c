"""What does the server do when far more comes in than it can compute?

Measures the capacity with clients that wait for their answers, then sends requests at random times at 2 and 10 times
that rate, whether or not earlier ones are answered: the share of the capacity that is still served, the latency of what
was accepted, single texts in between, memory, statuses, and how soon all is normal again. Single texts are sent, and
memory is read, while the capacity is measured too. Run it as
``python benchmarks/overload.py``; it fails if a target is missed.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from http_load.client import GONE, Connection, Pool, make_request
from http_load.processes import ProcessGroup, find_free_port, run_server
from http_load.servers import OURS, SERVERS, is_ready
from http_load.texts import SEED, read_texts
from results import write_result

TEXTS = 1024
CONNECTIONS = 900
"""Most connections at a time, below the server's limit; a request that finds none is late, and counted as such."""

FILL_S = 10.0
"""Seconds of an overload before those that count: the queue and all buffers are then as full as they get."""

PROBE_S = 0.1
"""Seconds between two single texts."""

MEMORY_S = 1.0
"""Seconds between two looks at the memory: each takes milliseconds in which the server waits."""

NORMAL_S = 0.05
"""Latency of a single text that is normal, beside twice the idle one: a worker may be at a slice of some 30 ms."""

NORMAL_PROBES = 5
"""Normal ones in a row after which all is normal again."""

RECOVERY_S = 30

SERVED_AT_TWICE = 0.9
"""Least share of the capacity that is still served at twice its load."""

NORMAL_AFTER_S = 1.0
"""Seconds after an overload in which all is normal again."""

ACCEPTED_P99_MS = 12_000
"""Highest 99th percentile of what was accepted: ``--queue-ms`` by default, and a fifth more for the request's own work
and for a rate that has changed while it waited."""

MEMORY_GROWTH = 1.1
"""Most memory under overload, as a multiple of that before."""


@dataclass
class Load:
    """What came back under a load."""

    statuses: Counter[str] = field(default_factory=Counter)
    accepted_s: list[float] = field(default_factory=list)
    probes_s: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    sent: int = 0
    late: int = 0


def main() -> None:
    """Measure and write the result."""
    options = parse_arguments()
    texts, source = read_texts(TEXTS)
    port = find_free_port()
    ready = partial(is_ready, f"http://127.0.0.1:{port}/tweets", '{"text": "a"}')
    [ours] = [server for server in SERVERS if server.name == OURS]
    with run_server(ours.make_command(port), ours.make_environment(), ready) as (group, _):
        result = asyncio.run(measure(group, port, texts, options))
    result["missed"] = [f"{run['factor']:g}×: {missed}" for run in result["runs"] for missed in find_missed(run)]
    write_result(
        options.name,
        {"seed": SEED, "seconds": options.seconds, "texts_per_request": options.texts, "texts": source} | result,
    )
    if result["missed"]:
        sys.exit(f"overload: {'; '.join(result['missed'])}")


def find_missed(run: dict[str, Any]) -> Iterator[str]:
    """What a run should be and is not."""
    failed = {status: count for status, count in run["statuses"].items() if status not in {"200", "429"}}
    if failed:
        yield f"other responses than 200 and 429: {failed}"
    if run["factor"] <= 2 and run["served_share"] < SERVED_AT_TWICE:
        yield f"{run['served_share']:.0%} of the capacity served; expected {SERVED_AT_TWICE:.0%}"
    if (run["accepted_p99_ms"] or 0) > ACCEPTED_P99_MS:
        yield f"99th percentile {run['accepted_p99_ms']:g} ms; expected at most {ACCEPTED_P99_MS} ms"
    if run["memory_mb"]["highest"] > MEMORY_GROWTH * run["memory_mb"]["before"]:
        yield f"memory {run['memory_mb']}; expected at most {MEMORY_GROWTH:g} times that before"
    if run["recovery_s"] is None or run["recovery_s"] > NORMAL_AFTER_S:
        yield f"normal again after {run['recovery_s']} s; expected {NORMAL_AFTER_S:g} s"


async def measure(group: ProcessGroup, port: int, texts: list[str], options: argparse.Namespace) -> dict[str, Any]:
    """Measure the capacity and each overload."""
    generator = random.Random(SEED)
    requests = [
        make_request("POST", "/v1/predictions", {"texts": generator.sample(texts, options.texts)}) for _ in range(64)
    ]
    probe = make_request("POST", "/tweets", {"text": texts[0]})
    await measure_capacity(port, requests, 2)  # warms up
    idle_s = float(np.median(await probe_idle(port, probe)))
    seconds = max(2.0, options.seconds / 4)
    capacity = await measure_capacity_watched(group, port, requests, probe, seconds)
    if capacity < 1:
        sys.exit(f"overload: {capacity:.2f} requests/s are too few to measure; send smaller ones: --texts 4")
    runs, capacities = [], [capacity]
    await overload(group, port, requests, probe, 2 * capacity, min(FILL_S, options.seconds), idle_s)
    for factor in options.factors:
        print(f"overload: {factor:g} times {capacity:.1f} requests/s", file=sys.stderr)
        before_mb = group.measure_memory_mb()
        load, recovery_s = await overload(group, port, requests, probe, factor * capacity, options.seconds, idle_s)
        # again, for a machine that others use too has no constant speed
        capacities.append(await measure_capacity_watched(group, port, requests, probe, seconds))
        around = sum(capacities[-2:]) / 2
        runs.append(summarize(load, factor, around, options.seconds, before_mb, recovery_s))
    return {"capacity_per_s": [round(rate, 1) for rate in capacities], "idle_ms": round(1000 * idle_s, 2), "runs": runs}


async def measure_capacity_watched(
    group: ProcessGroup, port: int, requests: list[bytes], probe: bytes, seconds: float
) -> float:
    """The same as `measure_capacity`, while single texts are sent and memory is read as under an overload."""
    watching = asyncio.gather(send_probes(port, probe, Load()), watch_memory(group, Load()))
    capacity = await measure_capacity(port, requests, seconds)
    await stop([watching])
    return capacity


async def measure_capacity(port: int, requests: list[bytes], seconds: float) -> float:
    """Requests in a second that clients get which wait for their answers."""
    end = time.perf_counter() + seconds
    done = 0

    async def ask(first: int) -> None:
        nonlocal done
        connection = await Connection.open(port)
        for i in range(first, sys.maxsize):
            response = await connection.send(requests[i % len(requests)])
            if time.perf_counter() > end:
                break
            done += response.status == 200
        connection.close()

    await asyncio.gather(*(ask(7 * i) for i in range(8)))
    return done / seconds


async def probe_idle(port: int, probe: bytes) -> list[float]:
    """Latencies of single texts of a server that does nothing else."""
    connection = await Connection.open(port)
    found = [await time_probe(connection, probe) for _ in range(20)]
    connection.close()
    return found


async def time_probe(connection: Connection, probe: bytes) -> float:
    """Seconds that a single text takes; infinite if it is refused."""
    start = time.perf_counter()
    response = await connection.send(probe)
    return time.perf_counter() - start if response.status == 200 else float("inf")


async def overload(
    group: ProcessGroup, port: int, requests: list[bytes], probe: bytes, rate: float, seconds: float, idle_s: float
) -> tuple[Load, float | None]:
    """Send requests at a rate, then hang up; what came back, and the seconds until all was normal."""
    load, pool, generator = Load(), Pool(port, limit=CONNECTIONS), random.Random(SEED)
    watching = asyncio.gather(send_probes(port, probe, load), watch_memory(group, load))
    start = due = time.perf_counter()
    tasks: set[asyncio.Task[None]] = set()
    while (due := due + generator.expovariate(rate)) < start + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(send(pool, generator.choice(requests), load))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        load.sent += 1
    await asyncio.sleep(max(0.0, start + seconds - time.perf_counter()))
    load = Load(load.statuses.copy(), load.accepted_s[:], load.probes_s[:], load.memory_mb, load.sent, load.late)
    await stop([watching, *tasks])
    pool.close()
    return load, await recover(port, probe, idle_s)


async def send(pool: Pool, request: bytes, load: Load) -> None:
    """Send a request, and note what comes back."""
    start = time.perf_counter()
    try:
        async with pool.borrow() as connection:
            load.late += time.perf_counter() - start > 0.1
            start = time.perf_counter()
            response = await connection.send(request)
    except GONE:
        load.statuses["connection lost"] += 1
        return
    load.statuses[str(response.status)] += 1
    if response.status == 200:
        load.accepted_s.append(time.perf_counter() - start)


async def send_probes(port: int, probe: bytes, load: Load) -> None:
    """Send single texts until cancelled."""
    connection = await Connection.open(port)
    try:
        while True:
            load.probes_s.append(await time_probe(connection, probe))
            await asyncio.sleep(PROBE_S)
    finally:
        connection.close()


async def watch_memory(group: ProcessGroup, load: Load) -> None:
    """Read the memory until cancelled."""
    while True:
        load.memory_mb.append(await asyncio.to_thread(group.measure_memory_mb))
        await asyncio.sleep(MEMORY_S)


async def stop(futures: Sequence[asyncio.Future[Any]]) -> None:
    """Cancel what runs, and wait for its end."""
    for future in futures:
        future.cancel()
    await asyncio.gather(*futures, return_exceptions=True)


async def recover(port: int, probe: bytes, idle_s: float) -> float | None:
    """Seconds until single texts are answered as before the load; None if they never are."""
    start = time.perf_counter()
    connection = await Connection.open(port)
    normal, first_s = 0, 0.0
    try:
        while (now := time.perf_counter()) < start + RECOVERY_S:
            if await time_probe(connection, probe) > max(2 * idle_s, NORMAL_S):
                normal = 0
                continue
            first_s = now - start if normal == 0 else first_s
            normal += 1
            if normal == NORMAL_PROBES:
                return first_s
        return None
    finally:
        connection.close()


def summarize(
    load: Load, factor: float, capacity: float, seconds: float, before_mb: float, recovery_s: float | None
) -> dict[str, Any]:
    """Summarize a run."""
    answered = [seconds_ for seconds_ in load.probes_s if seconds_ != float("inf")]
    return {
        "factor": factor,
        "sent_per_s": round(load.sent / seconds, 1),
        "late": load.late,
        "statuses": dict(sorted(load.statuses.items())),
        "served_share": round(load.statuses["200"] / seconds / capacity, 3),
        "accepted_p50_ms": show_ms(load.accepted_s, 50),
        "accepted_p99_ms": show_ms(load.accepted_s, 99),
        "single_p50_ms": show_ms(answered, 50),
        "single_p99_ms": show_ms(answered, 99),
        "single_refused": len(load.probes_s) - len(answered),
        "memory_mb": {
            "before": round(before_mb, 1),
            "highest": round(max(load.memory_mb), 1),
            "last": round(load.memory_mb[-1], 1),
        },
        "recovery_s": None if recovery_s is None else round(recovery_s, 2),
    }


def show_ms(seconds: list[float], q: float) -> float | None:
    """A percentile in milliseconds; None if there is nothing."""
    return round(1000 * float(np.percentile(seconds, q)), 1) if seconds else None


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure tweetmoji's server under overload.")
    parser.add_argument("--seconds", type=float, default=60, help="of each overload (default: 60)")
    parser.add_argument("--factors", type=float, nargs="+", default=[2, 10], help="of the capacity (default: 2 10)")
    parser.add_argument("--texts", type=int, default=32, help="of each request (default: 32)")
    parser.add_argument("--name", default="overload", help="of the file in benchmarks/results/ (default: overload)")
    return parser.parse_args()


if __name__ == "__main__":
    main()

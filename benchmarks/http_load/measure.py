"""One repetition of one server: start it, check its responses, load it, stop it."""

import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from http_load.in_process import HUNDRED, cut_hundreds
from http_load.load import SOURCES, run_closed_loop, run_fixed_rate
from http_load.processes import ProcessGroup, ServerError, find_free_port, run_server
from http_load.servers import OURS, Server, is_ready, post

WARM_UP = 4
"""Connections that warm a server up, for two seconds."""

ROUNDS = 2
"""Requests that each connection of a closed loop should get answered at least, so that slow servers run longer."""

LONGEST_S = 12
"""Seconds that a closed loop takes at most."""

CHECKED = 8
"""Texts whose responses are read before the load."""

SUSTAINABLE = 0.9
"""A fixed rate above this share of the best closed-loop throughput is not tried: a queue would only grow."""


@dataclass(frozen=True)
class Plan:
    """What every server is measured with.

    Attributes:
        texts: All texts.
        connections: Numbers of connections of the closed loop, ascending.
        closed_s: Seconds of each closed loop.
        rates: Requests in a second of the fixed rates.
        open_s: Seconds of each fixed rate.
        in_process_texts: How many of the texts the library predicts in its own process.
    """

    texts: Sequence[str]
    connections: Sequence[int]
    closed_s: float
    rates: Sequence[float]
    open_s: float
    in_process_texts: int


def measure_server(server: Server, plan: Plan, repetition: int) -> dict[str, Any]:
    """Measure a server once, from its start to its end.

    Args:
        server: The server.
        plan: What to measure.
        repetition: From 0; each repetition begins at another text.

    Returns:
        start_s, idle_cores (taken without requests), memory_mb (the highest under load), closed and open (lists of
        results), and for our own server in_process and hundreds_texts_per_s.

    Raises:
        ServerError: It did not start, or a response was wrong.
    """
    port = find_free_port()
    url = f"http://127.0.0.1:{port}{server.path}"
    bodies = [server.make_body(text) for text in plan.texts]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "bodies"
        path.write_text("\n".join(bodies) + "\n", encoding="utf-8")
        command, environment = server.make_command(port), server.make_environment()
        with run_server(command, environment, lambda: is_ready(url, bodies[0])) as (group, start_s):
            _check_responses(url, bodies[:CHECKED])
            group.measure_idle()
            run_closed_loop(url, path, len(bodies) // 2, WARM_UP, 2)
            offset = repetition * len(bodies) // 7
            closed, memory_mb = _run_closed_loops(group, url, path, offset, plan)
            best = max(row["requests_per_s"] for row in closed)
            first = repetition * SOURCES % (len(bodies) - SOURCES)
            fixed = _run_fixed_rates(group, url, bodies[first : first + SOURCES], best, plan)
            result = {
                "start_s": start_s,
                "idle_cores": group.idle_cores,
                "memory_mb": memory_mb,
                "closed": closed,
                "open": fixed,
            }
            if server.name == OURS:
                texts = list(plan.texts[: plan.in_process_texts])
                result["hundreds_texts_per_s"] = _post_hundreds(url.replace(server.path, "/v1/predictions"), texts)
    if server.name == OURS:
        result["in_process"] = _measure_in_process(server, texts)
    return result


def _check_responses(url: str, bodies: Sequence[str]) -> None:
    for body in bodies:
        status, response = post(url, body)
        if status != 200 or not any(word in json.dumps(response) for word in ("emoji", "label")):
            raise ServerError(f"{url} answered {status} {response}; expected 200 and a label or an emoji")


def _run_closed_loops(
    group: ProcessGroup, url: str, bodies: Path, offset: int, plan: Plan
) -> tuple[list[dict[str, Any]], float]:
    """Run the closed loop for each number of connections; the results, and the highest memory in megabytes."""
    rows: list[dict[str, Any]] = []
    memory = []
    for connections in plan.connections:
        slowest = min((row["requests_per_s"] for row in rows), default=float("inf"))
        seconds = min(LONGEST_S, max(plan.closed_s, ROUNDS * connections / slowest))
        group.wait_until_idle()
        cpu_s = group.measure_cpu_s()
        sampler = threading.Timer(seconds / 2, lambda: memory.append(group.measure_memory_mb()))
        sampler.start()
        row = run_closed_loop(url, bodies, offset, connections, seconds)
        cpu_s = group.measure_cpu_s() - cpu_s
        sampler.join()
        if row["n"] == 0:
            raise ServerError(f"{url} answered none of {connections} connections within {seconds:.0f} s")
        rows.append(
            {
                "connections": connections,
                "requests_per_s": row["n"] / row["seconds"],
                "p50_ms": row["p50_ms"],
                "p99_ms": row["p99_ms"],
                "cpu_s_per_request": cpu_s / row["n"],
                "n": row["n"],
                "errors": row["errors"],
            }
        )
    return rows, max(memory)


def _run_fixed_rates(
    group: ProcessGroup, url: str, bodies: Sequence[str], best: float, plan: Plan
) -> list[dict[str, Any]]:
    """Run each fixed rate that the server can sustain."""
    rows: list[dict[str, Any]] = []
    for rate in plan.rates:
        if rate > SUSTAINABLE * best:
            rows.append({"rate": rate, "sustained": False})
            continue
        group.wait_until_idle()
        with tempfile.TemporaryDirectory() as folder:
            row = run_fixed_rate(url, bodies, rate, plan.open_s, Path(folder))
        rows.append({"rate": rate, "sustained": True} | row)
    return rows


def _post_hundreds(url: str, texts: list[str]) -> float:
    """Post hundreds of texts one after another over one connection; texts in a second."""
    address = url.partition("//")[2].partition("/")
    connection = http.client.HTTPConnection(address[0], timeout=60)
    bodies = [json.dumps({"texts": hundred}) for hundred in cut_hundreds(texts)]
    start = time.perf_counter()
    for body in bodies:
        connection.request("POST", f"/{address[2]}", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise ServerError(f"{url} answered {response.status}; expected 200")
    seconds = time.perf_counter() - start
    connection.close()
    return HUNDRED * len(bodies) / seconds


def _measure_in_process(server: Server, texts: list[str]) -> dict[str, float]:
    """Measure the library in a process of its own, with the environment that the server has."""
    command = [sys.executable, Path(__file__).parent / "in_process.py"]
    output = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, check=True, env=server.make_environment()
    ).stdout
    result: dict[str, float] = json.loads(output)
    return result

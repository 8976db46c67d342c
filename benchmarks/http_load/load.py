"""Load on a server: wrk for the closed loop, h2load for a fixed rate.

Closed loop: each connection sends its next request when the response to the last one has arrived. Fixed rate:
requests arrive as a Poisson process, whether or not earlier ones are answered.
"""

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

SCRIPT = Path(__file__).parent / "load.lua"
TIMEOUT_S = 60
"""Seconds that a response may take."""

SOURCES = 64
"""Connections that a fixed rate is divided among, so that a request hardly ever waits for its connection."""

LEAD_S = 1.0
"""Seconds from the start of the load tool to the first possible request of a fixed rate."""

PACKAGES = {"wrk": "wrk", "h2load": "nghttp2-client"}
"""Program to its Debian package."""


def require_tools() -> None:
    """End the program with what to install, if a load tool is missing."""
    missing = [name for name in PACKAGES if shutil.which(name) is None]
    if missing:
        packages = " ".join(PACKAGES[name] for name in missing)
        sys.exit(f"serving: {' and '.join(missing)} not found; on Debian: apt-get install {packages}")


def describe_tools() -> dict[str, str]:
    """Read the versions of the load tools."""
    wrk = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    h2load = subprocess.run(["h2load", "--version"], capture_output=True, text=True, check=True).stdout
    return {"wrk": wrk.split()[1], "h2load": h2load.split()[-1]}


def run_closed_loop(url: str, bodies: Path, offset: int, connections: int, seconds: float) -> dict[str, Any]:
    """Send requests over a number of kept-alive connections.

    Args:
        url: Where to post.
        bodies: File with a JSON body on each line, sent in turn.
        offset: Number of the line to begin after.
        connections: Number of connections.
        seconds: Duration; wrk takes whole seconds.

    Returns:
        What load.lua prints: n, seconds, errors, p50_ms, p99_ms, max_ms.
    """
    origin, slash, path = url.partition("//")[2].partition("/")
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{round(seconds)}s"]
    command += ["--timeout", f"{TIMEOUT_S}s", "--script", str(SCRIPT), f"http://{origin}"]
    command += ["--", f"{slash}{path}", str(bodies), str(offset)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def run_fixed_rate(url: str, bodies: Sequence[str], rate: float, seconds: float, folder: Path) -> dict[str, Any]:
    """Send requests at a fixed mean rate, over a connection for each body.

    Args:
        url: Where to post.
        bodies: JSON bodies, `SOURCES` of them.
        rate: Requests in a second, all connections together.
        seconds: Duration.
        folder: An empty folder for the files of the load tool.

    Returns:
        n, errors, achieved_per_s, p50_ms, p99_ms. Errors count responses other than 200, and those that did not
        arrive within `TIMEOUT_S` after the end.
    """
    counts = _write_schedules(url, len(bodies), rate, seconds, folder)
    processes = []
    try:
        for i, body in enumerate(bodies):
            (folder / f"{i}.json").write_text(body, encoding="utf-8")
            if counts[i]:
                processes.append(_start_h2load(folder, i))
        deadline = time.monotonic() + LEAD_S + seconds + TIMEOUT_S
        for process in processes:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        pass  # what is missing counts as an error
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return _summarize_logs(folder, sum(counts))


def _write_schedules(url: str, sources: int, rate: float, seconds: float, folder: Path) -> list[int]:
    """Write the timing script of each connection, and return its number of requests."""
    generator = random.Random(f"{rate} {seconds}")
    times: list[list[float]] = [[] for _ in range(sources)]
    now = generator.expovariate(rate)
    while now < seconds:
        times[generator.randrange(sources)].append(1000 * (LEAD_S + now))
        now += generator.expovariate(rate)
    for i, milliseconds in enumerate(times):
        lines = [f"{value:.3f}\t{url}\n" for value in milliseconds]
        (folder / f"{i}.times").write_text("".join(lines), encoding="ascii")
    return [len(row) for row in times]


def _start_h2load(folder: Path, i: int) -> subprocess.Popen[bytes]:
    command = ["h2load", "--h1", "--clients", "1", "--threads", "1", "--data", str(folder / f"{i}.json")]
    command += ["--header", "Content-Type: application/json", f"--timing-script-file={folder / f'{i}.times'}"]
    command += [f"--log-file={folder / f'{i}.log'}"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _summarize_logs(folder: Path, expected: int) -> dict[str, Any]:
    """Summarize h2load's logs: lines of start in microseconds, status, duration in microseconds."""
    lines = [line.split("\t") for path in folder.glob("*.log") for line in path.read_text("ascii").splitlines()]
    rows = np.array([[int(field) for field in line[:3]] for line in lines if len(line) >= 3], dtype=np.int64)
    if not len(rows):
        return {"n": expected, "errors": expected, "achieved_per_s": 0.0, "p50_ms": None, "p99_ms": None}
    right = rows[rows[:, 1] == 200]
    span_s = (rows[:, 0].max() - rows[:, 0].min()) / 1e6
    p50, p99 = (float(np.percentile(right[:, 2], q)) / 1e3 if len(right) else None for q in (50, 99))
    return {
        "n": expected,
        "errors": expected - len(right),
        "achieved_per_s": round((len(rows) - 1) / max(span_s, 1e-6), 2),
        "p50_ms": p50,
        "p99_ms": p99,
    }

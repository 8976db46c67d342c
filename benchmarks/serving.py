"""How fast does `tweetmoji serve` answer beside other ways to serve a classifier, and beside the library itself?

Starts one server after another with its defaults, in interleaved repetitions, and loads it from the same two cores:
wrk for the throughput of 1, 4, 16 and 64 kept-alive connections, h2load for the latency at fixed rates. The texts are
real tweets (``TWEETMOJI_DATA_DIR``, file unlabelled/tweets.txt), or generated ones without them. A peer whose
environment is absent (``make bench-peers``) is skipped. Run it as ``python benchmarks/serving.py``.
"""

import argparse
import os
import signal
import sys
import time
from typing import Any

from http_load.accuracy import compare_accuracy
from http_load.load import describe_tools, require_tools
from http_load.measure import Plan, measure_server
from http_load.processes import ServerError
from http_load.servers import SERVERS, Server
from http_load.summary import compute_ratios, summarize_server
from http_load.texts import SEED, read_texts
from peers.setup import REPOSITORY
from results import write_result

TEXTS = 4096
IN_PROCESS_TEXTS = 2000
CORES = 2
"""Cores that load tool and server share."""


def main() -> None:
    """Measure the servers and write the result."""
    options = parse_arguments()
    require_tools()
    bind_to_cores()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))  # so that servers are stopped
    texts, source = read_texts(TEXTS)
    plan = Plan(texts, options.connections, options.seconds, options.rates, options.open_seconds, IN_PROCESS_TEXTS)
    servers = [server for server in SERVERS if not options.servers or server.name in options.servers]
    absent = {server.name: reason for server in servers if (reason := server.explain_absence())}
    for name, reason in absent.items():
        print(f"serving: {name} is skipped: {reason}", file=sys.stderr)
    present = [server for server in servers if server.name not in absent]
    start = time.monotonic()
    runs, failed = run_repetitions(present, plan, options.repetitions)
    results = [describe_server(server, absent | failed, runs) for server in servers]
    write_result(
        options.name,
        {
            "seed": SEED,
            "repetitions": options.repetitions,
            "closed_s": options.seconds,
            "open_s": options.open_seconds,
            "cores": CORES,
            "minutes": round((time.monotonic() - start) / 60, 1),
            "texts": {"source": source, "n": len(texts), "mean_chars": round(sum(map(len, texts)) / len(texts), 1)},
            "tools": describe_tools(),
            "servers": results,
            "ratios": compute_ratios(results),
            "accuracy": compare_accuracy(),
        },
    )
    if failed:
        sys.exit(f"serving: failed: {', '.join(failed)}")


def run_repetitions(
    servers: list[Server], plan: Plan, repetitions: int
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Measure all servers in turn, several times; the runs of each, and why servers failed."""
    runs: dict[str, list[dict[str, Any]]] = {server.name: [] for server in servers}
    failed: dict[str, str] = {}
    for repetition in range(repetitions):
        for server in servers[repetition % len(servers) :] + servers[: repetition % len(servers)]:
            if server.name in failed:
                continue
            print(f"serving: {repetition + 1} of {repetitions}: {server.name}", file=sys.stderr)
            try:
                runs[server.name].append(measure_server(server, plan, repetition))
            except ServerError as error:
                print(f"serving: {server.name} failed: {error}", file=sys.stderr)
                failed[server.name] = str(error).replace(f"{REPOSITORY}/", "")
    return runs, failed


def describe_server(server: Server, missing: dict[str, str], runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Describe a server and its results, or why there are none."""
    result: dict[str, Any] = {"name": server.name, "title": server.title}
    if server.name in missing:
        return result | {"skipped": missing[server.name]}
    return result | {"versions": server.list_versions()} | summarize_server(runs[server.name])


def bind_to_cores() -> None:
    """Bind this process and all that it starts to the first cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure tweetmoji's server beside its peers.")
    parser.add_argument("servers", nargs="*", help=f"of {', '.join(server.name for server in SERVERS)} (default: all)")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4, help="of each closed loop (default: 4)")
    parser.add_argument("--open-seconds", type=float, default=4, help="of each fixed rate (default: 4)")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4, 16, 64])
    parser.add_argument("--rates", type=float, nargs="+", default=[10, 100], help="requests in a second")
    parser.add_argument("--name", default="serving", help="of the file in benchmarks/results/ (default: serving)")
    options = parser.parse_args()
    unknown = set(options.servers) - {server.name for server in SERVERS}
    if unknown:
        parser.error(f"no server is called {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    main()

"""A result of ``benchmarks/serving.py`` in small, for its summary and for the tables of it."""

from http_load.summary import summarize_server


def make_run(rate, sustained=True):
    """One repetition with this many requests in a second over one connection."""
    row = {"connections": 1, "requests_per_s": rate, "p50_ms": 1000 / rate, "p99_ms": 2000 / rate}
    fixed = {"achieved_per_s": 10.0, "p50_ms": 1.0, "p99_ms": 3.0, "n": 50, "errors": 1} if sustained else {}
    return {
        "start_s": 0.5,
        "idle_cores": 0.0,
        "memory_mb": 100.0,
        "closed": [row | {"cpu_s_per_request": 1 / rate, "n": 10, "errors": 2}],
        "open": [{"rate": 10, "sustained": sustained} | fixed],
    }


def make_result(**rates):
    """A result of servers with one repetition each."""
    servers = [{"name": name, "title": name} | summarize_server([make_run(rate)]) for name, rate in rates.items()]
    return {
        "servers": servers,
        "repetitions": 1,
        "closed_s": 4,
        "cores": 2,
        "hardware": {"cpu": "some processor"},
        "texts": {"n": 10, "source": "generated", "mean_chars": 50.0},
    }

"""Summaries of repetitions: median, spread and each value; and the ratios that the documents quote."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from http_load.servers import OURS

Summary = dict[str, Any]
"""median, spread (highest minus lowest) and all values."""


def summarize(values: Iterable[float | None]) -> Summary | None:
    """Summarize the repetitions of one measurement; None if one of them has no value."""
    numbers = list(values)
    if any(value is None for value in numbers):
        return None
    kept = [round_figures(value) for value in numbers if value is not None]
    spread = round_figures(max(kept) - min(kept))
    return {"median": round_figures(statistics.median(kept)), "spread": spread, "all": kept}


def round_figures(value: float) -> float:
    """Round to five significant figures."""
    return float(f"{value:.5g}")


def summarize_server(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Summarize the repetitions of one server, as `http_load.measure.measure_server` gives them."""
    result: dict[str, Any] = {
        name: summarize(run[name] for run in runs) for name in ("start_s", "idle_cores", "memory_mb")
    }
    measured = ("requests_per_s", "p50_ms", "p99_ms", "cpu_s_per_request")
    result["closed"] = [
        {"connections": rows[0]["connections"]} | _summarize_rows(rows, measured)
        for rows in zip(*(run["closed"] for run in runs), strict=True)
    ]
    result["open"] = []
    for rows in zip(*(run["open"] for run in runs), strict=True):
        sustained = all(row["sustained"] for row in rows)
        summary = _summarize_rows(rows, ("achieved_per_s", "p50_ms", "p99_ms")) if sustained else {}
        result["open"].append({"rate": rows[0]["rate"], "sustained": sustained} | summary)
    if "in_process" in runs[0]:
        result["hundreds_texts_per_s"] = summarize(run["hundreds_texts_per_s"] for run in runs)
        names = runs[0]["in_process"]
        result["in_process"] = {name: summarize(run["in_process"][name] for run in runs) for name in names}
    return result


def _summarize_rows(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    summary: dict[str, Any] = {name: summarize(row[name] for row in rows) for name in names}
    return summary | {name: sum(row[name] for row in rows) for name in ("n", "errors")}


def compute_ratios(servers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Compute how many times better our server is than each other one, and how near it is to the library itself.

    Args:
        servers: Results with their names; ours may be missing.

    Returns:
        Nothing without our server. Else to_peers (server to connections to the ratios of the medians, above 1 if ours
        is better), and to_in_process: HTTP throughput by connections to that of ``predict`` with a list, hundreds by
        HTTP to hundreds in process, and milliseconds of one connection to those of one text in process.
    """
    [ours] = [server for server in servers if server["name"] == OURS and "closed" in server] or [None]
    if ours is None:
        return {}
    others = [server for server in servers if server["name"] != OURS and "closed" in server]
    in_process = ours["in_process"]
    list_per_s = in_process["list_texts_per_s"]["median"]
    return {
        "to_peers": {server["name"]: _compare(ours, server) for server in others},
        "to_in_process": {
            "requests_to_list": {
                str(row["connections"]): round(row["requests_per_s"]["median"] / list_per_s, 3)
                for row in ours["closed"]
            },
            "hundreds": round(ours["hundreds_texts_per_s"]["median"] / in_process["hundreds_texts_per_s"]["median"], 3),
            "one_text_ms": round(ours["closed"][0]["p50_ms"]["median"] / in_process["one_text_ms"]["median"], 3),
        },
    }


def _compare(ours: dict[str, Any], other: dict[str, Any]) -> dict[str, dict[str, float]]:
    return {
        str(mine["connections"]): {
            "requests_per_s": _divide(mine, theirs, "requests_per_s"),
            **{name: _divide(theirs, mine, name) for name in ("p50_ms", "p99_ms", "cpu_s_per_request")},
        }
        for mine, theirs in zip(ours["closed"], other["closed"], strict=True)
    }


def _divide(numerator: dict[str, Any], denominator: dict[str, Any], name: str) -> float:
    return round_figures(numerator[name]["median"] / denominator[name]["median"])

"""Tables of docs/label.md and docs/scale.md, from the result of ``benchmarks/label.py``.

Every function takes that result; what was not measured is not in it.
"""

from typing import Any, Final

from speed_targets import Target
from tweetmoji.evaluate.report.tables import make_table

RATIOS: Final = (
    ("csv over lists", "rows/s from CSV, over lists in process", 0.9),
    ("parquet over lists", "rows/s from Parquet, over lists in process", 0.9),
    ("csv over pipeline", "rows/s from CSV, over `transformers.pipeline` in float32 at its best batch size", 3),
    ("csv over apply", "rows/s from CSV, over a pandas `apply` of single predictions", 1.8),
)
"""Name of a ratio, its title and the least that it should be."""

LEAST_RAY_SHARE: Final = 0.85
"""Rows a second on Ray over those of the local engine on the same cores."""

BILLION: Final = 1_000_000_000

MAX_MB: Final = 500
MAX_GROWTH: Final = 1.1
"""Peak memory, and its ratio to that at a tenth of the rows."""


def render_label(result: dict[str, Any]) -> str:
    """Tabulate what has been measured against its targets."""
    targets = [
        *_list_rates(result.get("rates")),
        *_list_memory(result.get("memory")),
        *_list_kills(result.get("kills")),
        *_list_ray(result.get("ray")),
    ]
    if not targets:
        return "Not measured."
    return make_table(["", "target", "measured", "met"], [target.as_row() for target in targets])


def _list_rates(rates: dict[str, Any] | None) -> list[Target]:
    if not rates:
        return []
    found = rates["ratios"]
    return [Target(title, found[name]["median"], bound) for name, title, bound in RATIOS if name in found]


def _list_memory(memory: dict[str, Any] | None) -> list[Target]:
    if not memory:
        return []
    targets = []
    for kind, n, classifier in [("model", memory["n"], "the model"), ("stub", memory["n_stub"], "a stub classifier")]:
        title = f"peak memory at {n:,} rows with {classifier}"
        growth = memory[f"{kind}_mb"] / memory[f"{kind}_tenth_mb"]
        targets.append(Target(title, memory[f"{kind}_mb"], MAX_MB, at_least=False, unit=" MB"))
        targets.append(Target(f"{title}, over a tenth of the rows", growth, MAX_GROWTH, at_least=False))
    return targets


def _list_kills(kills: dict[str, Any] | None) -> list[Target]:
    if not kills:
        return []
    title = f"outputs that differ after kill -9 at {kills['kills']} moments, of {kills['outputs']}"
    return [Target(title, kills["outputs_that_differ"], 0, at_least=False, unit="")]


def _list_ray(found: dict[str, Any] | None) -> list[Target]:
    if not found:
        return []
    title = f"rows/s on Ray over the local engine, both on {found['workers']} cores, {found['n']:,} rows"
    return [Target(title, found["ray over local"]["median"], LEAST_RAY_SHARE)]


def render_scale(result: dict[str, Any]) -> str:
    """Calculate a billion tweets from what has been measured."""
    rates, cluster = result.get("rates"), result.get("ray")
    if not rates:
        return "Not measured."
    a_core = rates["rows_per_s"]["csv"]["median"] / rates["threads"]
    hours = BILLION / a_core / 3600
    rows = [
        ["rows/s a core, measured on one machine", f"{a_core:,.0f}"],
        ["core-hours for a billion tweets", f"{hours:,.0f}"],
    ]
    if cluster:
        a_worker, command = find_ray_rates(cluster)
        rows += [
            ["rows/s a worker on Ray, measured on one machine", f"{a_worker:,.0f}"],
            ["core-hours for a billion tweets on Ray", f"{BILLION / a_worker / 3600:,.0f}"],
            ["rows/s that one command reads, sends and stores (stub classifiers on the same cores)", f"{command:,.0f}"],
            ["workers that one command keeps busy", f"{command / a_worker:,.0f}"],
            ["hours for a billion tweets with these", f"{BILLION / command / 3600:,.1f}"],
        ]
    return make_table(["", ""], rows)


def find_ray_rates(cluster: dict[str, Any]) -> tuple[float, float]:
    """Rows a second of a worker on Ray, and those that one command reads, sends and stores."""
    rates = cluster["rows_per_s"]
    return rates["ray"]["median"] / cluster["workers"], rates["stub"]["median"]

"""Tables and plot of docs/operations.md, from the results of ``benchmarks/soak.py`` and ``benchmarks/overload.py``."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from tweetmoji.evaluate.report.tables import MISSING, make_table
from tweetmoji.reporting.plots import COLORS, NEUTRAL, make_panels, plot_style, save_plot


def render_soak(result: dict[str, Any]) -> str:
    """Tabulate what a soak did, and what came of it."""
    memory = result["memory_mb"]
    rows = [
        ["requests answered, each as the library does", f"{result['answered'] - result['wrong']:,}"],
        ["texts in them", f"{result['texts_answered']:,}"],
        ["**requests lost**", f"{result['lost']}"],
        ["**wrong answers**", f"{result['wrong']}"],
        ["attempts that had to be made again", f"{_count_again(result):,}"],
        ["first attempt to answer, median / p99", f"{result['p50_ms'] / 1000:.2f} / {result['p99_ms'] / 1000:.1f} s"],
        ["processes that the supervisor started", f"{result['processes']}"],
        [
            "memory of the last one, first and last quarter",
            f"{memory['first']:.0f} / {memory['last']:.0f} MB" if memory else MISSING,
        ],
        ["lines of the log that are no JSON", f"{result['log']['not_json']} of {result['log']['lines']:,}"],
    ]
    faults = make_table(["fault", "times"], [[name, str(times)] for name, times in result["faults"].items()])
    hardware = result["hardware"]
    about = (
        f"{result['seconds']:g} seconds with seed {result['seed']} on {hardware['cores']} cores ({hardware['cpu']}), "
        "which clients and server share; [result file](../benchmarks/results/soak.json)." + _list_missed(result)
    )
    return "\n\n".join([make_table([f"soak of {result['seconds']:g} s", ""], rows), faults, about])


def _list_missed(result: dict[str, Any]) -> str:
    """The sentence about the targets that were missed; empty if none was."""
    missed = result.get("missed")
    return f" Missed: {'; '.join(missed)}." if missed else ""


def _count_again(result: dict[str, Any]) -> int:
    attempts: int = sum(result["attempts"].values())
    answered: int = result["answered"]
    return attempts - answered


def render_overload(result: dict[str, Any]) -> str:
    """Tabulate each overload against the capacity."""
    runs = result["runs"]
    statuses = sorted({status for run in runs for status in run["statuses"]})
    rows = [
        ["requests sent in a second", *(f"{run['sent_per_s']:.1f}" for run in runs)],
        ["served, as a share of the capacity", *(f"{run['served_share']:.0%}" for run in runs)],
        *[[f"responses of {status}", *(f"{run['statuses'].get(status, 0):,}" for run in runs)] for status in statuses],
        ["accepted requests, median / p99", *(_show(run, "accepted") for run in runs)],
        ["single texts meanwhile, median / p99", *(_show(run, "single") for run in runs)],
        ["memory before / highest", *(_show_memory(run["memory_mb"]) for run in runs)],
        ["normal again after", *(_show_seconds(run["recovery_s"]) for run in runs)],
    ]
    hardware = result["hardware"]
    capacities = ", ".join(f"{rate:.1f}" for rate in result["capacity_per_s"])
    about = (
        f"Capacity before, between and after: {capacities} requests/s of {result['texts_per_request']} texts; a single "
        f"text on the idle server takes {result['idle_ms']:.1f} ms. {result['seconds']:g} seconds each on "
        f"{hardware['cores']} cores ({hardware['cpu']}), which load and server share; "
        "[result file](../benchmarks/results/overload.json)." + _list_missed(result)
    )
    return "\n\n".join([make_table(["overload", *(f"{run['factor']:g}× the capacity" for run in runs)], rows), about])


def _show(run: dict[str, Any], kind: str) -> str:
    values = [run[f"{kind}_p50_ms"], run[f"{kind}_p99_ms"]]
    return MISSING if None in values else " / ".join(f"{value:,.0f}" for value in values) + " ms"


def _show_memory(memory: dict[str, float]) -> str:
    return f"{memory['before']:.0f} / {memory['highest']:.0f} MB"


def _show_seconds(seconds: float | None) -> str:
    return MISSING if seconds is None else f"{seconds:.1f} s"


def write_soak_plot(result: dict[str, Any], path: Path) -> None:
    """Write the plot of memory and answers over time, with a line for each fault, as SVG and PNG.

    Args:
        result: The result of the soak.
        path: Path of the files without their suffix.
    """
    series = result["series"]
    with plot_style():
        figure, panels = make_panels(2, 1, (7.2, 2.2), sharex=True)
        for row, (name, title) in enumerate(
            (("memory_mb", "Memory of the server (MB); gaps: it starts"), ("per_s", "Requests answered per second"))
        ):
            axes = panels[row][0]
            values = [float("nan") if value is None else value for value in series[name]]
            axes.plot(series["s"], values, color=COLORS["anger"], linewidth=1.2)
            axes.set(title=title, ylim=(0, None))
            _mark_faults(axes, series)
        panels[1][0].set_xlabel("seconds; thin lines are faults")
    save_plot(figure, path)


def _mark_faults(axes: Axes, series: dict[str, list[Any]]) -> None:
    for second, faults in zip(series["s"], series["faults"], strict=True):
        if faults:
            axes.axvline(second, color=NEUTRAL, linewidth=0.4)

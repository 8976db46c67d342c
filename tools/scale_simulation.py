"""The simulation of docs/scale.md: rows a second of ``tweetmoji label --engine ray`` against the number of workers.

A cluster of hundreds of cores is not at hand, so parts are moved here as the engine moves them, with two times that
were measured on one machine: that of a worker for a part, and that of the command for reading, sending and storing it.
"""

from collections import deque
from heapq import heappop, heappush
from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from label_parts import find_ray_rates
from tweetmoji.label.rows import PART_ROWS
from tweetmoji.reporting.plots import COLORS, INK, NEUTRAL, make_panels, plot_style, save_plot

SLOTS: Final = 2
WINDOW: Final = 4
"""As in `tweetmoji.label.cluster`, which cannot be imported without Ray; a test compares them."""

JOBS: Final = ((1_000_000, COLORS["joy"], "s"), (100_000_000, COLORS["anger"], "o"))
"""Rows of the simulated jobs, with color and marker: a small one, and one as good as endless."""


def simulate(workers: int, parts: int, worker_s: float, command_s: float) -> float:
    """Simulate a job: how long it takes, by the rules of the engine's pool.

    The command is one process. It sends a part while a worker has a free slot and the window is open, else it stores
    those whose turn it is, and waits only where neither is possible.

    Args:
        workers: How many answer parts, each one part after the other.
        parts: Parts of the job.
        worker_s: Seconds in which a worker answers a part.
        command_s: Seconds of the command for a part: half when it is sent, half when it is stored.

    Returns:
        Seconds until the last part is stored; workers have loaded their models before.
    """
    now = 0.0
    ready = [0.0] * workers  # when each worker has answered all that it was sent
    free = deque(worker for worker in range(workers) for _ in range(SLOTS))
    working: list[tuple[float, int, int]] = []  # a heap: end, part and worker
    answered: set[int] = set()
    sent = stored = 0
    while stored < parts:
        while free and sent < min(parts, stored + WINDOW * workers):
            now += command_s / 2
            worker = free.popleft()
            ready[worker] = max(now, ready[worker]) + worker_s
            heappush(working, (ready[worker], sent, worker))
            sent += 1
        while stored in answered:
            now += command_s / 2
            answered.remove(stored)
            stored += 1
        if stored < sent:
            end, part, worker = heappop(working)
            now = max(now, end)
            answered.add(part)
            free.append(worker)
    return now


def find_rate(workers: int, rows: int, a_worker: float, command: float) -> float:
    """Rows a second of a simulated job; ``a_worker`` and ``command`` are the rows a second of one alone."""
    parts = -(-rows // PART_ROWS)
    return parts * PART_ROWS / simulate(workers, parts, PART_ROWS / a_worker, PART_ROWS / command)


def list_workers(a_worker: float, command: float) -> list[int]:
    """Numbers of workers to simulate: powers of two, well beyond what the command keeps busy."""
    counts = [1]
    while counts[-1] < 2 * command / a_worker:
        counts.append(2 * counts[-1])
    return counts


def render_simulation(result: dict[str, Any]) -> str:
    """Show the plot, and say what it is."""
    cluster = result.get("ray")
    if not cluster:
        return "Not measured."
    a_worker, command = find_ray_rates(cluster)
    return (
        "![Rows per second against workers, simulated](benchmarks/scale.svg)\n\n"
        f"**This is a simulation**; only the cross was measured, on {cluster['workers']} cores of one machine. A "
        f"worker takes {PART_ROWS / a_worker:.2f} s for a part of {PART_ROWS:,} rows, and the command "
        f"{1000 * PART_ROWS / command:.0f} ms to read, send and store it: the rates of the table. Parts move by the "
        "rules of the engine. The network, machines that differ, and the time to load the models are left out."
    )


def write_scale_plot(cluster: dict[str, Any], path: Path) -> None:
    """Write the plot of rows a second against workers, as SVG and PNG.

    Args:
        cluster: The part ``ray`` of the result of ``benchmarks/label.py``.
        path: Path of the files without their suffix.
    """
    a_worker, command = find_ray_rates(cluster)
    counts = list_workers(a_worker, command)
    with plot_style():
        figure, [[axes]] = make_panels(1, 1, (6.4, 3.8))
        axes.plot(counts, [n * a_worker for n in counts], "--", color=NEUTRAL, label="what all workers can answer")
        axes.axhline(command, linestyle=":", color=NEUTRAL, label="what one command can read, send and store")
        for rows, color, marker in JOBS:
            rates = [find_rate(n, rows, a_worker, command) for n in counts]
            axes.plot(counts, rates, color=color, marker=marker, markersize=4, label=f"simulated: {rows:,} rows")
        measured = cluster["rows_per_s"]["ray"]["median"]
        axes.plot(cluster["workers"], measured, "X", color=INK, label=f"measured: {cluster['n']:,} rows")
        _scale_axes(axes, counts)
        axes.legend(loc="lower right", frameon=False)
    save_plot(figure, path)


def _scale_axes(axes: Axes, counts: list[int]) -> None:
    axes.set(title="Rows per second, simulated", xlabel="workers, a core each", xscale="log", yscale="log")
    axes.set_xticks(counts, [str(n) for n in counts])
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.minorticks_off()

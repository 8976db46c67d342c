"""Tables and plot of docs/benchmarks.md about serving, from the result of ``benchmarks/serving.py``.

Every function takes that result as an object. Servers that were not measured get a sentence instead of a row.
"""

from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator, ScalarFormatter

from tweetmoji.evaluate.report.tables import MISSING, make_table
from tweetmoji.reporting.plots import COLORS, INK, NEUTRAL, make_panels, plot_style, save_plot

OURS: Final = "tweetmoji"
LINES: Final = (
    (COLORS["anger"], "-", "o"),
    (COLORS["anger"], "--", "s"),
    (COLORS["sadness"], "-", "^"),
    (COLORS["fear"], "-", "D"),
    (COLORS["love"], "-", "v"),
    (INK, "-", "P"),
    (NEUTRAL, "-", "X"),
)
"""Color, style and marker of each server, in the order of the result."""

SOURCES: Final = {"emotion": "Emotion", "tweeteval": "TweetEval emotion"}


def render_throughput(result: dict[str, Any]) -> str:
    """Tabulate requests in a second by connections, processor time, memory and start."""
    servers = _select_measured(result)
    counts = [row["connections"] for row in servers[0]["closed"]]
    header = ["requests/s at … connections", *map(str, counts), "processor time of a request", "memory", "start"]
    rows = []
    for server in servers:
        busiest = server["closed"][-1]
        rows.append(
            [
                _name(server),
                *(_show_number(row["requests_per_s"]["median"]) for row in server["closed"]),
                f"{1000 * busiest['cpu_s_per_request']['median']:.1f} ms",
                f"{server['memory_mb']['median']:.0f} MB",
                f"{server['start_s']['median']:.1f} s",
            ]
        )
    return "\n\n".join([make_table(header, rows), _describe_throughput(result, counts[-1])])


def render_latency(result: dict[str, Any]) -> str:
    """Tabulate median and 99th percentile of the latency: by connections, and at fixed rates."""
    servers = _select_measured(result)
    closed = [(0, "one connection"), (-1, f"{servers[0]['closed'][-1]['connections']} connections")]
    rates = [row["rate"] for row in servers[0]["open"]]
    header = [
        "latency in ms, median / p99",
        *(title for _, title in closed),
        *(f"{rate:g} requests/s" for rate in rates),
    ]
    rows = []
    for server in servers:
        cells = [_show_latency(server["closed"][index]) for index, _ in closed]
        rows.append([_name(server), *cells, *(_show_latency(row) for row in server["open"])])
    return make_table(header, rows)


def render_library(result: dict[str, Any]) -> str:
    """Tabulate our server beside the library in a process of its own."""
    [ours] = [server for server in result["servers"] if server["name"] == OURS]
    in_process, busiest = ours["in_process"], ours["closed"][-1]
    ratios = result["ratios"]["to_in_process"]
    rows = [
        [
            f"texts/s: {busiest['connections']} connections, against `predict` of a list",
            _show_number(busiest["requests_per_s"]["median"]),
            _show_number(in_process["list_texts_per_s"]["median"]),
            f"{ratios['requests_to_list'][str(busiest['connections'])]:.2f}",
        ],
        [
            "texts/s: hundreds by `POST /v1/predictions`, against `predict` of hundreds",
            _show_number(ours["hundreds_texts_per_s"]["median"]),
            _show_number(in_process["hundreds_texts_per_s"]["median"]),
            f"{ratios['hundreds']:.2f}",
        ],
        [
            "median latency of one text in ms: one connection, against a call",
            f"{ours['closed'][0]['p50_ms']['median']:.2f}",
            f"{in_process['one_text_ms']['median']:.2f}",
            f"{ratios['one_text_ms']:.2f}",
        ],
    ]
    return make_table(["", "HTTP", "in process", "ratio"], rows)


def render_static_accuracy(result: dict[str, Any]) -> str:
    """Tabulate the accuracy of the static classifier beside ours."""
    if result["accuracy"] is None:
        return "Not measured: the datasets or the environment of model2vec were absent."
    rows = [
        [
            f"{SOURCES[row['source']]} {row['split']} (n = {row['n']:,})",
            *(f"{row[model][name]:.3f}" for name in ("accuracy", "macro_f1") for model in ("tweetmoji", "model2vec")),
        ]
        for row in result["accuracy"]
    ]
    header = ["scored on", "accuracy, tweetmoji", "accuracy, model2vec", "macro-F1, tweetmoji", "macro-F1, model2vec"]
    return make_table(header, rows)


def write_serving_plot(result: dict[str, Any], path: Path) -> None:
    """Write the plot of throughput and 99th percentile against connections, as SVG and PNG.

    Args:
        result: The result.
        path: Path of the files without their suffix.
    """
    with plot_style():
        figure, panels = make_panels(1, 2, (3.6, 3.6))
        for axes, name, title in (
            (panels[0][0], "requests_per_s", "Requests per second"),
            (panels[0][1], "p99_ms", "99th percentile of the latency (ms)"),
        ):
            _draw_lines(axes, result, name)
            axes.set(title=title, xlabel="kept-alive connections")
        handles, labels = panels[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize="small")
    save_plot(figure, path)


def _draw_lines(axes: Axes, result: dict[str, Any], name: str) -> None:
    for server, (color, style, marker) in zip(result["servers"], LINES, strict=False):
        if "closed" not in server:
            continue
        counts = [row["connections"] for row in server["closed"]]
        values = [row[name]["median"] for row in server["closed"]]
        width = 2.2 if server["name"] == OURS else 1.2
        axes.plot(
            counts, values, style, color=color, marker=marker, markersize=4, linewidth=width, label=server["title"]
        )
        axes.set(xscale="log", yscale="log", xticks=counts)
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(ScalarFormatter())


def _select_measured(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [server for server in result["servers"] if "closed" in server]


def _name(server: dict[str, Any]) -> str:
    title: str = server["title"]
    return f"**{title}**" if server["name"] == OURS else title


def _describe_throughput(result: dict[str, Any], most: int) -> str:
    """Describe what was measured, and name what was not."""
    texts, hardware = result["texts"], result["hardware"]
    errors = sum(
        row.get("errors", 0) for server in _select_measured(result) for row in server["closed"] + server["open"]
    )
    sentences = [
        f"Medians of {result['repetitions']} interleaved repetitions of {result['closed_s']:g} s each",
        f"on {result['cores']} cores ({hardware['cpu']}) that load tool and server share.",
        f"{texts['n']:,} texts from {texts['source']}, {texts['mean_chars']:.0f} characters on average.",
        f"Processor time and memory (PSS) are those of all processes of a server, with {most} connections and at the "
        f"highest; start is the time to the first prediction. Errors: {errors}.",
    ]
    skipped = [server["title"] for server in result["servers"] if "closed" not in server]
    if skipped:
        sentences.append(f"Not measured: {'; '.join(skipped)}.")
    return " ".join(sentences)


def _show_number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _show_latency(row: dict[str, Any]) -> str:
    """Median and 99th percentile; a dash for a rate that a server cannot sustain."""
    if not row.get("sustained", True) or row["p50_ms"] is None:
        return MISSING
    return " / ".join(f"{value:,.0f}" if value >= 10 else f"{value:.1f}" for value in _read_medians(row))


def _read_medians(row: dict[str, Any]) -> tuple[float, float]:
    return row["p50_ms"]["median"], row["p99_ms"]["median"]

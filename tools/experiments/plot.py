"""The figure of the page on experiments: home against the wild, and accuracy against balanced accuracy."""

from pathlib import Path
from typing import Any

from experiments.tables import val_figures
from matplotlib.figure import Figure

from tweetmoji.reporting.plots import COLORS, INK, NEUTRAL, make_panels, plot_style, save_plot

WILD = (
    ("tweeteval", "balanced_accuracy", "TweetEval, macro recall", COLORS["sadness"]),
    ("goemotions", "macro_f1", "GoEmotions, macro-F1", COLORS["anger"]),
)
"""What is drawn of a source: its figure, title and color."""

MARKS = {"first model": "s", "teacher": "^", "student": "D", "shipped": "o"}


Points = list[dict[str, Any]]
"""Of a benchmark: each with the figures of its sources."""


def write_frontier_plot(records: dict[str, dict[str, Any]], shares: Points, frontier: Points, path: Path) -> None:
    """Subsample the models by their val figures, and the shipped one's answers moved toward even priors.

    Args:
        records: Name of a model, one of `MARKS`, to what `val_figures` reads.
        shares: Of ``benchmarks/shares.py``.
        frontier: Of ``benchmarks/frontier.py``.
        path: Of the files to be written, without their ending.
    """
    with plot_style():
        figure = _draw({name: val_figures(record) for name, record in records.items()}, shares, frontier)
    save_plot(figure, path)


def _draw(models: dict[str, dict[str, dict[str, float]]], shares: Points, frontier: Points) -> Figure:
    figure, panels = make_panels(1, 2, (3.4, 3.0))
    wild, balance = panels.flat
    for source, figure_name, title, color in WILD:
        line = [(point["emotion"]["accuracy"], point[source][figure_name]) for point in shares]
        wild.plot(*zip(*line, strict=True), "-", color=color, label=title)
        for name, figures in models.items():
            if source in figures:
                wild.plot(figures["emotion"]["accuracy"], figures[source][figure_name], MARKS[name], color=color)
    for name, figures in models.items():
        balance.plot(figures["emotion"]["accuracy"], figures["emotion"]["balanced_accuracy"], MARKS[name], color=INK)
    for name, mark in MARKS.items():
        wild.plot([], [], mark, color=NEUTRAL, label=name, linestyle="")
    wild.legend(frameon=False, fontsize="small")
    wild.set(title="Home against the wild, val", xlabel="home accuracy", ylabel="in the wild")
    points = [point["emotion"] for point in frontier]
    balance.plot([p["accuracy"] for p in points], [p["balanced_accuracy"] for p in points], "-", color=COLORS["joy"])
    balance.set(title="Toward even priors, val", xlabel="home accuracy", ylabel="home balanced accuracy")
    return figure

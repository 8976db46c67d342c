"""The figure of the page on experiments: home against the wild, and accuracy against balanced accuracy."""

from pathlib import Path
from typing import Any

from experiments.tables import val_figures
from matplotlib.figure import Figure

from tweetmoji.plots import COLOURS, INK, NEUTRAL, figure_style, make_panels, save_figure

MARKS = {"first model": "s", "teacher": "^", "student": "D", "shipped": "o"}


def write_frontier(records: dict[str, dict[str, Any]], frontier: dict[str, Any], path: Path) -> None:
    """Draw the models by their val figures, and the shipped one's answers moved towards even priors.

    Args:
        records: Name of a model, one of `MARKS`, to what `val_figures` reads.
        frontier: The result of ``benchmarks/frontier.py``.
        path: Of the files to be written, without their ending.
    """
    with figure_style():
        figure = _draw({name: val_figures(record) for name, record in records.items()}, frontier)
    save_figure(figure, path)


def _draw(models: dict[str, dict[str, dict[str, float]]], frontier: dict[str, Any]) -> Figure:
    figure, panels = make_panels(1, 2, (3.4, 3.0))
    wild, balance = panels.flat
    for name, figures in models.items():
        for source, figure_name, colour in (
            ("tweeteval", "balanced_accuracy", COLOURS["sadness"]),
            ("goemotions", "macro_f1", COLOURS["anger"]),
        ):
            if source in figures:
                wild.plot(figures["home"]["accuracy"], figures[source][figure_name], MARKS[name], color=colour)
        balance.plot(figures["home"]["accuracy"], figures["home"]["balanced_accuracy"], MARKS[name], color=INK)
    for name, mark in MARKS.items():
        wild.plot([], [], mark, color=NEUTRAL, label=name, linestyle="")
    wild.plot([], [], "-", color=COLOURS["sadness"], label="TweetEval, macro recall")
    wild.plot([], [], "-", color=COLOURS["anger"], label="GoEmotions, macro-F1")
    wild.legend(frameon=False, fontsize="small")
    wild.set(title="Home against the wild, val", xlabel="home accuracy", ylabel="in the wild")
    points = [point["home"] for point in frontier["points"]]
    balance.plot([p["accuracy"] for p in points], [p["balanced_accuracy"] for p in points], "-", color=COLOURS["joy"])
    balance.set(title="Towards even priors, val", xlabel="home accuracy", ylabel="home balanced accuracy")
    return figure

"""Plot of docs/experiments/README.md: what each model gained in reading, and what that cost elsewhere.

A point is a model that shipped, with its 95 % intervals both ways. No line joins the points: most lie within each
other's intervals.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes

from experiments.tables import METRICS, Figure, Scorecard, read_pass_rate
from tweetmoji.reporting.plots import COLORS, NEUTRAL, make_panels, plot_style, save_plot

PANELS: Final = (
    "accuracy without denials",
    "GoEmotions test macro-F1",
    "TweetEval val macro recall",
    "tweets test accuracy",
)
"""Names in `METRICS` of what is plotted against the behavioral cases."""

TITLES: Final = {"accuracy without denials": "Emotion test accuracy without denials"}
"""Titles of panels whose names say too little."""


def write_frontier_plot(models: Mapping[str, Scorecard], path: Path) -> None:
    """Write the plot as SVG and PNG.

    Args:
        models: Short name of each model to its scorecard, the present one last; all were scored on the same cases.
        path: Path of the files without their suffix.
    """
    with plot_style():
        figure, panels = make_panels(2, 2, (3.6, 2.7), sharex=True)
        for axes, panel in zip(panels.flat, PANELS, strict=True):
            for name, scorecard in models.items():
                last = name == list(models)[-1]
                _draw_model(axes, name, scorecard, panel, present=last)
            axes.set_title(TITLES.get(panel, panel))
        for axes in panels[-1]:
            axes.set_xlabel("share of behavioral cases passed")
    save_plot(figure, path)


def _draw_model(axes: Axes, name: str, scorecard: Scorecard, panel: str, *, present: bool) -> None:
    """Draw one point with its intervals and its name, where the model was scored on the split."""
    color = COLORS["anger"] if present else NEUTRAL
    try:
        x, y = read_pass_rate()(scorecard), METRICS[panel](scorecard)
    except KeyError:
        return
    axes.errorbar(x.value, y.value, _find_errors(y), _find_errors(x), fmt="o", color=color, markersize=4, linewidth=1)
    at, side = ((-4, -10), "right") if present else ((4, 4), "left")
    axes.annotate(name, (x.value, y.value), xytext=at, textcoords="offset points", ha=side, color=color)


def _find_errors(figure: Figure) -> list[list[float]] | None:
    """Distances of the interval's ends from the figure, as matplotlib takes them."""
    interval = figure.interval
    return interval and [[figure.value - interval["low"]], [interval["high"] - figure.value]]

"""Plot of docs/experiments/README.md: emotion against other sources, and accuracy against balanced accuracy."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from experiments.tables import read_val_metrics
from tweetmoji.reporting.plots import COLORS, INK, NEUTRAL, make_panels, plot_style, save_plot

OTHER_SOURCES = (
    ("tweeteval", "balanced_accuracy", "TweetEval, macro recall", COLORS["sadness"]),
    ("goemotions", "macro_f1", "GoEmotions, macro-F1", COLORS["anger"]),
)
"""What is drawn of a source: its metric, title and color."""

MARKERS = {"first model": "s", "teacher": "^", "student": "D", "shipped": "o"}
"""Model to its matplotlib marker."""

Models = dict[str, dict[str, dict[str, float]]]
"""Name of a model to the metrics of each source's val split."""

Points = list[dict[str, Any]]
"""Points of a benchmark: each has the metrics of the sources."""


def write_frontier_plot(records: dict[str, dict[str, Any]], interpolated: Points, adjusted: Points, path: Path) -> None:
    """Write the plot of models, weight interpolation and logit adjustment, as SVG and PNG.

    Args:
        records: Name of a model, one of `MARKERS`, to what `read_val_metrics` reads.
        interpolated: Points of ``benchmarks/weight_interpolation.py``.
        adjusted: Points of ``benchmarks/frontier.py``.
        path: Path of the files without their suffix.
    """
    models = {name: read_val_metrics(record) for name, record in records.items()}
    with plot_style():
        figure, panels = make_panels(1, 2, (3.4, 3.0))
        _draw_other_sources(panels[0][0], models, interpolated)
        _draw_balanced_accuracy(panels[0][1], models, adjusted)
    save_plot(figure, path)


def _draw_other_sources(axes: Axes, models: Models, interpolated: Points) -> None:
    for source, metric, title, color in OTHER_SOURCES:
        line = [(point["emotion"]["accuracy"], point[source][metric]) for point in interpolated]
        axes.plot(*zip(*line, strict=True), "-", color=color, label=title)
        for name, metrics in models.items():
            if source in metrics:
                axes.plot(metrics["emotion"]["accuracy"], metrics[source][metric], MARKERS[name], color=color)
    for name, marker in MARKERS.items():
        axes.plot([], [], marker, color=NEUTRAL, label=name, linestyle="")
    axes.legend(frameon=False, fontsize="small")
    axes.set(title="Weight interpolation, val", xlabel="Emotion accuracy", ylabel="other sources")


def _draw_balanced_accuracy(axes: Axes, models: Models, adjusted: Points) -> None:
    for name, metrics in models.items():
        axes.plot(metrics["emotion"]["accuracy"], metrics["emotion"]["balanced_accuracy"], MARKERS[name], color=INK)
    points = [point["emotion"] for point in adjusted]
    axes.plot([p["accuracy"] for p in points], [p["balanced_accuracy"] for p in points], "-", color=COLORS["joy"])
    axes.set(title="Logit adjustment, val", xlabel="Emotion accuracy", ylabel="Emotion balanced accuracy")

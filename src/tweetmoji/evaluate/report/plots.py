"""Plots of a scorecard."""

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from tweetmoji.data.catalog import name_split
from tweetmoji.reporting.plots import COLORS, INK, NEUTRAL, draw_cells, make_panels, plot_style, save_plot

PANEL_COLUMNS: Final = 2
"""Panels side by side if each split has one; more would make the text too small on a phone."""

LINE_COLORS: Final = tuple(COLORS[label] for label in ("sadness", "anger", "fear", "love", "joy", "surprise"))
"""Colors of the sources, the most different ones first."""

LINE_STYLES: Final = {"test": "-", "val": "--"}
"""Split to its line style; others are dotted."""

CELL_INCHES: Final = 0.62
"""Smallest width of a cell of a confusion matrix."""

LETTER_INCHES: Final = 0.085
"""Width of a letter of a tick label."""


def write_plots(scorecard: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Write the plots of a scorecard as SVG and PNG.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
        folder: Where to write.

    Returns:
        Name to the SVG file: ``reliability``, ``selective`` and the `name_confusion` of each split that has one, if
        there are splits; ``behavior``, if the cases were run.

    Raises:
        OSError: The folder does not exist or is not writable.
    """
    evaluations = scorecard["evaluations"]
    with plot_style():
        plots = {name_confusion(row): draw_confusion(row) for row in evaluations if has_confusion(row)}
        if evaluations:
            plots |= {"reliability": draw_reliability(evaluations), "selective": draw_selective(evaluations)}
        if scorecard["behavior"]:
            plots["behavior"] = draw_behavior(scorecard["behavior"])
    for name, figure in plots.items():
        save_plot(figure, folder / name)
    return {name: folder / f"{name}.svg" for name in plots}


def name_confusion(evaluation: dict[str, Any]) -> str:
    """Name the plot of a split's confusion matrix."""
    return f"confusion-{evaluation['source']}-{evaluation['split']}"


def has_confusion(evaluation: dict[str, Any]) -> bool:
    """Whether there is a plot of a split's confusion matrix: not if its classes are emoji, which plots' fonts lack."""
    return all(any(character.isalnum() for character in label) for label in evaluation["labels"])


def draw_reliability(evaluations: list[dict[str, Any]]) -> Figure:
    """Draw accuracy against confidence: a panel for each split, a dot for each bin, its area by the bin's size."""
    columns = min(PANEL_COLUMNS, len(evaluations))
    rows = math.ceil(len(evaluations) / columns)
    figure, panels = make_panels(rows, columns, (2.3, 2.4), sharex=True, sharey=True)
    for axes in panels.flat[len(evaluations) :]:
        axes.set_axis_off()
    for axes, evaluation in zip(panels.flat, evaluations, strict=False):
        bins = evaluation["reliability"]
        confidence, accuracy = [row["confidence"] for row in bins], [row["accuracy"] for row in bins]
        areas = [6 + 150 * row["n"] / evaluation["metrics"]["n"] for row in bins]
        axes.plot([0, 1], [0, 1], color=NEUTRAL, linestyle="--", linewidth=1)
        axes.scatter(confidence, accuracy, areas, color=LINE_COLORS[0], zorder=2.5, clip_on=False)
        axes.text(0.04, 0.9, f"ECE {evaluation['metrics']['ece']:.3f}")
        axes.set(title=name_split(evaluation), xlim=(0, 1), ylim=(0, 1), aspect="equal")
        axes.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        axes.tick_params(labelbottom=True)  # sharex hides these, and the panel below may be empty
    figure.supxlabel("confidence", fontsize="medium")
    figure.supylabel("accuracy", fontsize="medium")
    return figure


def draw_selective(evaluations: list[dict[str, Any]]) -> Figure:
    """Draw accuracy against coverage: a line for each split, a color for each source."""
    figure, panels = make_panels(1, 1, (4.6, 3.8))
    axes = panels[0][0]
    sources = list(dict.fromkeys(evaluation["source"] for evaluation in evaluations))
    for evaluation in evaluations:
        points = evaluation["selective"]
        axes.plot(
            [point["coverage"] for point in points],
            [point["accuracy"] for point in points],
            color=LINE_COLORS[sources.index(evaluation["source"]) % len(LINE_COLORS)],
            linestyle=LINE_STYLES.get(evaluation["split"], ":"),
            label=name_split(evaluation),
        )
    lowest = min(point["accuracy"] for evaluation in evaluations for point in evaluation["selective"])
    axes.set(xlabel="coverage: share of texts answered", ylabel="accuracy", xlim=(0, 1))
    axes.set_ylim(math.floor(10 * lowest) / 10, 1.005)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def draw_confusion(evaluation: dict[str, Any]) -> Figure:
    """Draw a confusion matrix as tinted shares of each row; a share of 0 is an empty cell."""
    labels = evaluation["labels"]
    counts = np.array(evaluation["metrics"]["confusion"])
    totals = counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1)[:, None]
    cell = max(CELL_INCHES, LETTER_INCHES * max(map(len, labels)))
    figure, panels = make_panels(1, 1, (cell * (len(labels) + 2), 0.5 * len(labels) + 0.9))
    axes = panels[0][0]
    texts = [[f"{share:.0%}" if share else "" for share in row] for row in shares]
    draw_cells(axes, shares, texts, [f"{label} ({n:,})" for label, n in zip(labels, totals, strict=True)], labels)
    axes.set(title=name_split(evaluation), xlabel="predicted label", ylabel="label of the text (n)")
    return figure


def draw_behavior(behavior: dict[str, Any]) -> Figure:
    """Draw pass rates with their intervals: the best capability on top, all cases at the bottom."""
    results = sorted(behavior["capabilities"], key=lambda row: row["pass_rate"], reverse=True)
    places = [*range(len(results)), len(results) + 0.5]
    results.append(behavior["total"])
    figure, panels = make_panels(1, 1, (4.6, 0.26 * len(results) + 0.9))
    axes = panels[0][0]
    rates = [row["pass_rate"] for row in results]
    reach = [
        [row["pass_rate"] - row["low"] for row in results],
        [row["high"] - row["pass_rate"] for row in results],
    ]
    axes.barh(places, rates, height=0.7, color=NEUTRAL, xerr=reach, error_kw={"ecolor": INK, "capsize": 2})
    for place, row in zip(places, results, strict=True):
        axes.text(1.02, place, f"{row['passed']} of {row['n']}", va="center")
    axes.set_yticks(places, [row["capability"] for row in results])
    axes.set(xlabel="share of cases passed (95 % interval)", xlim=(0, 1))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(places[-1] + 0.6, -0.6)
    return figure

"""The plots of an audit, drawn from the audit alone. Needs matplotlib."""

import math
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from tweetmoji.explore.audit import Audit
from tweetmoji.explore.summary import Quartiles
from tweetmoji.reporting.plots import INK, NEUTRAL, color_of, draw_cells, make_panels, plot_style, save_plot

PANEL_COLUMNS: Final = 3
"""Panels side by side where each label has one."""

AXIS_HEADROOM: Final = 1.25
"""Length of an axis relative to the longest bar: leaves space for the number at its end."""


def write_plots(audit: Audit, folder: Path) -> dict[str, Path]:
    """Draw every plot of an audit, as SVG and PNG.

    Returns:
        Name to the SVG file: ``classes``, ``lengths``, ``common_words``, ``characteristic_words`` and, if the audit
        has label errors, ``label_errors``.

    Raises:
        OSError: The folder does not exist or is not writable.
    """
    drawings = {
        "classes": draw_classes,
        "lengths": draw_lengths,
        "common_words": draw_common_words,
        "characteristic_words": draw_characteristic_words,
    }
    if audit.label_errors is not None:
        drawings["label_errors"] = draw_label_errors
    for name, draw in drawings.items():
        with plot_style():
            figure = draw(audit)
        save_plot(figure, folder / name)
    return {name: folder / f"{name}.svg" for name in drawings}


def draw_classes(audit: Audit) -> Figure:
    """Draw the share of each class, a panel a split, the number of texts at each bar."""
    figure, panels = make_panels(1, len(audit.splits), (2.9, 2.4), sharex=True, sharey=True)
    most = max(count.share for summary in audit.splits.values() for count in summary.classes.values())
    for axes, (split, summary) in zip(panels[0], audit.splits.items(), strict=True):
        counts = summary.classes.values()
        bars = axes.barh(
            list(summary.classes), [count.share for count in counts], color=[color_of(label) for label in audit.labels]
        )
        axes.bar_label(bars, [f"{count.n:,}" for count in counts], padding=3)
        axes.set(title=f"{split}, n = {summary.n:,}", xlabel="share of texts", xlim=(0, most * AXIS_HEADROOM))
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    panels[0][0].invert_yaxis()
    return figure


def draw_lengths(audit: Audit) -> Figure:
    """Draw box plots of the lengths in characters and in words, a box a split, whiskers to the extremes."""
    figure, panels = make_panels(1, 2, (4.3, 1.1 + 0.35 * len(audit.splits)), sharey=True)
    positions = range(len(audit.splits))
    for axes, unit in zip(panels[0], ("characters", "words"), strict=True):
        boxes = [_make_box(getattr(summary, unit)) for summary in audit.splits.values()]
        axes.bxp(
            boxes,
            positions,
            manage_ticks=False,
            orientation="horizontal",
            showfliers=False,
            patch_artist=True,
            widths=0.5,
            boxprops={"facecolor": NEUTRAL, "edgecolor": INK},
            medianprops={"color": INK, "linewidth": 2},
            whiskerprops={"color": INK},
            capprops={"color": INK},
        )
        axes.set(xlabel=f"{unit} a text", xlim=(0, None))
    panels[0][0].set_yticks(positions, audit.splits)
    panels[0][0].invert_yaxis()
    return figure


def draw_common_words(audit: Audit) -> Figure:
    """Draw the share of texts of the first split that hold each of its most common words."""
    figure, panels = make_panels(1, 1, (5.5, 3.6))
    shares = audit.splits[audit.first_split].common_words
    axes = panels[0][0]
    bars = axes.barh(list(shares), list(shares.values()), color=NEUTRAL)
    axes.bar_label(bars, [f"{share:.0%}" for share in shares.values()], padding=3)
    axes.set(xlabel=f"share of texts of {audit.first_split} with the word", xlim=(0, 1.1))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.invert_yaxis()
    return figure


def draw_characteristic_words(audit: Audit) -> Figure:
    """Draw the characteristic words of each label with their z-scores, a panel a label."""
    columns = min(PANEL_COLUMNS, len(audit.labels))
    figure, panels = make_panels(math.ceil(len(audit.labels) / columns), columns, (2.9, 2.6), sharex=True)
    for axes in panels.flat[len(audit.labels) :]:
        axes.set_axis_off()
    for axes, label in zip(panels.flat, audit.labels, strict=False):
        words = audit.characteristic_words[label]
        axes.barh([word.word for word in words], [word.z for word in words], color=color_of(label))
        axes.set_title(label if words else f"{label}: none")
        axes.invert_yaxis()
    figure.supxlabel("z-score of the log-odds", fontsize="medium")
    return figure


def draw_label_errors(audit: Audit) -> Figure:
    """Draw the numbers of likely label errors, by the label given and the label suggested, as a heat map.

    Raises:
        ValueError: The audit has no label errors.
    """
    if audit.label_errors is None:
        raise ValueError("the audit has no label errors; expected one made with out-of-fold probabilities")
    index = {label: i for i, label in enumerate(audit.labels)}
    counts = np.zeros((len(index), len(index)), dtype=np.int64)
    for confusion in audit.label_errors.confusions:
        counts[index[confusion.given], index[confusion.suggested]] = confusion.n
    figure, panels = make_panels(1, 1, (5.5, 4))
    axes = panels[0][0]
    texts = [[f"{n:,}" if n else "" for n in row] for row in counts]
    draw_cells(axes, counts, texts, audit.labels, audit.labels)
    axes.set(xlabel="label that the models suggest", ylabel="label that the row has")
    return figure


def _make_box(lengths: Quartiles) -> dict[str, Any]:
    """Name the five points as matplotlib's ``bxp`` does."""
    least, first, median, third, most = astuple(lengths)
    return {"whislo": least, "q1": first, "med": median, "q3": third, "whishi": most}

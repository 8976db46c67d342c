"""The plots of a summary. Needs matplotlib."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from tweetmoji.label.tally import BINS, Tally
from tweetmoji.reporting.plots import NEUTRAL, color_of, make_panels, plot_style, save_plot

UNSURE: Final = "not sure"
"""Title of the rows below the minimal confidence."""

AXIS_HEADROOM: Final = 1.25
"""Length of an axis relative to the longest bar: leaves space for the number at its end."""

MOST_DAYS: Final = 120
"""Days that are drawn one by one; of a longer time, months are."""


def write_plots(tally: Tally, labels: Sequence[str], folder: Path) -> dict[str, Path]:
    """Draw the plots of a summary.

    Args:
        tally: Counts of the rows, with at least one.
        labels: The model's labels, in order.
        folder: Where to write.

    Returns:
        Name to SVG file: ``labels``, ``confidence`` and, if there are dates, ``days``.
    """
    drawings = {"labels": draw_labels(tally, labels), "confidence": draw_confidence(tally)}
    if tally.days:
        drawings["days"] = draw_days(tally.days, labels)
    for name, figure in drawings.items():
        save_plot(figure, folder / name)
    return {name: folder / f"{name}.svg" for name in drawings}


def draw_labels(tally: Tally, labels: Sequence[str]) -> Figure:
    """Draw the share of each label, with the number of rows at each bar."""
    counts = {label: tally.labels.get(label, 0) for label in labels}
    if tally.unsure:
        counts[UNSURE] = tally.unsure
    shares = [n / max(1, tally.rows) for n in counts.values()]
    with plot_style():
        figure, [[axes]] = make_panels(1, 1, (6, 0.3 * len(counts) + 0.9))
        bars = axes.barh(list(counts), shares, color=[color_of(label) for label in counts])
        axes.bar_label(bars, [f"{n:,}" for n in counts.values()], padding=3)
        axes.set(xlabel="share of rows", xlim=(0, max(shares, default=0) * AXIS_HEADROOM or 1))
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.invert_yaxis()
    return figure


def draw_confidence(tally: Tally) -> Figure:
    """Draw the histogram of the confidence."""
    with plot_style():
        figure, [[axes]] = make_panels(1, 1, (6, 2.2))
        axes.bar([i / BINS for i in range(BINS)], tally.histogram, width=1 / BINS, align="edge", color=NEUTRAL)
        axes.set(xlabel="confidence", ylabel="rows", xlim=(0, 1))
    return figure


def draw_days(days: Mapping[str, Mapping[str, int]], labels: Sequence[str]) -> Figure:
    """Draw the rows of each label by day or month, stacked."""
    dates, counts = _group(days, labels)
    with plot_style():
        figure, [[axes]] = make_panels(1, 1, (6, 2.6))
        axes.stackplot(dates, counts, labels=labels, colors=[color_of(label) for label in labels])
        axes.set(ylabel="rows a day" if len(days) <= MOST_DAYS else "rows a month")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
        figure.autofmt_xdate()
    return figure


def _group(days: Mapping[str, Mapping[str, int]], labels: Sequence[str]) -> tuple[list[dt.date], list[list[int]]]:
    """The dates in order, and for each label the rows of each date."""
    groups: dict[dt.date, dict[str, int]] = {}
    for day, counts in days.items():
        date = dt.date.fromisoformat(day)
        group = groups.setdefault(date if len(days) <= MOST_DAYS else date.replace(day=1), {})
        for label, n in counts.items():
            group[label] = group.get(label, 0) + n
    dates = sorted(groups)
    return dates, [[groups[date].get(label, 0) for date in dates] for label in labels]

"""Plots of the reports: one color for each emotion, one style, one way to save.

Plots are drawn without pyplot and its global state, and saved to the same bytes each time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tweetmoji.files import replacing

COLORS: Final = MappingProxyType(
    {
        "sadness": "#0072b2",
        "joy": "#e69f00",
        "love": "#cc79a7",
        "anger": "#d55e00",
        "fear": "#009e73",
        "surprise": "#56b4e9",
    }
)
"""Label to color, by Okabe & Ito: color-blind people can tell these apart (https://jfly.uni-koeln.de/color/)."""

NEUTRAL: Final = "#7a8894"
"""Color of anything that is not an emotion."""

INK: Final = "#1f2328"
PAPER: Final = "#ffffff"
"""Colors of lines and text, and of the background; `inline_svg` replaces both by the page's."""

STYLE: Final[Any] = MappingProxyType(  # Any: matplotlib types this mapping by the names it knows
    {
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": "medium",
        "axes.titlelocation": "left",
        "figure.constrained_layout.use": True,
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
        "font.size": 9,
        "savefig.dpi": 150,
        "svg.fonttype": "none",  # keeps text as text: small, searchable, read by screen readers
        "svg.hashsalt": "tweetmoji",  # without it the ids in an SVG are random
        "text.color": INK,
        "text.parse_math": False,  # a label may hold dollar signs
        "xtick.color": INK,
        "ytick.color": INK,
    }
)
"""matplotlib settings of every plot."""


def color_of(label: str) -> str:
    """Color of an emotion; `NEUTRAL` for any other label."""
    return COLORS.get(label, NEUTRAL)


@contextmanager
def plot_style() -> Iterator[None]:
    """Draw in `STYLE` within the block, whatever the user's matplotlib settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def make_panels(rows: int, columns: int, panel_inches: tuple[float, float], **shared: Any) -> tuple[Figure, Any]:  # noqa: ANN401
    """Make a matplotlib figure with a grid of panels.

    Args:
        rows: Number of rows.
        columns: Number of columns.
        panel_inches: Width and height of one panel.
        **shared: ``sharex`` and ``sharey``, as ``Figure.subplots`` takes them.

    Returns:
        The figure, and an object array of shape (rows, columns) of its axes.
    """
    figure = Figure(figsize=(panel_inches[0] * columns, panel_inches[1] * rows))
    return figure, figure.subplots(rows, columns, squeeze=False, **shared)


def draw_cells(
    axes: Axes, values: NDArray[Any], texts: Sequence[Sequence[str]], rows: Sequence[str], columns: Sequence[str]
) -> None:
    """Draw a table of tinted cells, first row on top.

    Args:
        axes: Where to draw.
        values: Array of shape (len(rows), len(columns)), none below 0; a larger value is darker.
        texts: Text of each cell.
        rows: Names of the rows.
        columns: Names of the columns.
    """
    tint = LinearSegmentedColormap.from_list("tint", ["#f3f5f7", NEUTRAL])  # black is legible on both
    axes.pcolormesh(values, cmap=tint, vmin=0, vmax=max(1, values.max()), edgecolors=PAPER, linewidth=2)
    for (row, column), _ in np.ndenumerate(values):
        axes.text(column + 0.5, row + 0.5, texts[row][column], ha="center", va="center", color="black")
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.invert_yaxis()


def save_plot(figure: Figure, path: Path) -> None:
    """Write ``path.svg`` and ``path.png``; the same figure gives the same bytes.

    Args:
        figure: Drawn within `plot_style`.
        path: Path of the files without their suffix.
    """
    with plot_style():
        for kind, metadata in (("svg", {"Date": None}), ("png", {})):
            with replacing(path.with_name(f"{path.name}.{kind}")) as temporary:
                figure.savefig(temporary, format=kind, metadata=metadata)


def inline_svg(path: Path, description: str) -> str:
    """Read an SVG file of `save_plot` as an HTML element in the page's own colors.

    Args:
        path: The file, with its suffix.
        description: What it shows, for screen readers.

    Returns:
        Markup that uses ``--paper``, a custom property of the page, as its background.
    """
    svg = path.read_text(encoding="utf-8")
    svg = svg[svg.index("<svg") :].replace("<svg ", f'<svg role="img" aria-label="{escape(description)}" ', 1)
    return svg.replace(INK, "currentColor").replace(PAPER, "var(--paper)")

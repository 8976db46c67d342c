"""The report of an audit: ``report.html`` with its plots inside, ``audit.json``, and the plots as files.

Needs matplotlib and Jinja2.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tweetmoji.explore.audit import Audit
from tweetmoji.explore.plots import write_plots
from tweetmoji.files import write_text
from tweetmoji.reporting.templates import inline_plot, render_template

TEMPLATE: Final = "explore/report.html.jinja"

CAPTIONS: Final = {
    "classes": "How many texts of each label a split has.",
    "lengths": "Lengths of the texts: quartiles, and whiskers from the shortest to the longest.",
    "common_words": "The most common words.",
    "characteristic_words": "The words that distinguish each label from the others.",
    "label_errors": "Likely label errors, by the label given and the label suggested.",
}
"""Name of a plot to its caption."""


def write_report(audit: Audit, folder: Path) -> None:
    """Write ``audit.json``, ``report.html`` and ``plots/`` into a folder, which is made if it does not exist.

    Each file is written whole; earlier ones of the same names are replaced.

    Raises:
        OSError: The folder cannot be made or written to.
    """
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    plots = write_plots(audit, folder / "plots")
    write_text(folder / "audit.json", json.dumps(audit.as_dict(), ensure_ascii=False, indent=2) + "\n")
    write_text(folder / "report.html", render_report(audit, plots))


def render_report(audit: Audit, plots: Mapping[str, Path]) -> str:
    """Render the page.

    Args:
        audit: The audit.
        plots: Name of each plot to its SVG file, as `write_plots` returns them.
    """
    inlined = {name: inline_plot(path, CAPTIONS[name]) for name, path in plots.items()}
    return render_template(TEMPLATE, audit=audit, plots=inlined)

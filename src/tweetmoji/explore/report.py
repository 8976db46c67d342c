"""The audit as a page to read: ``report.html`` with its figures inside, beside ``audit.json`` and the figures as files.

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
    "classes": "How many texts of each emotion a split has.",
    "lengths": "Lengths of the texts: quartiles, and whiskers from the shortest to the longest.",
    "common_words": "The most widespread words.",
    "characteristic_words": "The words that tell each emotion from the others.",
    "label_errors": "Likely label errors, by the label given and the label suggested.",
}
"""Figure to what it shows."""


def write_report(audit: Audit, folder: Path) -> None:
    """Write ``audit.json``, ``report.html`` and ``figures/`` into a folder, which is made if need be.

    Each file is written whole; earlier ones of the same names are replaced.

    Raises:
        OSError: The folder cannot be made or written to.
    """
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    figures = write_plots(audit, folder / "figures")
    write_text(folder / "audit.json", json.dumps(audit.as_dict(), ensure_ascii=False, indent=2) + "\n")
    write_text(folder / "report.html", render_report(audit, figures))


def render_report(audit: Audit, figures: Mapping[str, Path]) -> str:
    """The page.

    Args:
        audit: What it says.
        figures: What `write_plots` gave for it.
    """
    drawn = {name: inline_plot(path, CAPTIONS[name]) for name, path in figures.items()}
    return render_template(TEMPLATE, audit=audit, figures=drawn)

"""The summary of a run as one page that needs no other file. Needs matplotlib and Jinja2."""

import tempfile
from pathlib import Path
from typing import Final

from tweetmoji.errors import needs_extra
from tweetmoji.files import write_text
from tweetmoji.label.tally import Tally
from tweetmoji.runtime.emojifier import Emojifier

with needs_extra("label"):
    from tweetmoji.label.plots import write_plots
    from tweetmoji.reporting.templates import inline_plot, render_template

TEMPLATE: Final = "label/summary.html.jinja"

CAPTIONS: Final = {
    "labels": "Rows of each label.",
    "confidence": "Rows by confidence: the probability that a text has its label.",
    "days": "Rows of each label over time.",
}
"""Name of a plot to its caption."""


def write_report(tally: Tally, output: str, emojifier: Emojifier, path: Path) -> None:
    """Write the page.

    Args:
        tally: Counts of all rows.
        output: Names what was labeled.
        emojifier: The model.
        path: The file to write; one that is there is replaced.

    Raises:
        OSError: The folder does not exist or is not writable.
    """
    with tempfile.TemporaryDirectory() as folder:
        plots = write_plots(tally, emojifier.labels, Path(folder))
        inlined = {name: inline_plot(svg, CAPTIONS[name]) for name, svg in plots.items()}
    page = render_template(TEMPLATE, tally=tally, output=output, model=emojifier, plots=inlined)
    write_text(path, page)

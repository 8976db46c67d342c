"""The audit as a page to read: ``report.html`` with its figures inside, beside ``audit.json`` and the figures as files.

Needs matplotlib and Jinja2.
"""

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

import jinja2

from tweetmoji.explore.audit import Audit
from tweetmoji.explore.figures import write_figures
from tweetmoji.files import replacing
from tweetmoji.plots import inline_svg

TEMPLATE: Final = "report.html.jinja"

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
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    pictures = {name: inline_svg(path, CAPTIONS[name]) for name, path in write_figures(audit, figures).items()}
    _write(folder / "audit.json", json.dumps(audit.as_dict(), ensure_ascii=False, indent=2) + "\n")
    _write(folder / "report.html", render_report(audit, pictures))


def render_report(audit: Audit, pictures: Mapping[str, str]) -> str:
    """The page.

    Args:
        audit: What it says.
        pictures: Name of each figure (see `write_figures`) to its markup.
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = resources.files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
    page: str = environment.from_string(source).render(audit=audit, pictures=pictures, captions=CAPTIONS)
    return page


def _write(path: Path, content: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(content, encoding="utf-8", newline="\n")

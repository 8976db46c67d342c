"""Templates of the reports, and plots within a page."""

from html import escape
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from tweetmoji.reporting.plots import inline_svg

TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.PackageLoader("tweetmoji", "."),
    autoescape=jinja2.select_autoescape(["html.jinja"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
"""Templates by their path within the package. Values are escaped in HTML, not in Markdown."""


def render_template(path: str, /, **values: Any) -> str:  # noqa: ANN401
    """Render a template of the package.

    Args:
        path: Its path within the package, such as ``explore/report.html.jinja``.
        **values: Its variables; a missing one is an error.
    """
    content: str = TEMPLATES.get_template(path).render(values)
    return content


def inline_plot(path: Path, caption: str) -> Markup:
    """Read an SVG file of `tweetmoji.reporting.plots.save_plot` as an HTML figure with a caption."""
    # safe: the caption is escaped, and the drawing is ours
    return Markup(  # noqa: S704
        f"<figure>\n{inline_svg(path, caption)}\n<figcaption>{escape(caption)}</figcaption>\n</figure>"
    )

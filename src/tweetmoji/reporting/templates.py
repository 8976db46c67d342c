"""What every report shares: templates that come with the package, a page's figures, and files written whole.

Needs matplotlib and Jinja2.
"""

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
"""Templates by their path within the package. Values are escaped in HTML; Markdown gets them as they are."""


def render_template(path: str, /, **values: Any) -> str:  # noqa: ANN401
    """Fill a template in.

    Args:
        path: Its path within the package, such as ``explore/report.html.jinja``.
        **values: What it asks for.
    """
    content: str = TEMPLATES.get_template(path).render(values)
    return content


def inline_plot(path: Path, caption: str) -> Markup:
    """An SVG file of `tweetmoji.reporting.plots.save_plot` as a figure of a page, with its caption."""
    # what is escaped here is safe, and the drawing is our own
    return Markup(  # noqa: S704
        f"<figure>\n{inline_svg(path, caption)}\n<figcaption>{escape(caption)}</figcaption>\n</figure>"
    )

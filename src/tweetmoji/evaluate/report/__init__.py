"""What a scorecard is shown as: a page, figures, a model card, and the tables of the README.

The tables (`tweetmoji.evaluate.report.tables`) need nothing but the base installation.
"""

from typing import TYPE_CHECKING, Any

from tweetmoji.errors import needs_extra

if TYPE_CHECKING:
    from tweetmoji.evaluate.report.write import write_report

__all__ = ["write_report"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import the drawing of figures only once it is needed: the tables do without."""
    if name == "write_report":
        with needs_extra("evaluate"):
            from tweetmoji.evaluate.report.write import write_report
        return write_report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

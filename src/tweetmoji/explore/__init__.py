"""Audit a source, write a report of it, and write its files without misleading rows."""

from typing import TYPE_CHECKING, Any

from tweetmoji.errors import needs_extra
from tweetmoji.explore.audit import Audit, audit_splits, read_splits
from tweetmoji.explore.clean import plan_removals, write_clean
from tweetmoji.explore.label_errors import find_label_errors, read_out_of_fold

if TYPE_CHECKING:
    from tweetmoji.explore.report import write_report

__all__ = [
    "Audit",
    "audit_splits",
    "find_label_errors",
    "plan_removals",
    "read_out_of_fold",
    "read_splits",
    "write_clean",
    "write_report",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import matplotlib and Jinja2 only when a report is written: the audit needs neither."""
    if name == "write_report":
        with needs_extra("explore"):
            from tweetmoji.explore.report import write_report
        return write_report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

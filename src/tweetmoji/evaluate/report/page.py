"""The scorecard as an HTML page with its plots inside."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tweetmoji.data.catalog import name_split
from tweetmoji.evaluate.report import tables
from tweetmoji.evaluate.report.details import list_details
from tweetmoji.evaluate.report.plots import has_confusion, name_confusion
from tweetmoji.reporting.templates import inline_plot, render_template

TEMPLATE: Final = "evaluate/report/report.html.jinja"

CAPTIONS: Final = MappingProxyType(
    {
        "reliability": "Reliability diagrams: accuracy of the predictions by their confidence. A calibrated model is "
        "on the dashed line, where both are equal. A larger dot stands for more predictions.",
        "selective": "Selective accuracy: accuracy when only the most confident predictions are given. Coverage is "
        "the share of texts answered.",
        "behavior": "Share of behavioral cases that the model passes.",
    }
)
"""Plot to its caption."""


def render_page(scorecard: dict[str, Any], plots: Mapping[str, Path]) -> str:
    """Render the page.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
        plots: As `tweetmoji.evaluate.report.plots.write_plots` returned them for it.
    """
    captions = make_captions(scorecard)
    return render_template(
        TEMPLATE,
        scorecard=scorecard,
        plots={name: inline_plot(path, captions[name]) for name, path in plots.items()},
        summary=tables.tabulate_summary(scorecard),
        notes=tables.describe_summary(scorecard),
        details=list_details(scorecard),
        splits=[_describe_split(evaluation) for evaluation in scorecard["evaluations"]],
        comparisons=tables.tabulate_comparisons(scorecard),
        behavior=tables.tabulate_behavior(scorecard),
        mistakes=tables.tabulate_mistakes(scorecard),
        about_mistakes=tables.ABOUT_MISTAKES,
    )


def make_captions(scorecard: dict[str, Any]) -> dict[str, str]:
    """Make the caption of each plot, by the plot's name."""
    return dict(CAPTIONS) | {
        name_confusion(evaluation): f"Confusion matrix, {name_split(evaluation)}: how the texts of each label are "
        "predicted, in percent of these texts."
        for evaluation in scorecard["evaluations"]
        if has_confusion(evaluation)
    }


def _describe_split(evaluation: dict[str, Any]) -> dict[str, Any]:
    """What the page says of one split."""
    return {
        "name": name_split(evaluation),
        "sha256": evaluation["data_sha256"],
        "metrics": tables.tabulate_metrics(evaluation),
        "classes": tables.tabulate_classes(evaluation),
        "confusion": name_confusion(evaluation) if has_confusion(evaluation) else None,
    }

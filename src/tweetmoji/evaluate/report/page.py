"""The scorecard as a page to read, with its figures inside. Needs matplotlib and Jinja2."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tweetmoji.data.catalog import name_split
from tweetmoji.evaluate.report import tables
from tweetmoji.evaluate.report.plots import name_confusion
from tweetmoji.reporting.templates import inline_plot, render_template

TEMPLATE: Final = "evaluate/report/report.html.jinja"

CAPTIONS: Final = MappingProxyType(
    {
        "reliability": "How often answers are right, by their confidence. On the dashed line the two are equal; the "
        "larger a dot, the more answers it stands for.",
        "selective": "How often answers are right if only the most confident ones are given.",
        "behavior": "The share of behavioral cases that the model passes.",
    }
)
"""Figure to what it shows."""


def render_page(scorecard: dict[str, Any], figures: Mapping[str, Path]) -> str:
    """The page.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
        figures: What `tweetmoji.evaluate.report.plots.write_plots` gave for it.
    """
    captions = make_captions(scorecard)
    return render_template(
        TEMPLATE,
        scorecard=scorecard,
        figures={name: inline_plot(path, captions[name]) for name, path in figures.items()},
        summary=tables.tabulate_summary(scorecard),
        notes=tables.describe_summary(scorecard),
        splits=[_describe_split(evaluation) for evaluation in scorecard["evaluations"]],
        comparisons=tables.tabulate_comparisons(scorecard),
        behavior=tables.tabulate_behavior(scorecard),
    )


def make_captions(scorecard: dict[str, Any]) -> dict[str, str]:
    """Each figure's name to its caption."""
    return dict(CAPTIONS) | {
        name_confusion(evaluation): f"{name_split(evaluation)}: how the texts of each label are answered, in percent "
        "of the texts with that label."
        for evaluation in scorecard["evaluations"]
    }


def _describe_split(evaluation: dict[str, Any]) -> dict[str, Any]:
    """What the page says of one split."""
    return {
        "name": name_split(evaluation),
        "sha256": evaluation["data_sha256"],
        "figures": tables.tabulate_metrics(evaluation),
        "classes": tables.tabulate_classes(evaluation),
        "confusion": name_confusion(evaluation),
    }

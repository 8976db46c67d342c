"""Tables of a scorecard, as rows of plain cells and as Markdown.

A table is a list of rows, the first of which is the header; every cell is text as a reader sees it.
"""

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

from tweetmoji.data.catalog import name_split

METRIC_TITLES: Final = MappingProxyType(
    {
        "accuracy": "accuracy",
        "balanced_accuracy": "balanced accuracy",
        "macro_f1": "macro-F1",
        "weighted_f1": "weighted F1",
        "log_loss": "log loss (nats)",
        "brier": "Brier score",
        "ece": "ECE (15 bins)",
        "accuracy_at_50": "accuracy at 50 % coverage",
        "top_3_accuracy": "top-3 accuracy",
    }
)
"""Metric to its title, in the order of a table."""

OTHER_METRICS: Final = ("accuracy_at_50", "top_3_accuracy")
"""Metrics that are beside an evaluation's ``metrics``, not in them."""

SUMMARY_METRICS: Final = ("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece", "accuracy_at_50")
"""Metrics of the summary: as many as fit the width of a page."""

MISSING: Final = "–"
"""A cell without a value."""

MAX_MISTAKES: Final = 10
"""Wrong answers that a report shows."""

ABOUT_MISTAKES: Final = "What it still gets wrong: the wrong labels with the highest scores."


def tabulate_summary(scorecard: dict[str, Any]) -> list[list[str]]:
    """Tabulate all splits and the behavioral cases, a row for each; `describe_summary` explains the columns."""
    rows = [["scored on", "n", *(METRIC_TITLES[name] for name in SUMMARY_METRICS)]]
    for evaluation in scorecard["evaluations"]:
        cells = [show(read_metric(evaluation, name), evaluation["intervals"][name]) for name in SUMMARY_METRICS]
        rows.append([name_split(evaluation), f"{evaluation['metrics']['n']:,}", *cells])
    if scorecard["behavior"]:
        cases = scorecard["behavior"]["total"]
        cells = [show(cases["pass_rate"], cases), *[MISSING] * (len(SUMMARY_METRICS) - 1)]
        rows.append(["behavioral cases", f"{cases['passed']} of {cases['n']}", *cells])
    return rows


def describe_summary(scorecard: dict[str, Any]) -> list[str]:
    """Explain the columns of `tabulate_summary`, in sentences."""
    notes = []
    if scorecard["evaluations"]:
        notes += [
            f"In brackets: 95 % intervals from {scorecard['resamples']:,} bootstrap resamples.",
            "Balanced accuracy is the mean recall of the classes, so that rare ones count as much as common ones; "
            "macro-F1 is the mean F1 of the classes.",
            "Log loss is the mean negative log probability of the true class. ECE, the expected calibration error, is "
            "the mean gap between confidence and accuracy; its interval tends to be high. Of both, lower is better.",
            "Accuracy at 50 % coverage is the accuracy if only the more confident half of the texts is answered.",
        ]
    if scorecard["behavior"]:
        notes.append("For the behavioral cases, accuracy is the share of cases passed, with Wilson's interval.")
        confident = scorecard["behavior"]["total"]["confident_mistakes"]
        notes.append(f"In {confident} of them, a wrong label has a score of at least 0.9.")
    return notes


def tabulate_behavior(scorecard: dict[str, Any]) -> list[list[str]]:
    """Tabulate pass rates by capability; the header alone if the cases were not run."""
    rows = [["capability", "passed", "of", "pass rate", "wrong at 0.9 or more"]]
    if scorecard["behavior"]:
        results = [*scorecard["behavior"]["capabilities"], scorecard["behavior"]["total"]]
        rows += [
            [
                *(row["capability"], str(row["passed"]), str(row["n"]), show(row["pass_rate"], row, digits=2)),
                str(row["confident_mistakes"]) if row["kind"] in ("label", "total") else MISSING,
            ]
            for row in results
        ]
    return rows


def tabulate_mistakes(scorecard: dict[str, Any]) -> list[list[str]]:
    """Tabulate the wrong labels of behavioral cases that have the highest scores; the header alone if there is none."""
    mistakes = (scorecard["behavior"] or {}).get("mistakes", [])[
        :MAX_MISTAKES
    ]  # scorecards of earlier versions lack it
    rows = [[row["text"], " or ".join(row["accept"]), row["label"], f"{row['score']:.2f}"] for row in mistakes]
    return [["text", "right", "answered", "score"], *rows]


def tabulate_metrics(evaluation: dict[str, Any]) -> list[list[str]]:
    """Tabulate the metrics of one split."""
    rows = [["metric", f"n = {evaluation['metrics']['n']:,}"]]
    for name, title in METRIC_TITLES.items():
        rows.append([title, show(read_metric(evaluation, name), evaluation["intervals"][name])])
    return rows


def tabulate_classes(evaluation: dict[str, Any]) -> list[list[str]]:
    """Tabulate the classes of one split."""
    rows = [["class", "n", "precision", "recall", "F1"]]
    for label, row in evaluation["metrics"]["per_class"].items():
        rows.append([label, f"{row['n']:,}", *(f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))])
    return rows


def tabulate_comparisons(scorecard: dict[str, Any]) -> list[list[str]]:
    """Tabulate another model against this one, a row for each split; the header alone if there was no other."""
    names = {(row["source"], row["split"]): name_split(row) for row in scorecard["evaluations"]}
    differences = [METRIC_TITLES[name] for name in SUMMARY_METRICS]
    rows = [["scored on", "n", "only this one right", "only the other right", "p (McNemar)", *differences]]
    rows += [
        [
            names[comparison["source"], comparison["split"]],
            f"{comparison['n']:,}",
            f"{comparison['only_first_right']:,}",
            f"{comparison['only_second_right']:,}",
            show_probability(comparison["p_value"]),
            *(show_difference(comparison["differences"][name]) for name in SUMMARY_METRICS),
        ]
        for comparison in scorecard["comparisons"]
    ]
    return rows


def read_metric(evaluation: dict[str, Any], name: str) -> float:
    """Read a metric of `METRIC_TITLES`, wherever it is in an evaluation."""
    value: float = (evaluation if name in OTHER_METRICS else evaluation["metrics"])[name]
    return value


def show(value: float, interval: dict[str, Any], digits: int = 3) -> str:
    """Format a value with its interval: ``0.932 (0.921–0.943)``."""
    return f"{value:.{digits}f} ({interval['low']:.{digits}f}–{interval['high']:.{digits}f})"


def show_difference(difference: dict[str, float]) -> str:
    """Format a difference with its interval: ``+0.012 (−0.003 to +0.027)``."""
    value, low, high = (f"{difference[name]:+.3f}".replace("-", "−") for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def show_probability(p: float) -> str:
    """Format a p-value, never as 0."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def render_summary(scorecard: dict[str, Any]) -> str:
    """Render the summary with its notes as Markdown.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
    """
    return "\n\n".join([render_table(tabulate_summary(scorecard)), " ".join(describe_summary(scorecard))]).rstrip()


def render_behavior(scorecard: dict[str, Any]) -> str:
    """Render pass rates by capability, and some of what the model still gets wrong, as Markdown.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
    """
    parts = [render_table(tabulate_behavior(scorecard))]
    header, *mistakes = [[escape_markdown(cell) for cell in row] for row in tabulate_mistakes(scorecard)]
    if mistakes:
        parts += [ABOUT_MISTAKES, make_table(header, mistakes, texts=3)]
    return "\n\n".join(parts)


def render_table(table: Sequence[Sequence[str]]) -> str:
    """Render a table of plain cells as Markdown."""
    header, *rows = [[escape_markdown(cell) for cell in row] for row in table]
    return make_table(header, rows)


def make_table(header: list[str], rows: list[list[str]], *, texts: int = 1) -> str:
    """Make a Markdown table of Markdown cells, the first columns of texts left-aligned, the others right-aligned."""
    lines = [header, [*["---"] * texts, *["---:"] * (len(header) - texts)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def escape_markdown(text: str) -> str:
    """Escape text for Markdown, on one line; names of models and labels may hold anything."""
    return re.sub(r"([\\`*_\[\]<>|~&#])", r"\\\1", " ".join(text.split()))

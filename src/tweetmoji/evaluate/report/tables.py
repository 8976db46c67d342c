"""The tables of a scorecard, as rows of plain cells and as Markdown. Needs the base installation alone.

A table is a list of rows, the first of which is its header; every cell is text as a person reads it.
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
    }
)
"""Figures in the order of a table, as a person reads them."""

SUMMARY: Final = ("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece", "accuracy_at_50")
"""The figures that a summary shows: as many as a page is wide."""

NONE: Final = "–"


def tabulate_summary(scorecard: dict[str, Any]) -> list[list[str]]:
    """A row for each split and one for the behavioral cases; `describe_summary` explains it."""
    rows = [["scored on", "n", *(METRIC_TITLES[name] for name in SUMMARY)]]
    for evaluation in scorecard["evaluations"]:
        cells = [show(read_metric(evaluation, name), evaluation["intervals"][name]) for name in SUMMARY]
        rows.append([name_split(evaluation), f"{evaluation['metrics']['n']:,}", *cells])
    if scorecard["behavior"]:
        cases = scorecard["behavior"]["total"]
        cells = [show(cases["pass_rate"], cases), *[NONE] * (len(SUMMARY) - 1)]
        rows.append(["behavioral cases", f"{cases['passed']} of {cases['n']}", *cells])
    return rows


def describe_summary(scorecard: dict[str, Any]) -> list[str]:
    """What a reader of `tabulate_summary` has to know, as sentences."""
    notes = []
    if scorecard["evaluations"]:
        notes += [
            f"In brackets 95 % intervals, from {scorecard['resamples']:,} bootstrap resamples.",
            "Balanced accuracy is macro-averaged recall. ECE is the expected calibration error; its interval tends to "
            "lie high. Accuracy at 50 % coverage is that of the more confident half of the answers. Of log loss and "
            "ECE, less is better.",
        ]
    if scorecard["behavior"]:
        notes.append("Of the behavioral cases, n is how many passed, and accuracy their share, with Wilson's interval.")
    return notes


def tabulate_behavior(scorecard: dict[str, Any]) -> list[list[str]]:
    """A row for each capability and one for all cases; the header alone if the cases were not run."""
    rows = [["capability", "passed", "of", "pass rate"]]
    if scorecard["behavior"]:
        results = [*scorecard["behavior"]["capabilities"], scorecard["behavior"]["total"]]
        rows += [
            [row["capability"], str(row["passed"]), str(row["n"]), show(row["pass_rate"], row, digits=2)]
            for row in results
        ]
    return rows


def tabulate_metrics(evaluation: dict[str, Any]) -> list[list[str]]:
    """A row for each figure of one split."""
    rows = [["figure", f"n = {evaluation['metrics']['n']:,}"]]
    for name, title in METRIC_TITLES.items():
        rows.append([title, show(read_metric(evaluation, name), evaluation["intervals"][name])])
    return rows


def tabulate_classes(evaluation: dict[str, Any]) -> list[list[str]]:
    """A row for each class of one split."""
    rows = [["class", "n", "precision", "recall", "F1"]]
    for label, row in evaluation["metrics"]["per_class"].items():
        rows.append([label, f"{row['n']:,}", *(f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))])
    return rows


def tabulate_comparisons(scorecard: dict[str, Any]) -> list[list[str]]:
    """A row for each split: another model against this one; the header alone if there was no other."""
    names = {(row["source"], row["split"]): name_split(row) for row in scorecard["evaluations"]}
    differences = [METRIC_TITLES[name] for name in SUMMARY]
    rows = [["scored on", "n", "only this one right", "only the other right", "p (McNemar)", *differences]]
    rows += [
        [
            names[comparison["source"], comparison["split"]],
            f"{comparison['n']:,}",
            f"{comparison['only_first_right']:,}",
            f"{comparison['only_second_right']:,}",
            show_probability(comparison["p_value"]),
            *(show_difference(comparison["differences"][name]) for name in SUMMARY),
        ]
        for comparison in scorecard["comparisons"]
    ]
    return rows


def read_metric(evaluation: dict[str, Any], name: str) -> float:
    """One of `METRIC_TITLES`, wherever in an evaluation it stands."""
    value: float = evaluation["accuracy_at_50"] if name == "accuracy_at_50" else evaluation["metrics"][name]
    return value


def show(value: float, interval: dict[str, Any], digits: int = 3) -> str:
    """A figure with its interval: ``0.932 (0.921–0.943)``."""
    return f"{value:.{digits}f} ({interval['low']:.{digits}f}–{interval['high']:.{digits}f})"


def show_difference(difference: dict[str, float]) -> str:
    """A difference with its interval: ``+0.012 (−0.003 to +0.027)``."""
    value, low, high = (f"{difference[name]:+.3f}".replace("-", "−") for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def show_probability(p: float) -> str:
    """A p-value, which is never shown as 0."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def render_summary(scorecard: dict[str, Any]) -> str:
    """The table of all splits and the behavioral cases, with notes, as Markdown.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
    """
    return "\n\n".join([render_table(tabulate_summary(scorecard)), " ".join(describe_summary(scorecard))]).rstrip()


def render_behavior(scorecard: dict[str, Any]) -> str:
    """The table of pass rates by capability as Markdown.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
    """
    return render_table(tabulate_behavior(scorecard))


def render_table(table: Sequence[Sequence[str]]) -> str:
    """A table of plain cells as Markdown."""
    header, *rows = [[escape_markdown(cell) for cell in row] for row in table]
    return make_table(header, rows)


def make_table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table of cells that are Markdown, the first column to the left and the others to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, on one line; names of a user's own may hold anything."""
    return re.sub(r"([\\`*_\[\]<>|~&#])", r"\\\1", " ".join(text.split()))

"""Tables of what only some splits have: none, the written texts, the uniform prior, suggestions.

A split is a column and a metric a row, so that the table of a single split is as narrow as a terminal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tweetmoji.data.catalog import name_split
from tweetmoji.data.names import EMOJI_TWEETS
from tweetmoji.evaluate.report.tables import METRIC_TITLES, MISSING, read_metric, show

NONE_TITLES: Final = {
    "accuracy": "accuracy, none as a class",
    "macro_f1": "macro-F1, none as a class",
    "confidence_roc_auc": "ROC AUC of the confidence",
    "none_roc_auc": "ROC AUC of none",
    "ece": "ECE of the confidence (15 bins)",
}
PRIOR_METRICS: Final = ("accuracy", "balanced_accuracy", "macro_f1")


@dataclass(frozen=True)
class Detail:
    """A table with what a reader needs to know of it.

    Attributes:
        title: Its title.
        about: What its rows mean, in sentences.
        tabulate: Makes the table of a scorecard; None if no split has what it shows.
    """

    title: str
    about: str
    tabulate: Callable[[dict[str, Any]], list[list[str]] | None]


def list_details(scorecard: dict[str, Any]) -> list[dict[str, Any]]:
    """List title, about and table of each of `DETAILS` that a scorecard has something for."""
    found = ((detail, detail.tabulate(scorecard)) for detail in DETAILS.values())
    return [{"title": detail.title, "about": detail.about, "table": table} for detail, table in found if table]


def tabulate_none(scorecard: dict[str, Any]) -> list[list[str]] | None:
    """Tabulate the splits that have texts without an emotion."""
    splits = [row for row in scorecard["evaluations"] if row["none"]]
    return _tabulate(
        splits,
        {
            "texts with an emotion": lambda row: f"{row['metrics']['n']:,}",
            "texts without": lambda row: f"{row['none']['n']:,}",
            **{title: _read("none", name) for name, title in NONE_TITLES.items()},
        },
    )


def tabulate_written(scorecard: dict[str, Any]) -> list[list[str]] | None:
    """Tabulate minimal pairs and capabilities of the written texts."""
    splits = [row for row in scorecard["evaluations"] if row["capabilities"]]
    capabilities = sorted({name for row in splits for name in row["capabilities"]})
    return _tabulate(
        splits,
        {
            "minimal pairs, both sides": lambda row: _show_rate(row["pairs"]),
            **{name: _read_capability(name) for name in capabilities},
        },
    )


def tabulate_prior(scorecard: dict[str, Any]) -> list[list[str]] | None:
    """Tabulate the splits that were scored with a uniform prior too, beside the model's own."""
    splits = [row for row in scorecard["evaluations"] if row["uniform_prior"]]
    readers: dict[str, Callable[[dict[str, Any]], str]] = {}
    for name in PRIOR_METRICS:
        readers[METRIC_TITLES[name]] = _read_own(name)
        readers[f"{METRIC_TITLES[name]}, uniform prior"] = _read("uniform_prior", name)
    return _tabulate(splits, readers)


def tabulate_suggestions(scorecard: dict[str, Any]) -> list[list[str]] | None:
    """Tabulate the splits of tweets and their emoji, which score what a model suggests."""
    splits = [row for row in scorecard["evaluations"] if row["source"] == EMOJI_TWEETS]
    readers: dict[str, Callable[[dict[str, Any]], str]] = {
        "texts": lambda row: f"{row['metrics']['n']:,}",
        "classes": lambda row: str(len(row["labels"])),
    }
    return _tabulate(
        splits,
        readers | {METRIC_TITLES[name]: _read_own(name) for name in ("accuracy", "top_3_accuracy", "macro_f1")},
    )


DETAILS: Final = {
    "none": Detail(
        "None",
        "All texts of these splits. The answer is none where its probability is above 0.5, and else the label with the "
        "highest score. The area under the ROC curve says how often a text with an emotion has a higher confidence, or "
        "one without a higher probability of none, than a text of the other kind; 0.5 is chance. For this ECE, any "
        "confidence in a text without an emotion is wrong.",
        tabulate_none,
    ),
    "written": Detail(
        "Written texts",
        "Right answers by what a text tests; none is an answer too. A minimal pair is two texts that differ in one "
        "edit and in their label. In brackets: Wilson's interval.",
        tabulate_written,
    ),
    "prior": Detail(
        "Uniform prior",
        'The same probabilities, corrected as if all labels were equally frequent (`prior="uniform"`), which is what '
        "balanced accuracy asks for.",
        tabulate_prior,
    ),
    "suggestions": Detail(
        "Suggestions",
        "Splits whose classes are the emoji that people used. Top-3 accuracy is the share of texts whose "
        "class is among the three most probable ones.",
        tabulate_suggestions,
    ),
}
"""Name of a table to what makes it."""


def _tabulate(
    splits: list[dict[str, Any]], readers: dict[str, Callable[[dict[str, Any]], str]]
) -> list[list[str]] | None:
    """Make a table from the title of each row to what reads its cell of a split; None without splits."""
    if not splits:
        return None
    rows = [[title, *(read(evaluation) for evaluation in splits)] for title, read in readers.items()]
    return [["", *map(name_split, splits)], *rows]


def _read(part: str, name: str) -> Callable[[dict[str, Any]], str]:
    """What shows a metric of a part of an evaluation."""
    return lambda row: show(row[part][name], row[part]["intervals"][name])


def _read_own(name: str) -> Callable[[dict[str, Any]], str]:
    """What shows a metric of an evaluation itself."""
    return lambda row: show(read_metric(row, name), row["intervals"][name])


def _read_capability(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: _show_rate(row["capabilities"].get(name))


def _show_rate(rate: dict[str, Any] | None) -> str:
    """Format a rate: ``25 of 30: 0.83 (0.66–0.93)``."""
    return f"{rate['right']} of {rate['n']}: {show(rate['rate'], rate, digits=2)}" if rate else MISSING

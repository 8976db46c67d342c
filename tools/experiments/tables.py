"""Tables of docs/experiments/README.md: every model that shipped, the present one's targets and its teacher.

Every function takes the JSON files of ``docs/experiments`` and ``docs/evaluation`` as objects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tweetmoji.evaluate.report.tables import MISSING, make_table

Scorecard = dict[str, Any]
"""What ``tweetmoji evaluate --json`` prints."""


@dataclass(frozen=True)
class Shipped:
    """A model that shipped.

    Attributes:
        title: What it is.
        commit: Commit that brought its weights.
        scorecard: Its scorecard.
    """

    title: str
    commit: str
    scorecard: Scorecard


@dataclass(frozen=True)
class Target:
    """What the present model should reach.

    Attributes:
        title: What is measured.
        read: From a scorecard to the figure; raises KeyError if it is not there.
        bound: The figure to reach.
        least: Whether that is the least, rather than the most.
    """

    title: str
    read: Callable[[Scorecard], float]
    bound: float
    least: bool = True

    def is_met(self, value: float) -> bool:
        """Whether a figure reaches the target."""
        return value >= self.bound if self.least else value <= self.bound


def read_metric(source: str, split: str, *path: str) -> Callable[[Scorecard], float]:
    """Make a function that reads a figure of a split from a scorecard."""

    def read(scorecard: Scorecard) -> float:
        rows = {(row["source"], row["split"]): row for row in scorecard["evaluations"]}
        value: Any = rows[source, split]
        for name in path:
            if value is None:
                raise KeyError(name)
            value = value[name]
        return float(value)

    return read


def read_pass_rate(capability: str | None = None) -> Callable[[Scorecard], float]:
    """Make a function that reads the share of behavioral cases passed: of a capability, or of all."""

    def read(scorecard: Scorecard) -> float:
        behavior = scorecard["behavior"]
        rows = {row["capability"]: row for row in behavior["capabilities"]}
        row = behavior["total"] if capability is None else rows[capability]
        return float(row["pass_rate"])

    return read


METRICS: Final = {
    "Emotion test accuracy": read_metric("emotion", "test", "metrics", "accuracy"),
    "macro-F1": read_metric("emotion", "test", "metrics", "macro_f1"),
    "log loss": read_metric("emotion", "test", "metrics", "log_loss"),
    "accuracy without denials": read_metric("emotion", "test-without-denials", "metrics", "accuracy"),
    "TweetEval val macro recall": read_metric("tweeteval", "val", "metrics", "balanced_accuracy"),
    "GoEmotions test macro-F1": read_metric("goemotions", "test", "metrics", "macro_f1"),
    "tweets test accuracy": read_metric("annotated", "test", "metrics", "accuracy"),
    "written test accuracy": read_metric("written", "test", "metrics", "accuracy"),
}
"""Figures of every model that shipped."""

TARGETS: Final = (
    Target("TweetEval val macro recall", METRICS["TweetEval val macro recall"], 0.85),
    Target("GoEmotions test macro-F1", METRICS["GoEmotions test macro-F1"], 0.775),
    Target(
        "tweets test: area under the ROC of confidence, emotion against none",
        read_metric("annotated", "test", "none", "confidence_roc_auc"),
        0.80,
    ),
    Target("written test, seven classes: accuracy", read_metric("written", "test", "none", "accuracy"), 0.85),
    Target("written test: pairs with both sides right", read_metric("written", "test", "pairs", "rate"), 0.75),
    Target("behavioral cases: all", read_pass_rate(), 0.86),
    Target("negation", read_pass_rate("negation"), 0.80),
    Target("contrast", read_pass_rate("contrast"), 0.80),
    Target("temporal", read_pass_rate("temporal"), 0.70),
    Target("typos", read_pass_rate("typos"), 0.80),
    Target("elongation", read_pass_rate("elongation"), 0.85),
    Target("implied", read_pass_rate("implied"), 0.75),
    Target("emoji", read_pass_rate("emoji"), 0.95),
    Target("hashtags", read_pass_rate("hashtags"), 0.90),
    Target("Emotion test accuracy", METRICS["Emotion test accuracy"], 0.928),
    Target("Emotion test macro-F1", METRICS["macro-F1"], 0.885),
    Target("Emotion test log loss (nats)", METRICS["log loss"], 0.145, least=False),
    Target(
        "Emotion test without denials: accuracy",
        read_metric("emotion", "test-without-denials", "metrics", "accuracy"),
        0.936,
    ),
    Target(
        "Emotion test without denials: macro-F1",
        read_metric("emotion", "test-without-denials", "metrics", "macro_f1"),
        0.895,
    ),
    Target(
        "Emotion test without denials: log loss (nats)",
        read_metric("emotion", "test-without-denials", "metrics", "log_loss"),
        0.13,
        least=False,
    ),
    Target("Emotion val balanced accuracy", read_metric("emotion", "val", "metrics", "balanced_accuracy"), 0.912),
    Target(
        "Emotion val balanced accuracy, prior uniform",
        read_metric("emotion", "val", "uniform_prior", "balanced_accuracy"),
        0.94,
    ),
    Target("Emotion test ECE", read_metric("emotion", "test", "metrics", "ece"), 0.02, least=False),
    Target("GoEmotions test ECE", read_metric("goemotions", "test", "metrics", "ece"), 0.04, least=False),
    Target("tweets test ECE of confidence", read_metric("annotated", "test", "none", "ece"), 0.06, least=False),
    Target("20 emoji, TweetEval emoji val: macro-F1", read_metric("emoji", "val", "metrics", "macro_f1"), 0.28),
    Target("20 emoji: top-3 accuracy", read_metric("emoji", "val", "top_3_accuracy"), 0.60),
)
"""What the present model should reach; the figures were set before it was trained."""


def render_shipped(models: list[Shipped]) -> str:
    """Tabulate every model that shipped, the newest last."""
    rows = []
    for model in models:
        total = model.scorecard["behavior"]["total"]
        figures = [_show(read, model.scorecard) for read in METRICS.values()]
        rows.append([model.title, f"`{model.commit}`", *figures, f"{total['passed']} of {total['n']}"])
    return make_table(["model", "commit", *METRICS, "behavioral cases"], rows)


def render_targets(earlier: Mapping[str, Scorecard], present: Scorecard) -> str:
    """Tabulate each target, and whether the present model meets it.

    Args:
        earlier: Names of models that shipped before, such as ``third``, to their scorecards.
        present: The scorecard of the present one.

    Raises:
        KeyError: The present scorecard lacks a figure.
    """
    rows = []
    for target in TARGETS:
        value = target.read(present)
        sign = "≥" if target.least else "≤"
        met = "yes" if target.is_met(value) else "no"
        before = [_show(target.read, scorecard) for scorecard in earlier.values()]
        rows.append([target.title, *before, f"{value:.3f}", f"{sign} {target.bound:g}", met])
    return make_table(["", *(f"{name} model" for name in earlier), "present model", "target", "met"], rows)


def render_teachers(teachers: dict[str, dict[str, Any]]) -> str:
    """Tabulate the val metrics of teachers after their best epoch.

    Args:
        teachers: Title to the provenance of a teacher's logits.
    """
    columns = (
        ("Emotion accuracy", "emotion", "accuracy"),
        ("TweetEval macro recall", "tweeteval", "balanced_accuracy"),
        ("GoEmotions macro-F1", "goemotions", "macro_f1"),
        ("tweets accuracy", "annotated", "accuracy"),
        ("written accuracy", "written", "accuracy"),
    )
    rows = []
    for title, teacher in teachers.items():
        best = min(teacher["epochs"], key=lambda epoch: epoch["val_log_loss"])["val"]
        figures = [f"{best[source][name]:.3f}" if source in best else MISSING for _, source, name in columns]
        rows.append([title, *figures])
    return make_table(
        ["val splits, seven classes where there are texts of none", *(title for title, *_ in columns)], rows
    )


def _show(read: Callable[[Scorecard], float], scorecard: Scorecard) -> str:
    """A figure with three digits, or a dash if the scorecard does not have it."""
    try:
        return f"{read(scorecard):.3f}"
    except KeyError:
        return MISSING

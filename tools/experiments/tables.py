"""Tables of docs/experiments/README.md: every model that shipped, the present one's targets and its teacher.

Every function takes the JSON files of ``docs/experiments`` and ``docs/evaluation`` as objects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tweetmoji.evaluate.report.tables import MISSING, make_table, show

Scorecard = dict[str, Any]
"""What ``tweetmoji evaluate --json`` prints."""

MEGABYTE: Final = 1e6


@dataclass(frozen=True)
class Shipped:
    """What to say of a model that shipped.

    Attributes:
        title: What it is.
        failed: What it fails at.
    """

    title: str
    failed: str


SHIPPED_MODELS: Final = {
    "169d43029220": Shipped("first: MiniLM on Emotion alone", "real tweets"),
    "a9bc3893f669": Shipped(
        "second: distilled, a last pass over TweetEval",
        "denied feelings, as it looks words up; batches, which change its answers",
    ),
    "e238407f90d6": Shipped("the second with constant scales", "denied feelings, as it looks words up"),
    "d91e6b89ba07": Shipped(
        "third: distilled once, on texts of our own too", "feelings denied in the manner of Emotion; typos, hashtags"
    ),
    "cfb6c8a0d915": Shipped(
        "fourth: more of our own texts, denials read",
        "Emotion's labels of denials, which it contradicts; typos, hashtags, feelings only implied",
    ),
    "b56da488167f": Shipped(
        "**fifth**: three times as many of our own texts",
        "minimal pairs; GoEmotions and TweetEval, a little more than the fourth",
    ),
}
"""Version of each model that shipped to what to say of it."""


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


SPLITS: Final = {
    "Emotion test accuracy": ("emotion", "test", "accuracy"),
    "macro-F1": ("emotion", "test", "macro_f1"),
    "log loss": ("emotion", "test", "log_loss"),
    "accuracy without denials": ("emotion", "test-without-denials", "accuracy"),
    "TweetEval val macro recall": ("tweeteval", "val", "balanced_accuracy"),
    "GoEmotions test macro-F1": ("goemotions", "test", "macro_f1"),
    "tweets test accuracy": ("annotated", "test", "accuracy"),
    "written test accuracy": ("written", "test", "accuracy"),
}
"""Figures of every model that shipped: title to source, split and metric."""

METRICS: Final = {title: read_metric(source, split, "metrics", name) for title, (source, split, name) in SPLITS.items()}
"""The same as functions that read them from a scorecard."""

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


def render_shipped(
    models: list[dict[str, Any]], scorecards: Mapping[str, Scorecard], texts: Mapping[str, Shipped]
) -> str:
    """Tabulate every model that shipped, the newest last.

    Args:
        models: What ``tools/experiments/shipped.py`` wrote.
        scorecards: Version of a model to its scorecard.
        texts: Version of a model to what to say of it.

    Raises:
        KeyError: A model has no scorecard, or nothing is said of it.
    """
    rows = []
    for model in models:
        text, scorecard = texts[model["version"]], scorecards[model["version"]]
        total = scorecard["behavior"]["total"]
        rows.append(
            [
                text.title,
                text.failed,
                f"`{model['commit']}`",
                f"{model['bytes']['model.onnx'] / MEGABYTE:.1f} MB",
                *_show_speed(model["speed"]),
                *(_show_interval(scorecard, *split) for split in SPLITS.values()),
                f"{total['passed']} of {total['n']}: {show(total['pass_rate'], total)}",
            ]
        )
    return make_table(
        ["model", "what it fails at", "commit", "size", "texts/s in a list", "alone", *SPLITS, "behavioral cases"],
        rows,
        texts=2,
    )


def _show_speed(speed: dict[str, Any] | None) -> list[str]:
    """Texts a second in a list, and milliseconds alone, with the lowest and the highest round."""
    if speed is None:
        return ["not measured", "not measured"]
    rate, alone = speed["texts_per_s"], speed["alone_ms"]
    return [
        f"{rate['median']:.0f} ({rate['lowest']:.0f}–{rate['highest']:.0f})",
        f"{alone['median']:.1f} ms ({alone['lowest']:.1f}–{alone['highest']:.1f})",
    ]


def _show_interval(scorecard: Scorecard, source: str, split: str, name: str) -> str:
    """A metric of a split with its interval, or a dash if the scorecard does not have the split."""
    for row in scorecard["evaluations"]:
        if (row["source"], row["split"]) == (source, split):
            return show(row["metrics"][name], row["intervals"][name])
    return MISSING


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

"""Tables of docs/experiments/README.md: every model that shipped, the present one's targets and its teacher.

Every function takes the JSON files of ``docs/experiments`` and ``docs/evaluation`` as objects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tweetmoji.evaluate.report.tables import MISSING, make_table, show

Scorecard = dict[str, Any]
"""What ``tweetmoji evaluate --json`` prints."""

MEGABYTE: Final = 1e6

FOLDS: Final = "folds"
"""The split that cross-validation is, in a scorecard that `with_folds` made."""


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
        "fifth: twice the written texts, nearly three times the annotated tweets",
        "minimal pairs; GoEmotions and TweetEval, a little more than the fourth",
    ),
    "a9ead337e0be": Shipped(
        "**sixth**: half as many again of both",
        "minimal pairs, irony, hinted feelings; Emotion's labels of denials",
    ),
}
"""Version of each model that shipped to what to say of it."""


@dataclass(frozen=True)
class Target:
    """What the present model should reach.

    Attributes:
        title: What is measured.
        read: From a scorecard to the figure, with its interval where that is known; raises KeyError if it is not there.
        bound: The figure to reach.
        least: Whether that is the least, rather than the most.
    """

    title: str
    read: "Reader"
    bound: float
    least: bool = True

    def is_met(self, value: float) -> bool:
        """Whether a figure reaches the target."""
        return value >= self.bound if self.least else value <= self.bound


@dataclass(frozen=True)
class Figure:
    """A figure of a scorecard.

    Attributes:
        value: The figure.
        interval: Its 95 % interval, ``low`` and ``high``; None where the scorecard has none.
        digits: Digits after the point.
    """

    value: float
    interval: Mapping[str, Any] | None = None
    digits: int = 3

    def show(self) -> str:
        """The figure, and its interval if it has one."""
        if self.interval is None:
            return f"{self.value:.{self.digits}f}"
        return show(self.value, dict(self.interval), self.digits)


Reader = Callable[[Scorecard], Figure]
"""Reads a figure from a scorecard; raises KeyError if it is not there."""


def find_row(scorecard: Scorecard, source: str, split: str) -> dict[str, Any]:
    """Find the evaluation of a split; raises KeyError if there is none."""
    return {(row["source"], row["split"]): row for row in scorecard["evaluations"]}[source, split]


def read_metric(source: str, split: str, name: str, part: str | None = "metrics") -> Reader:
    """Make a function that reads a figure of a split.

    Args:
        source: The source.
        split: The split.
        name: Name of the figure.
        part: Where in the split's row the figure is; None for the row itself.
    """

    def read(scorecard: Scorecard) -> Figure:
        row = find_row(scorecard, source, split)
        found = row if part is None else row[part]
        if found is None:
            raise KeyError(name)
        intervals = row["intervals"] if part in (None, "metrics") else found.get("intervals", {})
        return Figure(float(found[name]), intervals.get(name))

    return read


def with_folds(scorecard: Scorecard, cross_validation: dict[str, Any]) -> Scorecard:
    """Add the evaluation of a cross-validation to a scorecard, as the split `FOLDS`."""
    folds = [row | {"split": FOLDS} for row in cross_validation["evaluations"]]
    return scorecard | {"evaluations": [*scorecard["evaluations"], *folds]}


def read_pairs(scorecard: Scorecard) -> Figure:
    """Read the share of the written test's minimal pairs with both sides right."""
    pairs = find_row(scorecard, "written", "test")["pairs"]
    if pairs is None:
        raise KeyError("pairs")
    return Figure(pairs["rate"], pairs)


def read_pass_rate(capability: str | None = None) -> Reader:
    """Make a function that reads the share of behavioral cases passed: of a capability, or of all."""

    def read(scorecard: Scorecard) -> Figure:
        behavior = scorecard["behavior"]
        if capability is None:
            row = behavior["total"]
        else:
            row = {row["capability"]: row for row in behavior["capabilities"]}[capability]
        return Figure(float(row["pass_rate"]), row)

    return read


def read_confident_mistakes(scorecard: Scorecard) -> Figure:
    """Read the number of behavioral cases that are answered wrongly with a score of 0.9 or more."""
    return Figure(scorecard["behavior"]["total"]["confident_mistakes"], digits=0)


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

METRICS: Final = {title: read_metric(*split) for title, split in SPLITS.items()}
"""The same as functions that read them from a scorecard."""

TARGETS: Final = (
    Target(
        "TweetEval, five folds (a shorter recipe): macro recall",
        read_metric("tweeteval", FOLDS, "balanced_accuracy"),
        0.82,
    ),
    Target("TweetEval, five folds (a shorter recipe): ECE", read_metric("tweeteval", FOLDS, "ece"), 0.04, least=False),
    Target("TweetEval val macro recall", METRICS["TweetEval val macro recall"], 0.85),
    Target("GoEmotions test macro-F1", METRICS["GoEmotions test macro-F1"], 0.775),
    Target(
        "tweets test: area under the ROC of confidence, emotion against none",
        read_metric("annotated", "test", "confidence_roc_auc", "none"),
        0.80,
    ),
    Target("written test, seven classes: accuracy", read_metric("written", "test", "accuracy", "none"), 0.85),
    Target("written test: pairs with both sides right", read_pairs, 0.75),
    Target("behavioral cases: all", read_pass_rate(), 0.86),
    Target("negation", read_pass_rate("negation"), 0.80),
    Target("contrast", read_pass_rate("contrast"), 0.80),
    Target("temporal", read_pass_rate("temporal"), 0.70),
    Target("typos", read_pass_rate("typos"), 0.80),
    Target("elongation", read_pass_rate("elongation"), 0.85),
    Target("implied", read_pass_rate("implied"), 0.75),
    Target("emoji", read_pass_rate("emoji"), 0.95),
    Target("hashtags", read_pass_rate("hashtags"), 0.90),
    Target("… answered wrongly with a score of 0.9 or more", read_confident_mistakes, 7, least=False),
    Target("Emotion test accuracy", METRICS["Emotion test accuracy"], 0.928),
    Target("Emotion test macro-F1", METRICS["macro-F1"], 0.885),
    Target("Emotion test log loss (nats)", METRICS["log loss"], 0.145, least=False),
    Target(
        "Emotion test without denials: accuracy",
        read_metric("emotion", "test-without-denials", "accuracy"),
        0.936,
    ),
    Target(
        "Emotion test without denials: macro-F1",
        read_metric("emotion", "test-without-denials", "macro_f1"),
        0.895,
    ),
    Target(
        "Emotion test without denials: log loss (nats)",
        read_metric("emotion", "test-without-denials", "log_loss"),
        0.13,
        least=False,
    ),
    Target("Emotion val balanced accuracy", read_metric("emotion", "val", "balanced_accuracy"), 0.912),
    Target(
        "Emotion val balanced accuracy, prior uniform",
        read_metric("emotion", "val", "balanced_accuracy", "uniform_prior"),
        0.94,
    ),
    Target("Emotion test ECE", read_metric("emotion", "test", "ece"), 0.02, least=False),
    Target("GoEmotions test ECE", read_metric("goemotions", "test", "ece"), 0.04, least=False),
    Target("tweets test ECE of confidence", read_metric("annotated", "test", "ece", "none"), 0.06, least=False),
    Target("20 emoji, TweetEval emoji val: macro-F1", read_metric("emoji", "val", "macro_f1"), 0.28),
    Target("20 emoji: top-3 accuracy", read_metric("emoji", "val", "top_3_accuracy", None), 0.60),
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
                *(_show(read, scorecard) for read in METRICS.values()),
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
        figure = target.read(present)
        sign = "≥" if target.least else "≤"
        met = "yes" if target.is_met(figure.value) else "no"
        before = [_show(target.read, scorecard, interval=False) for scorecard in earlier.values()]
        rows.append([target.title, *before, figure.show(), f"{sign} {target.bound:g}", met])
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


def _show(read: Reader, scorecard: Scorecard, *, interval: bool = True) -> str:
    """A figure, with its interval or without, or a dash if the scorecard does not have it."""
    try:
        figure = read(scorecard)
    except KeyError:
        return MISSING
    return (figure if interval else replace(figure, interval=None)).show()

"""Tables of docs/experiments/README.md: what each training step brought, targets, interpolation, logit adjustment.

Every function takes the JSON files of ``docs/experiments``, ``docs/evaluation`` and ``benchmarks/results`` as objects.
"""

from typing import Any, Final

from tweetmoji.evaluate.report.tables import MISSING, make_table, read_metric

CROSS_VALIDATION: Final = "cross-validation"
"""Stands for a split in `TARGETS`."""

TARGETS: Final = (
    ("Emotion test accuracy", "emotion", "test", "accuracy", "≥", 0.936),
    ("Emotion test macro-F1", "emotion", "test", "macro_f1", "≥", 0.895),
    ("Emotion test log loss (nats)", "emotion", "test", "log_loss", "≤", 0.125),
    ("Emotion val balanced accuracy", "emotion", "val", "balanced_accuracy", "≥", 0.93),
    ("TweetEval val macro recall", "tweeteval", "val", "balanced_accuracy", "≥", 0.84),
    ("TweetEval cross-validation macro recall", "tweeteval", CROSS_VALIDATION, "balanced_accuracy", "≥", 0.84),
    ("GoEmotions test macro-F1", "goemotions", "test", "macro_f1", "≥", 0.78),
    ("Emotion test ECE", "emotion", "test", "ece", "≤", 0.015),
    ("TweetEval cross-validation ECE", "tweeteval", CROSS_VALIDATION, "ece", "≤", 0.06),
    ("GoEmotions test ECE", "goemotions", "test", "ece", "≤", 0.06),
    (
        *("TweetEval cross-validation accuracy at 50 % coverage", "tweeteval", CROSS_VALIDATION),
        *("accuracy_at_50", "≥", 0.93),
    ),
    ("GoEmotions test accuracy at 50 % coverage", "goemotions", "test", "accuracy_at_50", "≥", 0.93),
)
"""Targets that were set before training: title, source, split, metric, direction, value."""

FAILURES: Final = (
    ("behavioral cases failed", None),
    ("behavioral cases failed, negation", "negation"),
    ("behavioral cases failed, emoji", "emoji"),
)
"""Targets of half the first model's failures: title, and the capability; None for all. Cases that the suite got after
that model was scored are left out."""

VAL_COLUMNS: Final = (
    ("Emotion accuracy", "emotion", "accuracy"),
    ("Emotion balanced accuracy", "emotion", "balanced_accuracy"),
    ("Emotion log loss", "emotion", "log_loss"),
    ("TweetEval macro recall", "tweeteval", "balanced_accuracy"),
    ("GoEmotions macro-F1", "goemotions", "macro_f1"),
)
"""Metrics of the val splits that the tables show: title, source, metric."""

VAL_TITLES: Final = tuple(title for title, _, _ in VAL_COLUMNS)


def render_steps(first: dict[str, Any], teacher: dict[str, Any], student: dict[str, Any], last: dict[str, Any]) -> str:
    """Tabulate the val metrics of the models that led to the shipped one.

    Args:
        first: The scorecard of the first model.
        teacher: The record of the teacher.
        student: The record of the student, scored in int8.
        last: The scorecard of the shipped model.
    """
    rows = [
        ["first model: MiniLM on Emotion alone", *_show_val(read_val_metrics(first))],
        ["teacher: MPNet", *_show_val(read_val_metrics(teacher))],
        ["student: MiniLM after `distill`", *_show_val(read_val_metrics(student))],
        ["**shipped model**, after `train`", *_show_val(read_val_metrics(last))],
    ]
    return make_table(["val splits", *VAL_TITLES], rows)


def read_val_metrics(record: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Read the metrics of each source's val split: those of the int8 weights, else those of the best epoch."""
    if "evaluations" not in record:
        best: dict[str, Any] = min(record["epochs"], key=lambda epoch: epoch["val_log_loss"])
        return dict(best["val"])
    return {
        row["source"]: row["metrics"]
        for row in record["evaluations"]
        if row["split"] == "val" and row.get("weights", "int8") == "int8"  # a scorecard names no weights
    }


def render_targets(first: dict[str, Any], last: dict[str, Any], cross_validation: dict[str, Any]) -> str:
    """Tabulate each target, and whether the shipped model meets it.

    Args:
        first: The scorecard of the first model.
        last: The scorecard of the shipped model.
        cross_validation: The record of TweetEval's cross-validation.
    """
    shipped = {(row["source"], row["split"]): row for row in last["evaluations"]}
    shipped["tweeteval", CROSS_VALIDATION] = cross_validation["evaluations"][0]
    before = {(row["source"], row["split"]): row for row in first["evaluations"]}
    rows = []
    for title, source, split, name, sign, target in TARGETS:
        value = read_metric(shipped[source, split], name)
        met = value >= target if sign == "≥" else value <= target
        old = f"{read_metric(before[source, split], name):.3f}" if (source, split) in before else MISSING
        rows.append([title, old, f"{value:.3f}", f"{sign} {target:g}", "yes" if met else "no"])
    rows += [_show_failures(title, names, first, last) for title, names in FAILURES]
    return make_table(["", "first model", "shipped", "target", "met"], rows)


def render_weight_interpolation(result: dict[str, Any]) -> str:
    """Tabulate the networks between the student and the fine-tuned one, by alpha."""
    points = sorted(result["points"], key=lambda point: point["alpha"])
    rows = [[f"{point['alpha']:g}", *_show_val(point), f"{point['mean_log_loss']:.4f}"] for point in points]
    return make_table(["alpha", *VAL_TITLES, "mean log loss of the three"], rows)


def render_frontier(result: dict[str, Any]) -> str:
    """Tabulate the shipped model with adjusted logits, by strength."""
    rows = [[f"{point['strength']:.1f}", *_show_val(point)] for point in result["points"][::2]]
    return make_table(["strength", *VAL_TITLES], rows)


def _show_val(metrics: dict[str, Any]) -> list[str]:
    return [f"{metrics[source][name]:.3f}" if source in metrics else MISSING for _, source, name in VAL_COLUMNS]


def _show_failures(title: str, capability: str | None, first: dict[str, Any], last: dict[str, Any]) -> list[str]:
    old, new = (_count_failures(scorecard["behavior"], capability, first["behavior"]) for scorecard in (first, last))
    return [title, str(old), str(new), f"≤ {old // 2}", "yes" if new <= old // 2 else "no"]


def _count_failures(behavior: dict[str, Any], capability: str | None, suite: dict[str, Any]) -> int:
    """Count the failures among the cases that a suite had: later ones of a capability have higher numbers."""
    sizes = {row["capability"]: row["n"] for row in suite["capabilities"]}
    rows = [row for row in behavior["capabilities"] if capability in (None, row["capability"])]
    return sum(int(case.rpartition("-")[2]) <= sizes[row["capability"]] for row in rows for case in row["failed"])

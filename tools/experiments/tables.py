"""The generated parts of the page on experiments: tables of what each step brought, and how it stands to the targets.

Every function takes the JSON files of ``docs/experiments``, ``docs/evaluation`` and ``benchmarks/results`` as objects.
"""

from typing import Any, Final

from tweetmoji.evaluate.report.tables import make_table

TARGETS: Final = (
    ("home test accuracy", "emotion", "test", "accuracy", "≥", 0.936),
    ("home test macro-F1", "emotion", "test", "macro_f1", "≥", 0.895),
    ("home test log loss (nats)", "emotion", "test", "log_loss", "≤", 0.125),
    ("home val balanced accuracy", "emotion", "val", "balanced_accuracy", "≥", 0.93),
    ("TweetEval macro recall, val", "tweeteval", "val", "balanced_accuracy", "≥", 0.84),
    ("TweetEval macro recall, folds", "tweeteval", "folds", "balanced_accuracy", "≥", 0.84),
    ("GoEmotions test macro-F1", "goemotions", "test", "macro_f1", "≥", 0.78),
    ("ECE, home test", "emotion", "test", "ece", "≤", 0.015),
    ("ECE, TweetEval folds", "tweeteval", "folds", "ece", "≤", 0.06),
    ("ECE, GoEmotions test", "goemotions", "test", "ece", "≤", 0.06),
    ("accuracy at 50 % coverage, TweetEval folds", "tweeteval", "folds", "accuracy_at_50", "≥", 0.93),
    ("accuracy at 50 % coverage, GoEmotions test", "goemotions", "test", "accuracy_at_50", "≥", 0.93),
)
"""What the model was to reach, set before it was trained: title, source, split, figure, direction, value."""

FAILURES: Final = (
    ("behavioral cases that fail, all", None),
    ("behavioral cases that fail, negation", "negation"),
    ("behavioral cases that fail, emoji", "emoji"),
)
"""Of these at least half were to go: what the row is called, and the capability; None for all."""

STEP_COLUMNS: Final = (
    ("home accuracy", "emotion", "accuracy"),
    ("home balanced accuracy", "emotion", "balanced_accuracy"),
    ("home log loss", "emotion", "log_loss"),
    ("TweetEval macro recall", "tweeteval", "balanced_accuracy"),
    ("GoEmotions macro-F1", "goemotions", "macro_f1"),
)


def render_steps(first: dict[str, Any], teacher: dict[str, Any], student: dict[str, Any], last: dict[str, Any]) -> str:
    """Validation figures of the first model, the teacher's best epoch, the student and the model that ships.

    Args:
        first: The scorecard of the first model.
        teacher: The record of the teacher.
        student: The record of the student, scored in int8.
        last: The scorecard of the model that ships.
    """
    rows = [
        ["the first model: MiniLM, home dataset alone", *_show_steps(val_figures(first))],
        ["teacher: MPNet", *_show_steps(val_figures(teacher))],
        ["student: MiniLM after `distill`", *_show_steps(val_figures(student))],
        ["**the model that ships**, after `train`", *_show_steps(val_figures(last))],
    ]
    return make_table(["val splits", *(name for name, _, _ in STEP_COLUMNS)], rows)


def val_figures(record: dict[str, Any]) -> dict[str, dict[str, float]]:
    """The figures of each source's val split: those of the int8 weights, or else those of the best epoch."""
    if "evaluations" not in record:
        best: dict[str, Any] = min(record["epochs"], key=lambda epoch: epoch["val_log_loss"])
        return dict(best["val"])
    return {
        row["source"]: row["metrics"]
        for row in record["evaluations"]
        if row["split"] == "val" and row.get("weights", "int8") == "int8"
    }


def _show_steps(figures: dict[str, dict[str, float]]) -> list[str]:
    return [f"{figures[source][name]:.3f}" if source in figures else "–" for _, source, name in STEP_COLUMNS]


def render_targets(first: dict[str, Any], last: dict[str, Any], folds: dict[str, Any]) -> str:
    """Each target beside what the first model and the one that ships reach, and whether that is enough.

    Args:
        first: The scorecard of the first model.
        last: The scorecard of the model that ships.
        folds: The figures of TweetEval's folds.
    """
    shipped = {(row["source"], row["split"]): row for row in last["evaluations"]}
    shipped["tweeteval", "folds"] = folds["evaluations"][0]
    before = {(row["source"], row["split"]): row for row in first["evaluations"]}
    rows = []
    for title, source, split, name, sign, target in TARGETS:
        value = _look_up(shipped[source, split], name)
        met = value >= target if sign == "≥" else value <= target
        old = f"{_look_up(before[source, split], name):.3f}" if (source, split) in before else "–"
        rows.append([title, old, f"{value:.3f}", f"{sign} {target:g}", "yes" if met else "no"])
    rows += [_show_failures(title, names, first, last) for title, names in FAILURES]
    return make_table(["", "first model", "shipped", "target", "met"], rows)


def _look_up(evaluation: dict[str, Any], name: str) -> float:
    value: float = evaluation[name] if name in evaluation else evaluation["metrics"][name]
    return value


def _show_failures(title: str, capability: str | None, first: dict[str, Any], last: dict[str, Any]) -> list[str]:
    old, new = (_count_failures(scorecard["behavior"], capability) for scorecard in (first, last))
    return [title, str(old), str(new), f"≤ {old // 2}", "yes" if new <= old // 2 else "no"]


def _count_failures(behavior: dict[str, Any], capability: str | None) -> int:
    rows = [row for row in behavior["capabilities"] if row["capability"] == capability] or [behavior["total"]]
    return int(rows[0]["n"] - rows[0]["passed"])


def render_frontier(result: dict[str, Any]) -> str:
    """The shipped model's answers, moved toward emotions that are equally frequent, on the val splits."""
    rows = [
        [f"{point['strength']:.1f}", *(f"{point[source][name]:.3f}" for _, source, name in STEP_COLUMNS)]
        for point in result["points"][::2]
    ]
    return make_table(["strength", *(name for name, _, _ in STEP_COLUMNS)], rows)


def render_shares(result: dict[str, Any]) -> str:
    """Networks between the student and the one that the last pass made of it, on the val splits."""
    rows = [
        [
            f"{point['alpha']:.0%}",
            *(f"{point[source][name]:.3f}" for _, source, name in STEP_COLUMNS),
            f"{point['mean_log_loss']:.4f}",
        ]
        for point in result["points"]
    ]
    columns = ["share of the student", *(name for name, _, _ in STEP_COLUMNS), "mean log loss of the three"]
    return make_table(columns, rows)

"""`tools/experiments/tables.py`: rows worked out by hand from small records."""

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[evaluate]'")

from experiments.tables import (
    TARGETS,
    read_val_metrics,
    render_targets,
    render_weight_interpolation,
)

VAL = {
    "emotion": {"accuracy": 0.9, "balanced_accuracy": 0.8, "log_loss": 0.2},
    "tweeteval": {"balanced_accuracy": 0.7},
    "goemotions": {"macro_f1": 0.6},
}


def make_scorecard(value, failed):
    """A scorecard in which every metric of `TARGETS` has this value; ``failed`` cases of each capability fail."""
    names = {(source, split) for _, source, split, *_ in TARGETS}
    metrics = dict.fromkeys(("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece"), value)
    return {
        "evaluations": [
            {"source": source, "split": split, "metrics": metrics, "accuracy_at_50": value} for source, split in names
        ],
        "behavior": {
            "capabilities": [
                {"capability": name, "n": 20, "failed": [f"{name}-{i:02}" for i in range(1, failed + 1)]}
                for name in ("negation", "emoji")
            ],
        },
    }


def test_weight_interpolation_is_sorted_by_alpha():
    points = [{"alpha": alpha, "mean_log_loss": 0.3} | VAL for alpha in (1.0, 0.0, 0.25)]
    lines = render_weight_interpolation({"points": points}).splitlines()
    assert lines[0].startswith("| alpha | Emotion accuracy | Emotion balanced accuracy | Emotion log loss |")
    assert lines[2:] == [
        f"| {alpha} | 0.900 | 0.800 | 0.200 | 0.700 | 0.600 | 0.3000 |" for alpha in ("0", "0.25", "1")
    ]


def test_targets_are_met_on_the_right_side_of_their_sign():
    cross_validation = {"evaluations": [make_scorecard(0.9, 0)["evaluations"][0]]}
    table = render_targets(make_scorecard(0.5, 16), make_scorecard(0.9, 8), cross_validation)
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()[2:]]
    met = {title: yes_or_no for title, *_, yes_or_no in rows}
    assert met["Emotion test accuracy"] == "no"  # 0.9 of 0.936
    assert met["GoEmotions test macro-F1"] == "yes"
    assert met["Emotion test ECE"] == "no"  # lower is better
    assert met["behavioral cases failed, emoji"] == "yes"  # 8 is half of 16
    assert "| behavioral cases failed | 32 | 16 | ≤ 16 | yes |" in table


def test_read_val_metrics_prefers_int8_and_falls_back_to_the_best_epoch():
    evaluations = [
        {"source": "emotion", "split": split, "weights": weights, "metrics": {"accuracy": accuracy}}
        for split, weights, accuracy in (("val", "float32", 0.1), ("val", "int8", 0.2), ("test", "int8", 0.3))
    ]
    assert read_val_metrics({"evaluations": evaluations}) == {"emotion": {"accuracy": 0.2}}
    epochs = [{"val_log_loss": loss, "val": {"emotion": {"accuracy": loss}}} for loss in (0.4, 0.3, 0.5)]
    assert read_val_metrics({"epochs": epochs}) == {"emotion": {"accuracy": 0.3}}


def test_cases_that_the_first_model_was_not_asked_are_left_out():
    first, last = make_scorecard(0.5, 16), make_scorecard(0.9, 8)
    last["behavior"]["capabilities"][1] |= {"n": 50, "failed": ["emoji-20", "emoji-21", "emoji-50"]}
    table = render_targets(first, last, {"evaluations": [last["evaluations"][0]]})
    assert "| behavioral cases failed, emoji | 16 | 1 | ≤ 8 | yes |" in table

"""`tools/experiments/tables.py`: rows worked out by hand from small records."""

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[evaluate]'")

from experiments.tables import TARGETS, Shipped, render_shipped, render_targets, render_teachers

SPLITS = [
    *[("emotion", "val"), ("emotion", "test"), ("emotion", "test-without-denials"), ("tweeteval", "val")],
    *[("goemotions", "test"), ("annotated", "test"), ("written", "test"), ("emoji", "val")],
]


def make_scorecard(value):
    """A scorecard in which every figure has this value."""
    metrics = dict.fromkeys(("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece"), value)
    row = {
        "metrics": metrics,
        "none": {"confidence_roc_auc": value, "accuracy": value, "ece": value},
        "pairs": {"rate": value},
        "uniform_prior": {"balanced_accuracy": value},
        "top_3_accuracy": value,
    }
    capabilities = ("negation", "contrast", "temporal", "typos", "elongation", "implied", "emoji", "hashtags")
    return {
        "evaluations": [{"source": source, "split": split, **row} for source, split in SPLITS],
        "behavior": {
            "capabilities": [{"capability": name, "pass_rate": value} for name in capabilities],
            "total": {"pass_rate": value, "passed": 5, "n": 9},
        },
    }


def test_targets_are_met_on_the_right_side_of_their_sign():
    table = render_targets({"old": make_scorecard(0.4), "late": make_scorecard(0.5)}, make_scorecard(0.89))
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
    assert rows[0] == ["old model", "late model", "present model", "target", "met"]
    assert len(rows) == 2 + len(TARGETS)
    met = {title: tuple(figures) for title, *figures in rows[2:]}
    assert met["Emotion test macro-F1"] == ("0.400", "0.500", "0.890", "≥ 0.885", "yes")
    assert met["Emotion test accuracy"] == ("0.400", "0.500", "0.890", "≥ 0.928", "no")
    assert met["Emotion test ECE"] == ("0.400", "0.500", "0.890", "≤ 0.02", "no")  # lower is better


def test_what_the_model_before_lacks_is_a_dash_and_what_the_present_one_lacks_an_error():
    before = make_scorecard(0.5)
    for row in before["evaluations"]:
        row |= {"none": None, "pairs": None, "uniform_prior": None}
    table = render_targets({"old": before}, make_scorecard(0.9))
    assert "| written test: pairs with both sides right | – | 0.900 | ≥ 0.75 | yes |" in table
    with pytest.raises(KeyError):
        render_targets({"old": make_scorecard(0.9)}, before)


def test_shipped_models_are_rows_with_their_commits():
    first = make_scorecard(0.5)
    first["evaluations"] = [row for row in first["evaluations"] if row["source"] != "written"]
    lines = render_shipped([Shipped("first", "abc1234", first), Shipped("second", "def5678", make_scorecard(0.6))])
    assert lines.splitlines()[2:] == [
        "| first | `abc1234` |" + " 0.500 |" * 7 + " – | 5 of 9 |",
        "| second | `def5678` |" + " 0.600 |" * 8 + " 5 of 9 |",
    ]


def test_teachers_are_shown_after_their_best_epoch():
    epochs = [
        {"val_log_loss": 0.5, "val": {"emotion": {"accuracy": 0.8}}},
        {"val_log_loss": 0.4, "val": {"emotion": {"accuracy": 0.9}, "annotated": {"accuracy": 0.7}}},
    ]
    assert render_teachers({"big": {"epochs": epochs}}).splitlines()[-1] == "| big | 0.900 | – | – | 0.700 | – |"

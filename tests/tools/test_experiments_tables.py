"""`tools/experiments/tables.py`: rows worked out by hand from small records."""

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[evaluate]'")

from experiments.tables import (
    TARGETS,
    Shipped,
    read_metric,
    render_shipped,
    render_targets,
    render_teachers,
    with_folds,
)

SPLITS = [
    *[("emotion", "val"), ("emotion", "test"), ("emotion", "test-without-denials"), ("tweeteval", "val")],
    *[("goemotions", "test"), ("annotated", "test"), ("written", "test"), ("emoji", "val"), ("tweeteval", "folds")],
]


def make_scorecard(value):
    """A scorecard in which every figure has this value."""
    metrics = dict.fromkeys(("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece"), value)
    row = {
        "metrics": metrics,
        "intervals": {name: {"low": 0.1, "high": 0.95} for name in metrics},
        "none": {"confidence_roc_auc": value, "accuracy": value, "ece": value},
        "pairs": {"rate": value, "low": 0.3, "high": 0.7},
        "uniform_prior": {"balanced_accuracy": value},
        "top_3_accuracy": value,
    }
    capabilities = ("negation", "contrast", "temporal", "typos", "elongation", "implied", "emoji", "hashtags")
    return {
        "evaluations": [{"source": source, "split": split, **row} for source, split in SPLITS],
        "behavior": {
            "capabilities": [
                {"capability": name, "pass_rate": value, "low": 0.2, "high": 0.8} for name in capabilities
            ],
            "total": {"pass_rate": value, "low": 0.2, "high": 0.8, "passed": 5, "n": 9, "confident_mistakes": 3},
        },
    }


def test_targets_are_met_on_the_right_side_of_their_sign():
    table = render_targets({"old": make_scorecard(0.4), "late": make_scorecard(0.5)}, make_scorecard(0.89))
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
    assert rows[0] == ["old model", "late model", "present model", "target", "met"]
    assert len(rows) == 2 + len(TARGETS)
    met = {title: tuple(figures) for title, *figures in rows[2:]}
    shown = "0.890 (0.100–0.950)"
    assert met["Emotion test macro-F1"] == ("0.400", "0.500", shown, "≥ 0.885", "yes")
    assert met["Emotion test accuracy"] == ("0.400", "0.500", shown, "≥ 0.928", "no")
    assert met["Emotion test ECE"] == ("0.400", "0.500", shown, "≤ 0.02", "no")  # lower is better
    assert met["negation"] == ("0.400", "0.500", "0.890 (0.200–0.800)", "≥ 0.8", "yes")
    assert met["… answered wrongly with a score of 0.9 or more"] == ("3", "3", "3", "≤ 7", "yes")
    assert met["20 emoji: top-3 accuracy"] == ("0.400", "0.500", "0.890", "≥ 0.6", "yes")


def test_cross_validation_is_a_split_of_its_own():
    folds = {"evaluations": [row for row in make_scorecard(0.7)["evaluations"] if row["source"] == "tweeteval"][:1]}
    scorecard = {"evaluations": [], "behavior": None}
    read = read_metric("tweeteval", "folds", "balanced_accuracy")
    assert read(with_folds(scorecard, folds)).value == 0.7
    with pytest.raises(KeyError):
        read(scorecard)


def test_what_the_model_before_lacks_is_a_dash_and_what_the_present_one_lacks_an_error():
    before = make_scorecard(0.5)
    for row in before["evaluations"]:
        row |= {"none": None, "pairs": None, "uniform_prior": None}
    table = render_targets({"old": before}, make_scorecard(0.9))
    assert "| written test: pairs with both sides right | – | 0.900 (0.300–0.700) | ≥ 0.75 | yes |" in table
    with pytest.raises(KeyError):
        render_targets({"old": make_scorecard(0.9)}, before)


def test_shipped_models_are_rows_with_commit_size_speed_and_intervals():
    first = make_scorecard(0.5)
    first["evaluations"] = [row for row in first["evaluations"] if row["source"] != "written"]
    speed = {
        "texts_per_s": {"median": 665.2, "lowest": 486.6, "highest": 744.1},
        "alone_ms": {"median": 3.11, "lowest": 2.785, "highest": 5.558},
    }
    models = [
        {"version": "a", "commit": "abc1234", "bytes": {"model.onnx": 23_012_032}, "speed": None},
        {"version": "b", "commit": "def5678", "bytes": {"model.onnx": 24_234_221}, "speed": speed},
    ]
    texts = {"a": Shipped("first", "tweets"), "b": Shipped("second", "typos")}
    lines = render_shipped(models, {"a": first, "b": make_scorecard(0.6)}, texts).splitlines()
    assert lines[1].startswith("| --- | --- | ---: |")
    assert lines[2:] == [
        "| first | tweets | `abc1234` | 23.0 MB | not measured | not measured |"
        + " 0.500 (0.100–0.950) |" * 7
        + " – | 5 of 9: 0.500 (0.200–0.800) |",
        "| second | typos | `def5678` | 24.2 MB | 665 (487–744) | 3.1 ms (2.8–5.6) |"
        + " 0.600 (0.100–0.950) |" * 8
        + " 5 of 9: 0.600 (0.200–0.800) |",
    ]


def test_a_shipped_model_of_which_nothing_is_said_is_an_error():
    model = {"version": "a", "commit": "abc1234", "bytes": {"model.onnx": 1}, "speed": None}
    with pytest.raises(KeyError):
        render_shipped([model], {"a": make_scorecard(0.5)}, {})


def test_teachers_are_shown_after_their_best_epoch():
    epochs = [
        {"val_log_loss": 0.5, "val": {"emotion": {"accuracy": 0.8}}},
        {"val_log_loss": 0.4, "val": {"emotion": {"accuracy": 0.9}, "annotated": {"accuracy": 0.7}}},
    ]
    assert render_teachers({"big": {"epochs": epochs}}).splitlines()[-1] == "| big | 0.900 | – | – | 0.700 | – |"

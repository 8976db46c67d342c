"""`tools/experiments/teacher_on_tweets.py`: both models on the same tweets, with intervals."""

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[evaluate]'")

from experiments.teacher_on_tweets import render


def test_table_has_both_models_and_how_many_tweets_they_were_scored_on():
    metrics = {"n": 5, "accuracy": 0.6, "macro_f1": 0.5, "log_loss": 0.4}
    intervals = {name: {"low": 0.1, "high": 0.9} for name in metrics}
    rows = [
        {"model": {"name": name, "version": version}, "metrics": metrics, "intervals": intervals}
        for name, version in (("teacher", "abc"), ("tiny", "def"))
    ]
    lines = render({"tweets_with_an_emotion": 9, "evaluations": rows}).splitlines()
    assert lines[0] == "| 5 of 9 tweets of test with an emotion | accuracy | macro-F1 | log loss |"
    assert lines[2] == "| `abc`, teacher | 0.600 (0.100–0.900) | 0.500 (0.100–0.900) | 0.400 (0.100–0.900) |"
    assert lines[3].startswith("| `def`, tiny |")

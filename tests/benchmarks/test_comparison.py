"""`benchmarks/comparison.py`: the result of two small rounds, worked out by hand."""

import pytest

from comparison import choose_jobs, compare
from rounds import Rounds

GROUPS = {"ctranslate2 1": "ctranslate2", "ctranslate2 2": "ctranslate2"}


def make_figures(*values):
    return [{"texts_per_s": value} for value in values]


@pytest.fixture
def result():
    rounds = Rounds(failed={"openvino LATENCY": "openvino LATENCY: ended with 1"})
    rounds.figures = {
        ("tweetmoji", "list"): make_figures(80.0, 100.0),
        ("tweetmoji", "one by one"): [{"texts_per_s": 50.0, "median_ms": 20.0}] * 2,
        ("tweetmoji-5f8648e", "list"): make_figures(40.0, 40.0),
        ("tweetmoji-5f8648e", "one by one"): make_figures(20.0, 25.0),
        ("limit", "limit"): [{"multiply_adds_per_s": 4e10}, {"multiply_adds_per_s": 8e10}],
        ("ctranslate2 1", "batches of 8"): make_figures(50.0, 60.0),
        ("ctranslate2 2", "batches of 8"): make_figures(100.0, 100.0),
        ("ctranslate2 2", "batches of 16"): make_figures(90.0, 200.0),
        ("openvino LATENCY", "batches of 8"): make_figures(500.0),
    }
    rounds.dropped = {("ctranslate2 1", "batches of 1"): {"texts_per_s": 10.04}}
    return compare(rounds, GROUPS, 4e8)


def test_the_limit_is_its_rate_over_the_multiply_adds_of_a_text(result):
    [limit] = [row for row in result["jobs"] if row["way"] == "limit"]
    assert limit["texts_per_s"] == {"median": 150.0, "lowest": 100.0, "highest": 200.0, "all": [100.0, 200.0]}


def test_ratios_are_taken_within_a_round(result):
    ratios = {(row["job"], row["to"]): row["texts_per_s"] for row in result["ratios"]}
    assert set(ratios) == {
        ("list", "limit"),
        ("list", "tweetmoji-5f8648e"),
        ("list", "ctranslate2"),
        ("one by one", "tweetmoji-5f8648e"),
    }
    assert ratios["list", "limit"] == {"median": 0.65, "lowest": 0.5, "highest": 0.8, "all": [0.8, 0.5]}
    assert ratios["list", "ctranslate2"]["all"] == [0.889, 0.5]


def test_the_best_of_an_engine_is_that_of_the_highest_median(result):
    assert result["best"] == {"ctranslate2": {"way": "ctranslate2 2", "job": "batches of 16"}}
    assert result["dropped"] == [{"way": "ctranslate2 1", "job": "batches of 1", "selection_texts_per_s": 10.0}]


def test_a_way_that_failed_gives_no_figures(result):
    assert "openvino LATENCY" not in {row["way"] for row in result["jobs"]}


def test_memory_is_measured_with_lists_and_the_best_of_each_engine(result):
    assert choose_jobs(result) == {
        "tweetmoji": "list",
        "tweetmoji-5f8648e": "list",
        "ctranslate2 2": "batches of 16",
    }

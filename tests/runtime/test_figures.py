"""``metrics.json``: incomplete figures are refused by name, complete ones summarised."""

import json
from copy import deepcopy

import pytest

from tweetmoji.errors import ArtifactError
from tweetmoji.runtime.figures import FIGURES, parse_metrics, summarise

COMPLETE = {
    "seed": 0,
    "evaluations": [
        {"weights": "int8", "split": "test", "metrics": {name: i for i, name in enumerate(FIGURES)} | {"per_class": {}}}
    ],
}


def parse(metrics):
    return parse_metrics(json.dumps(metrics).encode(), "dir/metrics.json")


def changed(change):
    metrics = deepcopy(COMPLETE)
    change(metrics["evaluations"][0])
    return metrics


def test_complete_figures_are_read_as_they_are():
    assert parse(COMPLETE) == COMPLETE


@pytest.mark.parametrize("metrics", [{}, {"evaluations": []}, {"seed": 3}])
def test_a_model_need_not_be_measured(metrics):
    assert summarise(parse(metrics)) == []


def test_a_summary_is_one_flat_row_for_each_evaluation():
    [row] = summarise(parse(COMPLETE))
    assert row == {"weights": "int8", "split": "test"} | {name: i for i, name in enumerate(FIGURES)}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("value", [None, "0.9", True])
def test_a_figure_that_is_no_number_is_named(name, value):
    with pytest.raises(ArtifactError, match=rf"dir/metrics.json: evaluations\[0\]: '{name}' is .*expected a number"):
        parse(changed(lambda row: row["metrics"].update({name: value})))


@pytest.mark.parametrize("name", ["weights", "split"])
def test_an_evaluation_without_its_name_is_refused(name):
    with pytest.raises(ArtifactError, match=f"'{name}' is None; expected a string"):
        parse(changed(lambda row: row.pop(name)))


@pytest.mark.parametrize("evaluations", [[1], [{}], [{"metrics": 3}]])
def test_an_evaluation_without_metrics_is_refused(evaluations):
    with pytest.raises(ArtifactError, match=r"evaluations\[0\]: expected an object"):
        parse({"evaluations": evaluations})


def test_evaluations_that_are_no_list_are_refused():
    with pytest.raises(ArtifactError, match="'evaluations' is 3; expected a list"):
        parse({"evaluations": 3})

"""``metrics.json``: incomplete metrics are refused by name, complete ones summarized."""

import json
from copy import deepcopy

import numpy as np
import pytest

from tweetmoji.data import LabeledTexts
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import ArtifactError
from tweetmoji.evaluate import evaluate
from tweetmoji.runtime.metrics import METRIC_NAMES, parse_metrics, summarize, summarize_curves

COMPLETE = {
    "seed": 0,
    "evaluations": [
        {
            "weights": "int8",
            "source": "emotion",
            "split": "test",
            "metrics": {name: i for i, name in enumerate(METRIC_NAMES)} | {"per_class": {}},
        }
    ],
}


def parse(metrics):
    return parse_metrics(json.dumps(metrics).encode(), "dir/metrics.json")


def changed(change):
    metrics = deepcopy(COMPLETE)
    change(metrics["evaluations"][0])
    return metrics


def test_complete_metrics_are_read_as_they_are():
    assert parse(COMPLETE) == COMPLETE


@pytest.mark.parametrize("metrics", [{}, {"evaluations": []}, {"seed": 3}])
def test_a_model_need_not_be_measured(metrics):
    assert summarize(parse(metrics)) == []


def test_a_summary_is_one_flat_row_for_each_evaluation():
    [row] = summarize(parse(COMPLETE))
    assert row == {"weights": "int8", "source": "emotion", "split": "test"} | {
        name: i for i, name in enumerate(METRIC_NAMES)
    }


def test_what_else_training_writes_of_an_evaluation_is_kept_and_not_summarized():
    more = {"source": "tweeteval", "labels": ["anger", "joy"], "accuracy_at_50": 0.9, "intervals": {}, "selective": []}
    metrics = changed(lambda row: row.update(more) or row["metrics"].update({"brier": 0.1, "confusion": [[1]]}))
    assert parse(metrics) == metrics
    assert summarize(metrics) == [row | {"source": "tweeteval"} for row in summarize(COMPLETE)]


def test_a_source_that_is_no_name_is_refused():
    with pytest.raises(ArtifactError, match=r"evaluations\[0\]: 'source' is 7; expected a string"):
        parse(changed(lambda row: row.update({"source": 7})))


def test_what_evaluate_writes_is_read(tiny_emojifier):
    data = LabeledTexts(
        source="made",
        split="val",
        texts=["so happy", "sad"],
        targets=np.array([1, 0]),
        labels=EMOTIONS,
        class_map={label: (label,) for label in EMOTIONS},
        rows=np.array([1, 2]),
        sha256="ab" * 32,
    )
    evaluation = evaluate(tiny_emojifier, data, resamples=10)
    (row,) = summarize(parse({"evaluations": [{"weights": "int8", **evaluation.as_dict()}]}))
    assert (row["weights"], row["source"], row["split"]) == ("int8", "made", "val")
    assert {name: row[name] for name in METRIC_NAMES} == {
        name: getattr(evaluation.metrics, name) for name in METRIC_NAMES
    }


@pytest.mark.parametrize("name", METRIC_NAMES)
@pytest.mark.parametrize("value", [None, "0.9", True, np.nan, np.inf, -np.inf])
def test_a_metric_that_is_no_number_is_named(name, value):
    with pytest.raises(ArtifactError, match=rf"dir/metrics.json: evaluations\[0\]: '{name}' is .*expected a number"):
        parse(changed(lambda row: row["metrics"].update({name: value})))


@pytest.mark.parametrize("name", ["weights", "source", "split"])
def test_an_evaluation_without_its_names_is_refused(name):
    with pytest.raises(ArtifactError, match=f"'{name}' is None; expected a string"):
        parse(changed(lambda row: row.pop(name)))


@pytest.mark.parametrize("evaluations", [[1], [{}], [{"metrics": 3}]])
def test_an_evaluation_without_metrics_is_refused(evaluations):
    with pytest.raises(ArtifactError, match=r"evaluations\[0\]: expected an object"):
        parse({"evaluations": evaluations})


POINT = {"coverage": 0.5, "n": 30, "min_confidence": 0.75, "accuracy": 0.875}


@pytest.mark.parametrize(
    ("classes", "curve"), [(["joy", "anger"], [POINT]), (["joy"], []), (["joy", "joy"], []), (None, []), ("joy", [])]
)
def test_a_curve_is_that_of_a_source_with_the_classes_of_the_model(classes, curve):
    metrics = changed(lambda row: row.update({"labels": classes, "selective": [POINT | {"more": 1}]}))
    assert summarize_curves(parse(metrics), ("anger", "joy"), knows_none=False) == [curve]


OF_NONE = {"selective": [POINT | {"n": 40}]}


@pytest.mark.parametrize(
    ("none", "knows_none", "curve"),
    [
        (OF_NONE, True, OF_NONE["selective"]),
        (OF_NONE, False, [POINT]),
        (None, True, []),
        (None, False, [POINT]),
        ({"n": 4}, True, []),
    ],
)
def test_a_curve_of_a_model_that_knows_none_is_that_of_all_texts(none, knows_none, curve):
    metrics = changed(lambda row: row.update({"labels": ["joy"], "selective": [POINT], "none": none}))
    assert summarize_curves(parse(metrics), ("joy",), knows_none=knows_none) == [curve]


@pytest.mark.parametrize("knows_none", [False, True])
def test_an_evaluation_without_a_curve_has_an_empty_one(knows_none):
    metrics = parse(changed(lambda row: row.update({"labels": ["joy"]})))
    assert summarize_curves(metrics, ("joy",), knows_none=knows_none) == [[]]


def test_none_that_is_no_object_is_refused():
    with pytest.raises(ArtifactError, match=r"evaluations\[0\]: 'none' is 0.5; expected an object or null"):
        parse(changed(lambda row: row.update({"none": 0.5})))


@pytest.mark.parametrize("curve", [3, [3], {"coverage": 1}])
@pytest.mark.parametrize(("nest", "where"), [(lambda found: found, ""), (lambda found: {"none": found}, r"\.none")])
def test_a_curve_that_is_no_list_of_objects_is_refused(curve, nest, where):
    with pytest.raises(ArtifactError, match=rf"evaluations\[0\]{where}: 'selective' is .*expected a list of objects"):
        parse(changed(lambda row: row.update(nest({"selective": curve}))))


@pytest.mark.parametrize("value", [None, np.nan])
@pytest.mark.parametrize("name", POINT)
def test_a_number_that_a_point_lacks_is_named(name, value):
    point = POINT | {name: value}
    with pytest.raises(
        ArtifactError, match=rf"evaluations\[0\].selective\[1\]: '{name}' is {value}; expected a number"
    ):
        parse(changed(lambda row: row.update({"selective": [POINT, point]})))


def test_evaluations_that_are_no_list_are_refused():
    with pytest.raises(ArtifactError, match="'evaluations' is 3; expected a list"):
        parse({"evaluations": 3})

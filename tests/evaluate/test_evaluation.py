"""Scoring a model on a labelled split."""

import json

import pytest

from tweetmoji import EMOTIONS
from tweetmoji.data import read_labelled
from tweetmoji.evaluate import evaluate, measure


@pytest.fixture
def data(tmp_path):
    """Four texts, of which the tiny model answers three as labelled and takes the anger of one for joy."""
    path = tmp_path / "val.txt"
    path.write_text("so sad;sadness\nvery happy;joy\ni adore you;love\ni am happy;anger\n", encoding="utf-8")
    return read_labelled(path, EMOTIONS)


def test_figures_are_those_of_the_models_answers(tiny_emojifier, data):
    evaluation = evaluate(tiny_emojifier, data, "val")

    assert evaluation.metrics == measure(tiny_emojifier.predict_proba(data.texts), data.targets, EMOTIONS)
    assert evaluation.metrics.accuracy == 3 / 4
    assert evaluation.metrics.per_class["anger"].recall == 0
    assert evaluation.metrics.per_class["joy"].precision == 1 / 2


def test_an_evaluation_says_what_was_measured_on_what(tiny_emojifier, data):
    evaluation = evaluate(tiny_emojifier, data, "val")

    assert evaluation.model == {"name": "tiny", "version": tiny_emojifier.version}
    assert evaluation.split == "val"
    assert evaluation.data_sha256 == data.sha256


def test_an_evaluation_is_plain_json(tiny_emojifier, data):
    evaluation = evaluate(tiny_emojifier, data, "val")
    plain = json.loads(json.dumps(evaluation.as_dict()))

    assert plain == {
        "model": evaluation.model,
        "split": "val",
        "data_sha256": data.sha256,
        "metrics": evaluation.metrics.as_dict(),
    }


def test_evaluating_twice_gives_the_same_figures(tiny_emojifier, data):
    assert evaluate(tiny_emojifier, data, "val") == evaluate(tiny_emojifier, data, "val")


def test_data_with_other_labels_is_refused(tiny_emojifier, tmp_path):
    path = tmp_path / "val.txt"
    path.write_text("so sad;sadness\n", encoding="utf-8")
    data = read_labelled(path, EMOTIONS[::-1])

    with pytest.raises(ValueError, match=r"the data has the labels \('surprise', .*expected the model's \('sadness'"):
        evaluate(tiny_emojifier, data, "val")

"""`evaluate`, `predict_classes` and `score`: metrics of a model on the classes of a source."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics
from tests.toys.datasets import make_labeled, write_emotion, write_own_data, write_tweeteval
from tests.toys.model import EMOTION_WORDS

import tweetmoji
from tweetmoji import EMOTIONS
from tweetmoji.data import LabeledTexts, open_source
from tweetmoji.errors import SettingError
from tweetmoji.evaluate import evaluate, measure
from tweetmoji.evaluate.answers import predict_answers
from tweetmoji.evaluate.curves import accuracy_at_50, reliability, selective_accuracy
from tweetmoji.evaluate.evaluation import evaluate_predicted, predict_classes, predict_split, score
from tweetmoji.evaluate.intervals import bootstrap_intervals
from tweetmoji.evaluate.metrics import top_3_accuracy
from tweetmoji.evaluate.none import measure_none
from tweetmoji.evaluate.written import rate_capabilities, rate_pairs
from tweetmoji.runtime.classifier import Classifier

TWEETEVAL = {"anger": ("anger",), "joy": ("joy", "love"), "sadness": ("sadness",)}


@pytest.fixture
def data(tmp_path):
    """Twelve texts, of which the tiny model predicts nine as labeled."""
    return open_source("emotion", write_emotion(tmp_path / "emotion")).read("val")


def make_split(n, class_map, seed=0):
    """n numbered texts with random classes of the class map."""
    return LabeledTexts(
        source="made",
        split="val",
        texts=[str(i) for i in range(n)],
        targets=np.random.default_rng(seed).integers(len(class_map), size=n),
        labels=tuple(class_map),
        class_map=class_map,
        rows=np.arange(1, n + 1),
        sha256="ab" * 32,
    )


def make_emojifier(probabilities, labels=EMOTIONS):
    """A model that gives the text ``i`` the probabilities of row i."""
    return SimpleNamespace(
        name="made",
        version="0" * 12,
        labels=labels,
        suggestions=(),
        predict_proba=lambda texts: probabilities[[int(text) for text in texts]].astype(np.float32),
    )


def test_evaluate_scores_the_marginal_probabilities_of_the_sources_classes():
    probabilities = np.random.default_rng(1).dirichlet(np.full(6, 0.5), size=200)
    data = make_split(200, TWEETEVAL)

    evaluation = evaluate(make_emojifier(probabilities), data, resamples=10)

    sadness, joy, love, anger = probabilities[:, :4].T
    marginal = np.stack([anger, joy + love, sadness], axis=1)
    marginal /= marginal.sum(axis=1, keepdims=True)
    predictions, targets = marginal.argmax(axis=1), data.targets
    found = evaluation.metrics
    assert evaluation.labels == ("anger", "joy", "sadness")
    assert found.n == 200
    assert found.accuracy == pytest.approx(sklearn_metrics.accuracy_score(targets, predictions))
    assert found.balanced_accuracy == pytest.approx(sklearn_metrics.balanced_accuracy_score(targets, predictions))
    assert found.macro_f1 == pytest.approx(sklearn_metrics.f1_score(targets, predictions, average="macro"))
    assert found.weighted_f1 == pytest.approx(sklearn_metrics.f1_score(targets, predictions, average="weighted"))
    assert found.log_loss == pytest.approx(sklearn_metrics.log_loss(targets, marginal), abs=1e-5)
    assert found.brier == pytest.approx(((marginal - np.eye(3)[targets]) ** 2).sum(axis=1).mean(), abs=1e-6)
    assert found.confusion == tuple(map(tuple, sklearn_metrics.confusion_matrix(targets, predictions).tolist()))
    sure = np.argsort(-marginal.max(axis=1), kind="stable")[:100]
    assert evaluation.accuracy_at_50 == pytest.approx(sklearn_metrics.accuracy_score(targets[sure], predictions[sure]))


def test_love_counts_as_tweetevals_joy(tiny_emojifier, tmp_path):
    data = open_source("tweeteval", write_tweeteval(tmp_path / "tweeteval")).read("val")

    found = evaluate(tiny_emojifier, data, resamples=10).metrics

    assert (found.n, found.accuracy) == (6, pytest.approx(5 / 6))
    assert found.per_class["joy"].recall == 1
    assert found.per_class["sadness"].recall == 1 / 2


def test_evaluation_holds_what_the_modules_compute(tiny_emojifier, data):
    evaluation = evaluate(tiny_emojifier, data, resamples=20, seed=3)
    probabilities = tiny_emojifier.predict_proba(data.texts).astype(np.float64)
    probabilities /= probabilities.sum(axis=1, keepdims=True)

    assert evaluation.metrics == measure(probabilities, data.targets, EMOTIONS)
    assert evaluation.metrics.accuracy == 9 / 12
    assert evaluation.accuracy_at_50 == accuracy_at_50(probabilities, data.targets)
    assert evaluation.reliability == reliability(probabilities, data.targets)
    assert evaluation.selective == selective_accuracy(probabilities, data.targets)
    assert evaluation.intervals == bootstrap_intervals(probabilities, data.targets, EMOTIONS, resamples=20, seed=3)


def test_metrics_do_not_depend_on_the_order_of_the_models_labels():
    probabilities = np.random.default_rng(1).dirichlet(np.ones(6), size=50).astype(np.float32)
    data = make_split(50, TWEETEVAL)

    forward = evaluate(make_emojifier(probabilities), data, resamples=10)
    backward = evaluate(make_emojifier(probabilities[:, ::-1], EMOTIONS[::-1]), data, resamples=10)

    assert backward.metrics.confusion == forward.metrics.confusion
    assert backward.metrics.log_loss == pytest.approx(forward.metrics.log_loss)


def test_score_of_predict_classes_is_evaluate(tiny_emojifier, data):
    probabilities = predict_classes(tiny_emojifier, data)

    model = {"name": tiny_emojifier.name, "version": tiny_emojifier.version}
    evaluation = evaluate(tiny_emojifier, data, resamples=10)
    assert probabilities.shape == (12, 6)
    assert score(model, data, probabilities, resamples=10) == replace(evaluation, uniform_prior=None)
    assert evaluate_predicted(tiny_emojifier, data, probabilities, None, resamples=10) == evaluation


def test_evaluation_names_model_source_split_and_digest(tiny_emojifier, data):
    evaluation = evaluate(tiny_emojifier, data, resamples=10)

    assert evaluation.model == {"name": "tiny", "version": tiny_emojifier.version}
    assert (evaluation.source, evaluation.split) == ("emotion", "val")
    assert evaluation.data_sha256 == data.sha256
    assert evaluation.labels == EMOTIONS


def test_every_metric_has_an_interval(tiny_emojifier, data):
    evaluation = evaluate(tiny_emojifier, data, resamples=200)

    others = {name: getattr(evaluation, name) for name in ("accuracy_at_50", "top_3_accuracy")}
    metrics = evaluation.metrics.as_dict() | others
    assert evaluation.top_3_accuracy == top_3_accuracy(predict_classes(tiny_emojifier, data), data.targets)
    assert set(evaluation.intervals) == set(metrics) - {"n", "per_class", "confusion"}
    low, high = evaluation.intervals["accuracy"].low, evaluation.intervals["accuracy"].high
    assert 0 < low < 9 / 12 < high <= 1


def test_evaluation_as_dict_is_plain_json(tiny_emojifier, data):
    evaluation = evaluate(tiny_emojifier, data, resamples=10)
    plain = evaluation.as_dict()

    assert json.loads(json.dumps(plain)) == plain
    assert plain["metrics"] == evaluation.metrics.as_dict()
    assert plain["intervals"]["ece"] == evaluation.intervals["ece"].as_dict()
    assert plain["reliability"][0]["n"] == evaluation.reliability[0].n
    assert list(plain) == [
        *("model", "source", "split", "data_sha256", "labels", "metrics"),
        *("accuracy_at_50", "top_3_accuracy", "intervals", "reliability", "selective"),
        *("none", "uniform_prior", "pairs", "capabilities"),
    ]


def test_the_seed_changes_intervals_and_no_metrics(tiny_emojifier, data):
    first, again = (evaluate(tiny_emojifier, data, resamples=50) for _ in range(2))
    other = evaluate(tiny_emojifier, data, resamples=50, seed=1)

    assert first == again
    assert other.metrics == first.metrics
    assert other.intervals != first.intervals


def test_labels_that_the_model_lacks_are_a_setting_error():
    data = make_split(3, {"joy": ("joy", "glee"), "calm": ("calm",)})

    with pytest.raises(
        SettingError, match=r"source made needs the labels calm, glee, and made has the labels sadness, joy, "
    ):
        evaluate(make_emojifier(np.ones((3, 6)) / 6), data)


def test_evaluate_leaves_out_texts_without_an_emotion(tiny_emojifier):
    pairs = [("so happy", "joy"), ("the rain is home", "none"), ("sad rain", "sadness"), ("sad again", "joy")]
    data = make_labeled(pairs, labels=(*EMOTIONS, "none"))
    assert evaluate(tiny_emojifier, data) == evaluate(tiny_emojifier, data.without_none())
    assert evaluate(tiny_emojifier, data).metrics.n == 3
    assert evaluate(tiny_emojifier, data).labels == EMOTIONS


def test_a_source_of_the_emoji_that_the_model_suggests_is_scored_by_its_suggestions(heads_emojifier):
    emoji = heads_emojifier.suggestions
    data = make_labeled([("dog", "🐶"), ("cat", "🐱"), ("rain", "☔"), ("sun", "🐶")], labels=emoji, source="emoji")

    probabilities = predict_classes(heads_emojifier, data)
    evaluation = evaluate(heads_emojifier, data, resamples=10)

    assert probabilities == pytest.approx(heads_emojifier.suggest_proba(data.texts))
    assert evaluation.labels == emoji
    assert evaluation.metrics.accuracy == 3 / 4


def test_emoji_that_the_model_does_not_suggest_are_a_setting_error(heads_emojifier, tiny_emojifier):
    emoji = heads_emojifier.suggestions
    for emojifier, labels in ((tiny_emojifier, emoji), (heads_emojifier, emoji[::-1])):
        data = make_labeled([("dog", "🐶")], labels=labels, source="emoji")
        with pytest.raises(SettingError, match=r"source emoji needs the labels .*, and tiny has the labels sadness, "):
            evaluate(emojifier, data)


WITH_NONE = [("so happy", "joy"), ("user http", "none"), ("sad rain", "sadness"), ("furious", "none")]


def test_none_is_measured_where_the_split_and_the_model_have_it(heads_emojifier, tiny_emojifier, data):
    mixed = make_labeled(WITH_NONE, labels=(*EMOTIONS, "none"), source="annotated")
    evaluation = evaluate(heads_emojifier, mixed, resamples=10, seed=1)

    assert evaluation.none == measure_none(predict_answers(heads_emojifier, mixed), resamples=10, seed=1)
    assert (evaluation.none.n, evaluation.none.accuracy, evaluation.metrics.accuracy) == (2, 3 / 4, 1)
    assert evaluation.pairs is evaluation.capabilities is evaluation.uniform_prior is None
    assert evaluate(heads_emojifier, mixed.without_none(), resamples=10).none is None
    assert evaluate(heads_emojifier, data, resamples=10).none is None
    assert evaluate(tiny_emojifier, mixed, resamples=10).none is None


def test_predict_split_predicts_each_text_once(heads_emojifier, data, monkeypatch):
    mixed = make_labeled(WITH_NONE, labels=(*EMOTIONS, "none"), source="annotated")
    expected = predict_classes(heads_emojifier, mixed.without_none())
    predicted = []
    classify = Classifier.classify
    monkeypatch.setattr(
        Classifier, "classify", lambda self, texts, *rest: predicted.extend(texts) or classify(self, texts, *rest)
    )
    probabilities, answers = predict_split(heads_emojifier, mixed)
    assert predicted == mixed.texts
    assert np.array_equal(probabilities, expected)
    assert answers.targets.tolist() == mixed.targets.tolist()
    assert predict_split(heads_emojifier, data)[1] is None


def test_written_texts_have_pairs_and_capabilities(heads_emojifier, tmp_path):
    written = open_source("written", None, own_data=write_own_data(tmp_path)).read("train")
    evaluation = evaluate(heads_emojifier, written, resamples=10)

    answers = predict_answers(heads_emojifier, written)
    assert evaluation.pairs == rate_pairs(answers, written.pairs)
    assert (evaluation.pairs.right, evaluation.pairs.n) == (1, 1)  # "sad once more" and "happy once more"
    assert evaluation.capabilities == rate_capabilities(answers, written.capabilities)
    assert {name: row.n for name, row in evaluation.capabilities.items()} == {"neutral": 1, "plain": 4}
    assert json.loads(json.dumps(evaluation.as_dict())) == evaluation.as_dict()


def test_uniform_prior_has_the_metrics_of_the_model_loaded_with_it(heads_home, tmp_path):
    texts = [
        (f"{word} {label}", emotion) for word, emotion in EMOTION_WORDS.items() for label in ("dog", "a", "so so so")
    ]
    data = make_labeled([*texts, ("late again", "joy"), ("you", "love"), ("the sun", "sadness")])
    plain, uniform = (evaluate(tweetmoji.load(heads_home, prior=prior), data) for prior in (None, "uniform"))

    found = plain.uniform_prior
    for name in ("accuracy", "balanced_accuracy", "macro_f1"):
        assert getattr(found, name) == getattr(uniform.metrics, name)
        assert found.intervals[name] == uniform.intervals[name]
    assert uniform.uniform_prior == found
    assert set(found.intervals) == {"accuracy", "balanced_accuracy", "macro_f1"}

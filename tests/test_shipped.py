"""The model that ships: it answers any text, and its files belong together.

With ``TWEETMOJI_DATA_DIR`` its metrics are measured again: they are those of its ``metrics.json``, and good enough.
Its probabilities for 1,000 tweets are compared in and out of lists.
"""

import hashlib
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

import tweetmoji
from tweetmoji.data import open_source
from tweetmoji.emotions import EMOJI, EMOTIONS
from tweetmoji.evaluate import evaluate
from tweetmoji.evaluate.report.provenance import list_stages
from tweetmoji.runtime.artifact import SHIPPED, read_artifact, with_changes, write_artifact
from tweetmoji.runtime.explain import leave_out

TEACHER = Path(__file__).parents[1] / "docs" / "experiments" / "teacher-logits.npz"
METRICS = ("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece")
PROMISED = {
    ("emotion", "test"): {"accuracy": 0.9, "macro_f1": 0.87},  # 72 of 2,000 labels overlook that a feeling is denied
    ("goemotions", "test"): {"macro_f1": 0.74},
    ("tweeteval", "val"): {"balanced_accuracy": 0.8},
}
"""The lowest metrics, by source and split, with which a model may ship."""

TWEETS = 1_000
TOLERANCE = 0.002
ECE_TOLERANCE = 0.01
"""How far a metric may be from the recorded one. Another processor rounds otherwise, and where an answer of 374 crosses
the edge of a confidence bin, the calibration error moves by 0.007 (measured from an AMD EPYC to an Intel Xeon)."""


@pytest.fixture(scope="module")
def artifact():
    return read_artifact(SHIPPED)


@pytest.fixture(scope="module")
def recorded(artifact):
    """The evaluations in the model's ``metrics.json``, by weights, source and split."""
    return {(row["weights"], row["source"], row["split"]): row for row in artifact.metrics["evaluations"]}


def test_a_good_day_is_a_joy(shipped_emojifier):
    prediction = shipped_emojifier("Today is a good day!")

    assert (prediction.emoji, prediction.label) == ("😂", "joy")
    assert prediction.confidence > 0.5


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("I feel so lonely and hopeless since she left", "sadness"),
        ("I am feeling furious and offended by his rude behavior", "anger"),
        ("I feel terrified and anxious about the operation", "fear"),
        ("I am amazed and feel so surprised by this", "surprise"),
    ],
)
def test_plain_cases_are_answered_plainly(shipped_emojifier, text, emotion):
    assert shipped_emojifier(text).label == emotion


def test_the_labels_and_emoji_are_the_packages(artifact):
    assert artifact.config.labels == EMOTIONS
    assert artifact.config.emoji == dict(EMOJI)


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "\ud800", "😂" * 50, "مرحبا", "\u200b", "word " * 20_000, "xy" * 50_000]
)
def test_odd_texts_are_answered(shipped_emojifier, text):
    prediction = shipped_emojifier(text)

    assert prediction.label in EMOTIONS
    assert sum(prediction.scores.values()) == pytest.approx(1, abs=1e-6)
    assert prediction.truncated == (len(text) > 10_000)


def test_128_tokens_are_read(shipped_emojifier):
    just, more = shipped_emojifier.predict(["good " * 126, "good " * 127])

    assert (just.truncated, more.truncated) == (False, True)
    assert more.scores == just.scores


def test_the_model_says_where_it_comes_from(artifact):
    provenance = artifact.config.provenance

    assert provenance["base"]
    assert set(provenance["data"]["emotion"]["sha256"]) == {"train", "val", "test"}
    assert "seed" in provenance["settings"]
    assert len(list_stages(provenance)) == 1
    assert provenance["distillation"]["teacher_sha256"] == hashlib.sha256(TEACHER.read_bytes()).hexdigest()


@pytest.mark.parametrize("split", ["val", "test"])
def test_recorded_metrics_are_those_of_the_shipped_weights(artifact, recorded, split):
    assert recorded["int8", "emotion", split]["model"]["version"] == artifact.version


@pytest.mark.parametrize(
    ("source", "split"), [("emotion", "val"), ("emotion", "test"), ("tweeteval", "val"), ("goemotions", "test")]
)
def test_the_model_reproduces_its_own_metrics_and_is_as_good_as_promised(
    shipped_emojifier, recorded, data_dir, source, split
):
    expected = recorded["int8", source, split]
    measured = evaluate(shipped_emojifier, open_source(source, data_dir).read(split)).as_dict()

    assert measured["data_sha256"] == expected["data_sha256"]
    assert measured["metrics"]["n"] == expected["metrics"]["n"]
    for name in METRICS:
        tolerance = ECE_TOLERANCE if name == "ece" else TOLERANCE
        assert measured["metrics"][name] == pytest.approx(expected["metrics"][name], abs=tolerance), name
    for label, metrics in expected["metrics"]["per_class"].items():
        assert measured["metrics"]["per_class"][label] == pytest.approx(metrics, abs=TOLERANCE), label
    for name, lowest in PROMISED.get((source, split), {}).items():
        assert measured["metrics"][name] >= lowest, name


def test_the_model_was_trained_on_the_dataset(artifact, data_dir):
    for split, digest in artifact.config.provenance["data"]["emotion"]["sha256"].items():
        assert hashlib.sha256((data_dir / "emotion" / f"{split}.txt").read_bytes()).hexdigest() == digest


def test_a_thousand_tweets_get_the_same_probabilities_in_any_order_and_alone(shipped_emojifier, data_dir):
    lines = (data_dir / "unlabelled" / "tweets.txt").read_bytes().decode("utf-8").split("\n")
    draw = random.Random(0)
    tweets = draw.sample([line for line in lines if line], TWEETS)
    order = draw.sample(range(TWEETS), TWEETS)

    together = shipped_emojifier.predict_proba(tweets)
    shuffled = np.empty_like(together)
    shuffled[order] = shipped_emojifier.predict_proba([tweets[i] for i in order])
    alone = np.concatenate([shipped_emojifier.predict_proba([tweet]) for tweet in tweets])

    for other in (shuffled, alone):
        np.testing.assert_array_equal(other, together)
    assert len(np.unique(together, axis=0)) > 0.98 * TWEETS  # it has read them


@pytest.mark.parametrize(
    ("text", "emotion", "heaviest"),
    [
        ("i feel so happy about the train", "joy", "happy"),
        ("this makes me feel so sad", "sadness", "sad"),
        ("i am so scared about monday", "fear", "scared"),
        ("i am furious about the late train", "anger", "furious"),
    ],
)
def test_the_heaviest_word_is_the_one_that_says_the_emotion(shipped_emojifier, text, emotion, heaviest):
    explanation = shipped_emojifier.explain(text)
    word = max(explanation.words, key=lambda word: word.weight)

    assert explanation.prediction.label == emotion
    assert text[word.start : word.end] == heaviest
    assert shipped_emojifier(leave_out(text, word.start, word.end)).scores[emotion] < 0.9


def test_explanations_are_those_of_the_trained_weights(shipped_emojifier, artifact, tmp_path):
    """A model with shuffled weights explains otherwise (Adebayo et al. 2018, https://arxiv.org/abs/1810.03292)."""
    model = onnx.load_model_from_string(artifact.weights)
    draw = np.random.default_rng(0)
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.ndim == 2:
            tensor.CopyFrom(onnx.numpy_helper.from_array(draw.permuted(values, axis=0), tensor.name))
    write_artifact(replace(with_changes(artifact, weights=model.SerializeToString()), folder=tmp_path / "shuffled"))
    shuffled_emojifier = tweetmoji.load(tmp_path / "shuffled")
    text = "i was sad and scared, but today i am so happy about the rain"

    trained, shuffled = (
        np.array([word.weight for word in emojifier.explain(text).words])
        for emojifier in (shipped_emojifier, shuffled_emojifier)
    )
    assert np.corrcoef(trained, shuffled)[0, 1] < 0.5


def test_the_shipped_model_is_what_is_loaded_by_default(shipped_emojifier, artifact):
    assert (shipped_emojifier.name, shipped_emojifier.version) == (artifact.config.name, artifact.version)
    assert tweetmoji.load(SHIPPED).version == artifact.version

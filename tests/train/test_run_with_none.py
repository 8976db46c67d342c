"""`train` on sources with texts of none: one model of the labels and of none."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

import tweetmoji  # noqa: E402
from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.data import SourceChoice, open_source  # noqa: E402
from tweetmoji.emotions import EMOTIONS, NONE  # noqa: E402
from tweetmoji.evaluate import evaluate  # noqa: E402
from tweetmoji.runtime.artifact import read_artifact  # noqa: E402
from tweetmoji.train import train  # noqa: E402


@pytest.fixture(scope="module")
def emojifier(full_run):
    return tweetmoji.load(full_run.out, threads=1)


@pytest.fixture(scope="module")
def metrics(full_run):
    return json.loads((full_run.out / "metrics.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "label"), [("she was lonely today", "sadness"), ("i am merry about it", "joy")])
def test_text_with_an_emotion_gets_its_label_and_little_probability_of_none(emojifier, text, label):
    prediction = emojifier(text)
    assert prediction.label == label
    assert prediction.none < 0.5 < prediction.confidence


def test_text_without_an_emotion_is_probably_none(emojifier):
    assert emojifier("today she told her about all of it").none > 0.5


def test_config_has_the_calibration_of_labels_and_none(full_run):
    config = read_artifact(full_run.out).config
    assert config.labels == EMOTIONS
    assert config.none is not None
    assert config.none.slope > 0
    assert config.suggestions is None
    assert config.temperature != 1
    assert sum(config.prior.values()) == pytest.approx(1, abs=1e-5)
    assert config.provenance["settings"]["augment"] == 0.2
    described = config.provenance["data"]
    assert list(described) == ["written", "annotated"]
    assert described["annotated"]["epoch_texts"] == 200 > described["annotated"]["train_texts"]
    assert "labels" not in config.provenance


def test_every_split_is_scored_on_its_own_classes(full_run, emojifier, metrics):
    rows = {(row["weights"], row["source"], row["split"]): row for row in metrics["evaluations"]}
    splits = [("written", "val"), ("annotated", "val"), ("written", "test"), ("annotated", "test")]
    assert set(rows) == {(weights, *split) for weights in ("int8", "float32") for split in splits}
    assert list(rows["int8", "written", "val"]["metrics"]["per_class"]) == list(EMOTIONS)
    val = open_source("written", full_run.corpus.data, own_data=full_run.corpus.own_data).read("val")
    measured = json.loads(json.dumps(evaluate(emojifier, val).as_dict()))
    assert measured == {name: rows["int8", "written", "val"][name] for name in measured}


def test_epochs_are_scored_with_none(metrics):
    for epoch in metrics["epochs"]:
        assert set(epoch["val"]) == {"written", "annotated"}
        losses = [epoch["val"][source]["log_loss"] for source in ("written", "annotated")]
        assert epoch["val_log_loss"] == pytest.approx(sum(losses) / 2)


def test_parity_is_that_of_all_logits_of_labels_and_none(metrics):
    assert metrics["parity"]["torch_to_float32"] < 1e-4
    assert metrics["parity"]["float32_to_int8"] < 0.5


def test_resuming_a_finished_run_writes_the_same_model(full_run, tmp_path):
    copy = dataclasses.replace(full_run, out=tmp_path / full_run.out.name)
    shutil.copytree(full_run.checkpoints, copy.checkpoints)
    train(copy, resume=True)
    assert {path.name: path.read_bytes() for path in copy.out.iterdir()} == {
        path.name: path.read_bytes() for path in full_run.out.iterdir()
    }


def test_model_of_a_corpus_without_none_does_not_know_it(finished_run):
    emojifier = tweetmoji.load(finished_run.out, threads=1)
    assert emojifier("she told her about it").none is None
    assert emojifier.suggestions == ()
    with pytest.raises(tweetmoji.NoSuggestionsError):
        emojifier.suggest("she told her about it")


def test_checkpoints_with_another_draw_are_refused(full_run, tmp_path):
    copy = dataclasses.replace(full_run, out=tmp_path / full_run.out.name)
    shutil.copytree(full_run.checkpoints, copy.checkpoints)
    written, _ = full_run.corpus.sources
    sources = (written, SourceChoice("annotated", 100))
    other = dataclasses.replace(copy, corpus=dataclasses.replace(full_run.corpus, sources=sources))
    with pytest.raises(TrainingError, match=r"data was .*'epoch_texts': 200.* and is .*'epoch_texts': 100"):
        train(other, resume=True)


def test_none_is_rarer_where_the_calibration_says_so(emojifier, full_run):
    val = open_source("annotated", full_run.corpus.data, own_data=full_run.corpus.own_data).read("val")
    none = np.array([prediction.none for prediction in emojifier.predict(val.texts)])
    is_none = val.targets == val.labels.index(NONE)
    assert none.mean() == pytest.approx(is_none.mean(), abs=0.05), "a logistic fit keeps the mean"

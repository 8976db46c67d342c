"""The options of ``tweetmoji distill``; distilling itself is tested, with torch, in tests/train."""

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

import tweetmoji.train
from tweetmoji.data import SourceChoice
from tweetmoji.errors import TrainingError
from tweetmoji.train import StudentData, TrainSettings

REQUIRED = ("--data", "data", "--base", "base", "--teacher", "teacher.npz", "--out", "student")


@pytest.fixture
def trainer(monkeypatch):
    """Replaces the training loop, and so torch: notes what it is told."""
    told = SimpleNamespace(run=None, resume=None, failure=None)

    def train(run, *, resume=False):
        told.run, told.resume = run, resume
        if told.failure:
            raise told.failure
        return SimpleNamespace(folder=run.out, config=SimpleNamespace(name="student"), version="0123456789ab")

    monkeypatch.setitem(vars(tweetmoji.train), "train", train)
    monkeypatch.setattr(logging.getLogger("tweetmoji"), "level", logging.NOTSET)
    return told


def test_options_are_handed_on(run_cli, trainer):
    result = run_cli(
        *("distill", *REQUIRED, "--source", "emotion", "--source", "synthetic:50", "--epochs", "2", "--resume"),
        *("--unlabeled", "tweets:70", "--unlabeled", "emoji", "--self-distillation", "0.5"),
    )
    assert result.code == 0
    assert result.lines[0].startswith("student: student, version 0123456789ab")
    assert (trainer.run.corpus.data, trainer.run.base, trainer.run.out) == (Path("data"), "base", Path("student"))
    assert trainer.run.corpus.sources == (SourceChoice("emotion"), SourceChoice("synthetic", 50))
    assert trainer.run.settings == TrainSettings(epochs=2, self_distillation=0.5)
    assert trainer.run.student_data == StudentData(
        Path("teacher.npz"), (SourceChoice("tweets", 70), SourceChoice("emoji"))
    )
    assert trainer.run.score_test is True
    assert trainer.resume is True


def test_no_test_leaves_the_test_splits_alone(run_cli, trainer):
    run_cli("distill", *REQUIRED, "--no-test")
    assert trainer.run.score_test is False


def test_folds_cross_validate_a_student(run_cli, monkeypatch):
    runs = []

    def cross_validate(run, *, resume=False):
        runs.append((run, resume))
        return run.out

    monkeypatch.setitem(vars(tweetmoji.train), "cross_validate", cross_validate)
    result = run_cli("distill", *REQUIRED[:-1], "folds.npz", "--folds", "3", "--resume")
    assert result.lines == ["folds.npz: out-of-fold probabilities of 3 folds"]
    ((run, resume),) = runs
    assert (run.folds, run.out, resume) == (3, Path("folds.npz"), True)
    assert run.student_data == StudentData(Path("teacher.npz"), (SourceChoice("tweets"),))


def test_unlabeled_is_tweets_by_default(run_cli, trainer):
    run_cli("distill", *REQUIRED)
    assert trainer.run.student_data.unlabeled == (SourceChoice("tweets"),)


def test_unlabeled_with_rows_that_are_not_a_number_is_a_usage_error(run_cli, trainer):
    result = run_cli("distill", *REQUIRED, "--unlabeled", "tweets:many")
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert "'tweets:many'" in result.complaint


def test_unlabeled_given_twice_is_a_usage_error(run_cli, trainer):
    result = run_cli("distill", *REQUIRED, "--unlabeled", "tweets", "--unlabeled", "tweets:7")
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert result.complaint == "unlabeled texts are tweets, tweets; expected each once"


def test_failure_is_one_line(run_cli, trainer):
    trainer.failure = TrainingError("the loss is nan")
    result = run_cli("distill", *REQUIRED)
    assert (result.code, result.out, result.complaint) == (1, "", "the loss is nan")


def test_own_data_and_denials_are_handed_on(run_cli, trainer):
    assert run_cli("distill", *REQUIRED, "--own-data", "own", "--drop-denials").code == 0
    assert (trainer.run.corpus.own_data, trainer.run.corpus.drop_denials) == (Path("own"), True)

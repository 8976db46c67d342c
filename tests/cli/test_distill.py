"""The options of ``tweetmoji distill``; distilling itself is tested, with torch, in tests/train."""

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

import tweetmoji.train
from tweetmoji.data import SourceChoice
from tweetmoji.errors import TrainingError
from tweetmoji.train import TrainSettings

REQUIRED = ("--data", "data", "--base", "base", "--teacher", "teacher.npz", "--out", "student")


@pytest.fixture
def trainer(monkeypatch):
    """Stands in for the training loop, and so for torch: notes what it is asked for."""
    asked = SimpleNamespace(run=None, resume=None, failure=None)

    def train(run, *, resume=False):
        asked.run, asked.resume = run, resume
        if asked.failure:
            raise asked.failure
        return SimpleNamespace(folder=run.out, config=SimpleNamespace(name="student"), version="0123456789ab")

    monkeypatch.setitem(vars(tweetmoji.train), "train", train)
    monkeypatch.setitem(vars(tweetmoji.train), "TrainingRun", SimpleNamespace)
    monkeypatch.setitem(vars(tweetmoji.train), "StudentData", lambda *parts: parts)
    monkeypatch.setattr(logging.getLogger("tweetmoji"), "level", logging.NOTSET)
    return asked


def test_all_that_is_named_is_handed_on(run_cli, trainer):
    result = run_cli(
        *("distill", *REQUIRED, "--source", "emotion", "--source", "synthetic:50", "--epochs", "2", "--resume"),
        *("--unlabeled", "tweets:70", "--unlabeled", "emoji", "--self-distillation", "0.5"),
    )
    assert result.code == 0
    assert result.lines[0].startswith("student: student, version 0123456789ab")
    assert (trainer.run.data, trainer.run.base, trainer.run.out) == (Path("data"), "base", Path("student"))
    assert trainer.run.sources == (SourceChoice("emotion"), SourceChoice("synthetic", 50))
    assert trainer.run.settings == TrainSettings(epochs=2, self_distillation=0.5)
    assert trainer.run.student_data == (Path("teacher.npz"), (SourceChoice("tweets", 70), SourceChoice("emoji")))
    assert trainer.run.score_test is False
    assert trainer.resume is True


def test_tweets_are_what_the_teacher_is_asked_about_unless_told_otherwise(run_cli, trainer):
    run_cli("distill", *REQUIRED)
    assert trainer.run.student_data[1] == (SourceChoice("tweets"),)


def test_no_number_of_texts_is_a_usage_error_of_one_line(run_cli, trainer):
    result = run_cli("distill", *REQUIRED, "--unlabeled", "tweets:many")
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert "'many' is no number of rows" in result.complaint


def test_failure_is_one_line(run_cli, trainer):
    trainer.failure = TrainingError("the loss is nan")
    result = run_cli("distill", *REQUIRED)
    assert (result.code, result.out, result.complaint) == (1, "", "the loss is nan")

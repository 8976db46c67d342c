"""The options of ``tweetmoji train-teacher``; teaching itself is tested, with torch, in tests/train."""

import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import tweetmoji.train
from tweetmoji.data import SourceChoice
from tweetmoji.errors import TrainingError
from tweetmoji.train import TrainSettings

REQUIRED = ("--data", "data", "--base", "base", "--out", "teacher.npz")


@pytest.fixture
def teacher(monkeypatch):
    """Stands in for the training loop, and so for torch: notes what it is asked for."""
    asked = SimpleNamespace(run=None, unlabeled=None, resume=None, failure=None)

    def train_teacher(run, unlabeled, *, resume=False):
        asked.run, asked.unlabeled, asked.resume = run, unlabeled, resume
        if asked.failure:
            raise asked.failure
        return run.out

    monkeypatch.setitem(vars(tweetmoji.train), "train_teacher", train_teacher)
    monkeypatch.setitem(vars(tweetmoji.train), "TrainingRun", SimpleNamespace)
    monkeypatch.setattr(logging.getLogger("tweetmoji"), "level", logging.NOTSET)
    return asked


def test_all_that_is_named_is_handed_on(run_cli, teacher):
    result = run_cli(
        *("train-teacher", *REQUIRED, "--source", "emotion", "--source", "tweeteval:50", "--epochs", "2", "--resume"),
        *("--unlabeled", "tweets", "--unlabeled", "emoji"),
    )
    assert (result.code, result.lines) == (0, ["teacher.npz: the teacher's logits"])
    assert teacher.run.data == Path("data")
    assert (teacher.run.base, teacher.run.out) == ("base", Path("teacher.npz"))
    assert teacher.run.sources == (SourceChoice("emotion"), SourceChoice("tweeteval", 50))
    assert teacher.run.settings == TrainSettings(epochs=2)
    assert teacher.unlabeled == ("tweets", "emoji")
    assert teacher.resume is True


def test_only_the_home_texts_are_answered_unless_told_otherwise(run_cli, teacher):
    run_cli("train-teacher", *REQUIRED)
    assert teacher.run.sources == (SourceChoice("emotion"),)
    assert teacher.unlabeled == ()
    assert teacher.resume is False


def test_unknown_collection_is_a_usage_error_of_one_line(run_cli, teacher):
    result = run_cli("train-teacher", *REQUIRED, "--unlabeled", "poems")
    assert (result.code, result.out, teacher.run) == (2, "", None)
    assert "'poems' is not one of 'tweets', 'emoji'" in result.complaint


def test_failure_is_one_line(run_cli, teacher):
    teacher.failure = TrainingError("the loss is nan")
    result = run_cli("train-teacher", *REQUIRED)
    assert (result.code, result.out, result.complaint) == (1, "", "the loss is nan")


def test_help_needs_no_torch():
    code = "import sys; sys.modules['torch'] = None; from tweetmoji.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "teach", "--help"], capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0
    assert "--unlabeled [tweets|emoji]" in done.stdout

"""The options of ``tweetmoji train-teacher``; training itself is tested, with torch, in tests/train."""

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

import tweetmoji.train
from tweetmoji.data import SourceChoice
from tweetmoji.errors import TrainingError
from tweetmoji.train import TrainSettings

REQUIRED = ("--data", "data", "--base", "base", "--out", "teacher.npz", "--unlabeled", "tweets")


@pytest.fixture
def teacher(monkeypatch):
    """Replaces the training loop, and so torch: notes what it is told."""
    told = SimpleNamespace(run=None, resume=None, failure=None)

    def train_teacher(run, *, resume=False):
        told.run, told.resume = run, resume
        if told.failure:
            raise told.failure
        return run.out

    monkeypatch.setitem(vars(tweetmoji.train), "train_teacher", train_teacher)
    monkeypatch.setattr(logging.getLogger("tweetmoji"), "level", logging.NOTSET)
    return told


def test_options_are_handed_on(run_cli, teacher):
    result = run_cli(
        *("train-teacher", *REQUIRED, "--source", "emotion", "--source", "tweeteval:50", "--epochs", "2", "--resume"),
        *("--unlabeled", "emoji"),
    )
    assert (result.code, result.lines) == (0, ["teacher.npz: the teacher's logits"])
    assert teacher.run.corpus.data == Path("data")
    assert (teacher.run.base, teacher.run.out) == ("base", Path("teacher.npz"))
    assert teacher.run.corpus.sources == (SourceChoice("emotion"), SourceChoice("tweeteval", 50))
    assert teacher.run.settings == TrainSettings(epochs=2)
    assert teacher.run.unlabeled == ("tweets", "emoji")
    assert teacher.resume is True


def test_default_is_source_emotion(run_cli, teacher):
    run_cli("train-teacher", *REQUIRED)
    assert teacher.run.corpus.sources == (SourceChoice("emotion"),)
    assert teacher.run.unlabeled == ("tweets",)
    assert teacher.resume is False


def test_unlabeled_texts_are_required(run_cli, teacher):
    result = run_cli("train-teacher", *REQUIRED[:-2])
    assert (result.code, result.out, teacher.run) == (2, "", None)
    assert "Missing option '--unlabeled'" in result.complaint


def test_unknown_unlabeled_texts_are_a_usage_error(run_cli, teacher):
    result = run_cli("train-teacher", *REQUIRED, "--unlabeled", "poems")
    assert (result.code, result.out, teacher.run) == (2, "", None)
    assert "'poems' is not one of 'tweets', 'emoji'" in result.complaint


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        (("--out", "teacher.bin"), "--out teacher.bin: expected the name of a file that ends in .npz"),
        (("--unlabeled", "tweets"), "unlabeled texts are tweets, tweets; expected each once"),
    ],
)
def test_run_that_is_not_possible_is_a_usage_error(run_cli, teacher, option, complaint):
    result = run_cli("train-teacher", *REQUIRED, *option)
    assert (result.code, result.out, teacher.run) == (2, "", None)
    assert result.complaint == complaint


@pytest.mark.parametrize("option", ["--labels", "--folds", "--test", "--text-column"])
def test_options_of_train_that_a_teacher_does_not_have_are_usage_errors(run_cli, teacher, option):
    result = run_cli("train-teacher", *REQUIRED, option, "3")
    assert (result.code, result.out, teacher.run) == (2, "", None)
    assert f"No such option '{option}'" in result.complaint


def test_failure_is_one_line(run_cli, teacher):
    teacher.failure = TrainingError("the loss is nan")
    result = run_cli("train-teacher", *REQUIRED)
    assert (result.code, result.out, result.complaint) == (1, "", "the loss is nan")


def test_help_needs_no_torch(run_without_torch):
    done = run_without_torch("train-teacher", "--help")
    assert done.returncode == 0
    assert "--unlabeled [tweets|emoji|denials]" in done.stdout


def test_own_data_and_denials_are_handed_on(run_cli, teacher):
    assert run_cli("train-teacher", *REQUIRED, "--own-data", "own", "--drop-denials").code == 0
    assert (teacher.run.corpus.own_data, teacher.run.corpus.drop_denials) == (Path("own"), True)

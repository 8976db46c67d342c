"""The state of a run on other hardware than its checkpoint's: it goes on, and says what differs."""

import logging

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.train.loop import run_state  # noqa: E402
from tweetmoji.train.loop.precision import Precision  # noqa: E402
from tweetmoji.train.loop.run_state import RunState  # noqa: E402

CPU = torch.device("cpu")
CUDA_RANDOM = torch.arange(16, dtype=torch.uint8)
"""Stands for the state of a GPU's generator, which has 16 bytes."""


@pytest.fixture
def stopped(settings, tune, make_checkpoints, tmp_path):
    """The folder of a run that was stopped in its second epoch."""
    with pytest.raises(KeyboardInterrupt):
        tune(settings, make_checkpoints(tmp_path / "run", stop_after=5))
    return tmp_path / "run"


def make_state_of_a_gpu(state):
    """Turn a processor's state into that of a run in float16 on a GPU."""
    random = {"cpu": state["random"]["cpu"], "cuda": CUDA_RANDOM}
    return state | {"random": random, "precision": Precision(CPU, torch.float16).state_dict()}


def test_run_stopped_on_a_gpu_is_resumed_on_a_processor(settings, tune, make_checkpoints, stopped, caplog):
    checkpoints = make_checkpoints(stopped, resume=True)
    checkpoints.save_state(make_state_of_a_gpu(checkpoints.load_state()))
    caplog.set_level(logging.INFO, logger="tweetmoji")
    _, results = tune(settings, make_checkpoints(stopped, resume=True))
    assert [result.epoch for result in results] == [1, 2, 3]
    assert results[-1].val["emotion"]["accuracy"] > 0.85
    assert "the checkpoint is from a GPU and the run goes on on a processor" in caplog.text
    assert "the checkpoint is from another number format" in caplog.text


def test_run_stopped_without_a_loss_scale_is_resumed_in_float16(
    settings, tune, make_checkpoints, stopped, caplog, monkeypatch
):
    monkeypatch.setattr("tweetmoji.train.loop.precision.choose_dtype", lambda _: torch.float16)
    caplog.set_level(logging.INFO, logger="tweetmoji")
    _, results = tune(settings, make_checkpoints(stopped, resume=True))
    assert [result.epoch for result in results] == [1, 2, 3]
    assert "the checkpoint is from another number format than torch.float16" in caplog.text


@pytest.mark.parametrize(("kept", "restored"), [({"cuda": CUDA_RANDOM}, [CUDA_RANDOM]), ({}, [])])
def test_random_state_of_a_gpu_is_restored_only_where_there_is_one(kept, restored, monkeypatch, caplog):
    given = []
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda state, _: given.append(state))
    caplog.set_level(logging.INFO, logger="tweetmoji")
    run_state._set_random_states({"cpu": torch.get_rng_state(), **kept}, torch.device("cuda"))
    assert given == restored
    assert ("from a processor and the run goes on on a GPU" in caplog.text) == (not restored)


def test_state_of_a_gpu_run_holds_the_random_state_of_its_generator(toy, settings, monkeypatch):
    state = RunState(toy.make_network(settings), toy.encoded["train"], settings)
    assert list(state.state_dict()["random"]) == ["cpu"]
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda _: CUDA_RANDOM)
    state.device = torch.device("cuda")
    assert state.state_dict()["random"]["cuda"] is CUDA_RANDOM


def test_resuming_on_the_same_hardware_logs_nothing(settings, tune, make_checkpoints, stopped, caplog):
    caplog.set_level(logging.INFO, logger="tweetmoji")
    tune(settings, make_checkpoints(stopped, resume=True))
    assert "checkpoint" not in caplog.text

"""Loading again: what is new counts from then on, what fails leaves the old, requests in flight keep their model."""

import asyncio
import logging

import pytest

from tweetmoji.errors import ArtifactError, SettingError
from tweetmoji.serve.keys import ApiKeys
from tweetmoji.serve.reloading import Reloader

OLD, NEW = "0123456789abcdef", "fedcba9876543210"


def fail(error):
    raise error


@pytest.fixture(autouse=True)
def released(monkeypatch):
    """Give back memory at once; how often that was done."""
    calls = []
    monkeypatch.setattr("tweetmoji.serve.reloading.RELEASE_S", 0)
    monkeypatch.setattr("tweetmoji.serve.reloading.release_memory", lambda: calls.append(1))
    return calls


@pytest.fixture
def reload(make_predictor, tiny_emojifier, heads_emojifier):
    """Reload a predictor of the tiny model once; the predictor, its keys, and its metrics."""

    def run(load_model=lambda: heads_emojifier, read_keys=lambda: ApiKeys([NEW])):
        predictor, keys = make_predictor(tiny_emojifier), ApiKeys([OLD])
        reloader = Reloader(predictor, keys, load_model=load_model, read_keys=read_keys)

        async def reload():
            reloader.request()
            reloader.start_requested()
            await reloader._running

        asyncio.run(reload())
        registry = predictor.metrics.registry

        def count(part, result):
            return registry.get_sample_value("tweetmoji_reloads_total", {"part": part, "result": result})

        return predictor, keys, count

    return run


def test_memory_is_given_back_after_every_load(reload, released):
    reload()
    reload(load_model=lambda: fail(ArtifactError("model.onnx: damaged")))
    assert len(released) == 2


def test_new_model_and_keys_replace_the_old(reload, heads_emojifier, caplog):
    caplog.set_level(logging.INFO, logger="tweetmoji")
    predictor, keys, count = reload()
    assert predictor.emojifier.version == heads_emojifier.version
    assert predictor.emojifier.threads == 1
    assert (keys.has(OLD), keys.has(NEW)) == (False, True)
    assert (count("model", "success"), count("keys", "success")) == (1, 1)
    assert predictor.metrics.registry.get_sample_value(
        "tweetmoji_model_info", {"name": "tiny", "version": heads_emojifier.version}
    )
    assert f"version {heads_emojifier.version}, in place of" in caplog.text


@pytest.mark.parametrize("error", [ArtifactError("model.onnx: damaged"), OSError("no such disk"), ValueError("a bug")])
def test_bad_model_leaves_the_old_and_new_keys_count(reload, tiny_emojifier, caplog, error):
    predictor, keys, count = reload(load_model=lambda: fail(error))
    assert predictor.emojifier.version == tiny_emojifier.version
    assert keys.has(NEW)
    assert (count("model", "failure"), count("keys", "success")) == (1, 1)
    gauge = predictor.metrics.registry.get_sample_value("tweetmoji_last_reload_successful", {"part": "model"})
    assert gauge == 0
    assert f"what was loaded stays: {error}" in caplog.text
    assert ("Traceback" in caplog.text) == isinstance(error, ValueError)


@pytest.mark.parametrize("read_keys", [lambda: fail(SettingError("line 1 is malformed")), lambda: ApiKeys([])])
def test_bad_keys_leave_the_old_and_a_new_model_counts(reload, heads_emojifier, read_keys):
    predictor, keys, count = reload(read_keys=read_keys)
    assert (keys.has(OLD), keys.has(NEW)) == (True, False)
    assert (count("keys", "failure"), count("model", "success")) == (1, 1)
    assert predictor.emojifier.version == heads_emojifier.version


def test_request_in_flight_is_answered_by_the_model_that_it_came_to(make_predictor, gated_emojifier, heads_emojifier):
    predictor = make_predictor(gated_emojifier)

    async def replace_meanwhile():
        before = asyncio.create_task(predictor.predict(["happy"]))
        await gated_emojifier.wait_until_called()
        predictor.replace(heads_emojifier)
        after = asyncio.create_task(predictor.predict(["happy"]))
        await asyncio.sleep(0)
        gated_emojifier.gate.set()
        return (await before)[0], (await after)[0]

    before, after = asyncio.run(replace_meanwhile())
    assert before.none is None
    assert after.none is not None


def test_request_during_a_reload_makes_another_one(make_predictor, tiny_emojifier):
    loads, gate = [], asyncio.Event()
    predictor = make_predictor(tiny_emojifier)

    def load():
        loads.append(None)
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(30)
        return tiny_emojifier

    async def run():
        nonlocal loop
        loop = asyncio.get_running_loop()
        reloader = Reloader(predictor, ApiKeys([]), load_model=load, read_keys=lambda: ApiKeys([]))
        for _ in range(3):
            reloader.request()
            reloader.start_requested()
            await asyncio.sleep(0)
        gate.set()
        await reloader._running
        reloader.start_requested()
        await reloader._running

    loop = None
    asyncio.run(run())
    assert len(loads) == 2

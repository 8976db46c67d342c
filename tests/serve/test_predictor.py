"""`Predictor`: order, turns, the bounded queue. A gate in front of the model replaces all timing."""

import asyncio
from functools import partial

import pytest
from starlette.requests import ClientDisconnect

import tweetmoji
from tweetmoji import TooManyWordsError
from tweetmoji.serve.jobs import SLICE_TOKENS
from tweetmoji.serve.problems import Problem

AT_ONCE_S = 1e-9
"""Longest wait of a queue that admits a request only if no work of its lane is ahead."""

SLICE_TEXTS = SLICE_TOKENS // 16
"""Texts of a slice, if each has as many tokens as the tiny model reads."""


def name_texts(prefix, count):
    """Texts of 16 tokens or more, by the predictor's estimate."""
    return [f"{prefix} {i} {'day ' * 15}" for i in range(count)]


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("count", [1, SLICE_TEXTS, SLICE_TEXTS + 1, 5 * SLICE_TEXTS + 3])
def test_predict_returns_the_models_predictions_in_order(make_predictor, tiny_emojifier, threads, count):
    texts = name_texts("today is", count)
    predictor = make_predictor(tiny_emojifier, threads=threads)
    assert asyncio.run(predictor.predict(texts)) == tiny_emojifier.predict(texts)


def test_min_confidence_reaches_the_model(make_predictor, tiny_emojifier):
    [unsure] = asyncio.run(make_predictor(tiny_emojifier).predict(["so"], min_confidence=1.0))
    assert (unsure.emoji, unsure.label) == (None, None)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("count", [0, 1, 5 * SLICE_TEXTS + 3])
def test_suggest_returns_the_models_suggestions_in_order(make_predictor, heads_emojifier, threads, count):
    texts = [f"{['dog', 'cat', 'sun'][i % 3]} {text}" for i, text in enumerate(name_texts("is", count))]
    found = asyncio.run(make_predictor(heads_emojifier, threads=threads).suggest(texts, 2))
    assert found == [heads_emojifier.suggest(text, 2) for text in texts]


def test_suggestions_wait_in_the_queue_of_the_predictions(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, threads=1, queue_s=AT_ONCE_S)
        waiting = asyncio.create_task(predictor.predict(name_texts("waiting", 20)))
        await gated_emojifier.wait_until_called()
        with pytest.raises(Problem, match="429"):
            await asyncio.wait_for(predictor.suggest(["one too many"], 3), 10)  # the gate is still closed
        gated_emojifier.gate.set()
        await waiting

    asyncio.run(run())


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("text", ["", "happy", "the cat and the dog " * 12])
def test_explain_is_the_models_explanation(make_predictor, tiny_emojifier, threads, text):
    found = asyncio.run(make_predictor(tiny_emojifier, threads=threads).explain(text))
    assert found == tiny_emojifier.explain(text)


def test_explanation_counts_as_its_words_and_one_more_text(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, threads=1, queue_s=AT_ONCE_S)
        waiting = asyncio.create_task(predictor.explain("the rain " * 24))  # 49 texts of 16 tokens
        await gated_emojifier.wait_until_called()
        with pytest.raises(Problem, match="429") as caught:
            await asyncio.wait_for(predictor.explain("the rain " * 24), 10)  # the gate is still closed
        gated_emojifier.gate.set()
        return caught.value, await waiting, await predictor.predict(["later"])

    problem, waiting, later = asyncio.run(run())
    assert "texts of some 784 tokens are already waiting" in problem.detail
    assert (len(waiting.words), len(later)) == (48, 1)


def test_short_request_waits_for_one_slice_of_an_explanation(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, threads=1)
        explaining = asyncio.create_task(predictor.explain("the rain " * 30))
        await gated_emojifier.wait_until_called()
        short = asyncio.create_task(predictor.predict(["short"]))
        await asyncio.sleep(0)  # until it waits in the queue
        gated_emojifier.gate.set()
        await asyncio.gather(explaining, short)

    asyncio.run(run())
    assert [len(part) for part in gated_emojifier.calls] == [SLICE_TEXTS, 1, 29]


def test_text_of_too_many_words_costs_no_prediction(make_predictor, gated_emojifier):
    with pytest.raises(TooManyWordsError, match="the text has 65 words"):
        asyncio.run(make_predictor(gated_emojifier).explain("a " * 65))
    assert gated_emojifier.calls == []


def test_event_loop_runs_while_the_model_predicts(make_predictor, gated_emojifier):
    async def run():
        predicting = asyncio.create_task(make_predictor(gated_emojifier).predict(["a"]))
        await gated_emojifier.wait_until_called()  # the loop would stand still here forever if it computed itself
        assert not predicting.done()
        gated_emojifier.gate.set()
        return await predicting

    assert len(asyncio.run(run())) == 1


def test_all_threads_predict_at_the_same_time(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, threads=3)
        predicting = asyncio.create_task(predictor.predict(name_texts("long", 3 * SLICE_TEXTS)))
        await gated_emojifier.wait_until_called(3)  # with the gate closed: three slices wait behind it at once
        gated_emojifier.gate.set()
        await predicting

    asyncio.run(run())
    assert [len(part) for part in gated_emojifier.calls] == [SLICE_TEXTS] * 3


def test_short_request_waits_for_one_slice_of_a_long_one(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, threads=1)
        long = asyncio.create_task(predictor.predict(name_texts("long", 4 * SLICE_TEXTS)))
        await gated_emojifier.wait_until_called()
        short = asyncio.create_task(predictor.predict(["short"]))
        gated_emojifier.gate.set()
        await asyncio.gather(long, short)

    asyncio.run(run())
    calls = [part[0].removesuffix(" day" * 15 + " ") for part in gated_emojifier.calls]
    assert calls == ["long 0", "short", "long 32", "long 64", "long 96"]


def test_of_two_long_requests_of_one_size_the_first_is_finished_first(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, threads=1)
        first = asyncio.create_task(predictor.predict(name_texts("first", 3 * SLICE_TEXTS)))
        await gated_emojifier.wait_until_called()
        second = asyncio.create_task(predictor.predict(name_texts("second", 3 * SLICE_TEXTS)))
        gated_emojifier.gate.set()
        return await asyncio.gather(first, second)

    asyncio.run(run())
    assert [part[0].split()[0] for part in gated_emojifier.calls] == ["first"] * 3 + ["second"] * 3


def test_queue_full_of_long_requests_admits_a_short_one(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, queue_s=AT_ONCE_S)
        long = asyncio.create_task(predictor.predict(name_texts("long", 4 * SLICE_TEXTS)))
        await gated_emojifier.wait_until_called()
        with pytest.raises(Problem, match="429"):
            await predictor.predict(name_texts("one more", 4 * SLICE_TEXTS))
        short = asyncio.create_task(predictor.predict(["short"]))
        gated_emojifier.gate.set()
        return await asyncio.gather(long, short)

    assert [len(found) for found in asyncio.run(run())] == [4 * SLICE_TEXTS, 1]
    assert gated_emojifier.calls[1] == ["short"]


def test_full_queue_is_429_at_once_and_drains(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, threads=1, queue_s=AT_ONCE_S)
        waiting = asyncio.create_task(predictor.predict(name_texts("waiting", 20)))
        await gated_emojifier.wait_until_called()
        with pytest.raises(Problem) as caught:
            await asyncio.wait_for(predictor.predict(["one too many"]), 10)  # the gate is still closed
        gated_emojifier.gate.set()
        await waiting
        return caught.value, await predictor.predict(name_texts("later", 20))

    problem, later = asyncio.run(run())
    assert (problem.status, problem.headers) == (429, {"Retry-After": "1"})
    assert "texts of some 320 tokens are already waiting" in problem.detail
    assert len(later) == 20
    assert ["one too many"] not in gated_emojifier.calls


def test_request_larger_than_the_queue_is_accepted_when_nothing_waits(make_predictor, tiny_emojifier):
    predictor = make_predictor(tiny_emojifier, queue_s=AT_ONCE_S)
    assert len(asyncio.run(predictor.predict(name_texts("many", 50)))) == 50


def test_failed_request_frees_its_place_in_the_queue(make_predictor, broken_emojifier):
    predictor = make_predictor(broken_emojifier, queue_s=AT_ONCE_S)
    for _ in range(3):  # were the first still counted, the second would find the queue full
        with pytest.raises(RuntimeError, match="the secret cause"):
            asyncio.run(predictor.predict(name_texts("many", 3 * SLICE_TEXTS)))


@pytest.mark.parametrize(
    "error", [StopIteration, StopAsyncIteration, GeneratorExit, SystemExit, KeyboardInterrupt, asyncio.CancelledError]
)
def test_whatever_the_model_raises_ends_its_request_alone(make_predictor, gated_emojifier, monkeypatch, error):
    def fail(*_, **__):
        raise error

    async def run():
        predictor = make_predictor(gated_emojifier)
        monkeypatch.setattr(gated_emojifier, "predict", fail)
        with pytest.raises((RuntimeError, StopAsyncIteration), match=f"{error.__name__}|^$"):
            await asyncio.wait_for(predictor.predict(["a"]), 10)
        monkeypatch.undo()
        gated_emojifier.gate.set()
        return await predictor.predict(["a"])

    assert len(asyncio.run(run())) == 1


def test_cancelled_request_frees_its_place_in_the_queue(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, queue_s=AT_ONCE_S)
        cancelled = asyncio.create_task(predictor.predict(["cancelled"]))
        await gated_emojifier.wait_until_called()
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        gated_emojifier.gate.set()
        async with asyncio.timeout(30):
            while predictor.queue.queued_tokens:  # until the slice that the worker has is done
                await asyncio.sleep(0)
        return await predictor.predict(["next"])

    assert len(asyncio.run(run())) == 1


def test_closed_predictor_is_not_ready_and_503(make_predictor, tiny_emojifier):
    predictor = make_predictor(tiny_emojifier)
    assert predictor.find_fault() is None
    assert predictor.close()
    assert predictor.find_fault() == "the server is shutting down"
    with pytest.raises(Problem, match="shutting down") as caught:
        asyncio.run(predictor.predict(["a"]))
    assert caught.value.status == 503
    assert "Retry-After" in caught.value.headers


def test_draining_predictor_is_not_ready_and_predicts(make_predictor, tiny_emojifier):
    predictor = make_predictor(tiny_emojifier)
    predictor.drain()
    assert predictor.find_fault() == "the server is shutting down"
    assert len(asyncio.run(predictor.predict(["a"]))) == 1


def test_close_twice_is_harmless(make_predictor, tiny_emojifier):
    predictor = make_predictor(tiny_emojifier)
    assert predictor.close()
    assert predictor.close()
    assert predictor.draining


def test_close_waits_for_texts_in_progress(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier)

        def close():
            predictor.close()
            return gated_emojifier.finished_calls

        predicting = asyncio.create_task(predictor.predict(["in progress"]))
        await gated_emojifier.wait_until_called()
        async with asyncio.timeout(30):
            closing = asyncio.create_task(asyncio.to_thread(close))
            while not predictor.draining:  # until it has begun to close
                await asyncio.sleep(0)
            gated_emojifier.gate.set()
            return await closing, await predicting

    finished_calls, predictions = asyncio.run(run())
    assert finished_calls == 1
    assert len(predictions) == 1


@pytest.mark.parametrize("threads", [1, 2])
def test_predictor_starts_no_threads_of_the_model(make_predictor, tiny_folder, threads):
    predictor = make_predictor(tweetmoji.load(tiny_folder, threads=threads))
    assert predictor.emojifier.threads == 1


def test_close_finishes_every_slice_of_what_was_accepted(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, threads=2)
        predicting = asyncio.create_task(predictor.predict(name_texts("accepted", 9 * SLICE_TEXTS)))
        await gated_emojifier.wait_until_called(2)
        async with asyncio.timeout(30):
            closing = [asyncio.create_task(asyncio.to_thread(predictor.close)) for _ in range(2)]
            while not predictor.draining:
                await asyncio.sleep(0)
            gated_emojifier.gate.set()
            await asyncio.gather(*closing)
            return await predicting

    assert len(asyncio.run(run())) == 9 * SLICE_TEXTS


def test_no_texts_are_no_predictions(make_predictor, tiny_emojifier):
    assert asyncio.run(make_predictor(tiny_emojifier).predict([])) == []


def test_worker_survives_a_request_whose_event_loop_is_gone(make_predictor, gated_emojifier):
    predictor = make_predictor(gated_emojifier)

    async def give_up():
        task = asyncio.create_task(predictor.predict(["given up"]))
        await gated_emojifier.wait_until_called()
        task.cancel()

    asyncio.run(give_up())
    gated_emojifier.gate.set()
    assert len(asyncio.run(asyncio.wait_for(predictor.predict(["next"]), 30))) == 1


class Timers:
    """In place of an event loop's ``call_later``: the test says when a time has passed."""

    def __init__(self):
        self.calls = []
        self.cancelled = 0

    def __call__(self, delay_s, callback, *arguments):
        self.calls.append((delay_s, partial(callback, *arguments)))
        return self

    def cancel(self):
        self.cancelled += 1


def test_deadline_is_504_and_the_rest_is_not_computed(make_predictor, gated_emojifier, monkeypatch):
    async def run():
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", timers := Timers())
        predictor = make_predictor(gated_emojifier, timeout_s=12.5)
        late = asyncio.create_task(predictor.predict(name_texts("late", 4 * SLICE_TEXTS)))
        await gated_emojifier.wait_until_called()
        [(patience_s, begin_to_watch)] = timers.calls
        begin_to_watch()
        _, (rest_s, pass_deadline) = timers.calls
        assert patience_s + rest_s == pytest.approx(12.5)
        pass_deadline()
        with pytest.raises(Problem, match=r"504.* within 12\.5 seconds"):
            await late
        assert predictor.queue.queued_tokens == SLICE_TOKENS  # what the worker has taken
        gated_emojifier.gate.set()
        assert predictor.close()

    asyncio.run(run())
    assert len(gated_emojifier.calls) == 1


def test_timer_of_a_finished_request_is_cancelled(make_predictor, tiny_emojifier, monkeypatch):
    async def run():  # it would keep the texts for its whole time
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", timers := Timers())
        await make_predictor(tiny_emojifier).predict(["in time"])
        return timers

    timers = asyncio.run(run())
    assert (len(timers.calls), timers.cancelled) == (1, 1)


def test_work_of_clients_that_have_left_is_not_computed(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier)
        left = asyncio.Event()
        bodies = [{"type": "http.request"}] * 4  # one more message of each before it leaves

        async def receive():
            if bodies:
                return bodies.pop()
            await left.wait()
            return {"type": "http.disconnect"}

        texts = name_texts("left", 4 * SLICE_TEXTS)
        leaving = [asyncio.create_task(predictor.predict(texts, receive=receive)) for _ in range(4)]
        await gated_emojifier.wait_until_called()
        left.set()
        ends = await asyncio.gather(*leaving, return_exceptions=True)
        assert [type(end) for end in ends] == [ClientDisconnect] * 4
        assert predictor.queue.queued_tokens == SLICE_TOKENS
        staying = asyncio.create_task(predictor.predict(["staying"]))
        gated_emojifier.gate.set()
        await staying

    asyncio.run(run())
    assert [len(part) for part in gated_emojifier.calls] == [SLICE_TEXTS, 1]


def test_nobody_waits_for_the_client_of_a_finished_request(make_predictor, gated_emojifier, monkeypatch):
    async def run():
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", timers := Timers())
        predictor = make_predictor(gated_emojifier)
        predicting = asyncio.create_task(predictor.predict(["a"], receive=asyncio.Event().wait))
        await gated_emojifier.wait_until_called()
        [(_, begin_to_watch)] = timers.calls
        begin_to_watch()
        assert len(asyncio.all_tasks()) == 3  # this one, the request, and what waits for its client
        gated_emojifier.gate.set()
        await predicting
        await asyncio.sleep(0)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(run()) == set()


def test_hung_worker_is_a_fault_and_without_others_503(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier, hang_s=0.001)
        hanging = asyncio.create_task(predictor.predict(["hanging"]))
        await gated_emojifier.wait_until_called()
        async with asyncio.timeout(30):
            while predictor.find_fault() is None:
                await asyncio.sleep(0)
        assert "computing for more than 0.001 seconds" in predictor.find_fault()
        with pytest.raises(Problem, match=r"503.*all workers hang"):
            await predictor.predict(["next"])
        gated_emojifier.gate.set()
        await hanging
        assert predictor.find_fault() is None

    asyncio.run(run())


def test_close_does_not_wait_for_ever_for_a_hung_worker(make_predictor, gated_emojifier):
    async def run():
        predictor = make_predictor(gated_emojifier)
        hanging = asyncio.create_task(predictor.predict(["hanging"]))
        await gated_emojifier.wait_until_called()
        assert not predictor.close(timeout_s=0)
        gated_emojifier.gate.set()
        await hanging

    asyncio.run(run())

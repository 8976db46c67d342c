"""The soak's parts: the plan of its faults, and what its clients count as lost or wrong."""

import asyncio
import random
from pathlib import Path

import pytest

from http_load.client import make_request
from soak import find_missed
from soaking import clients
from soaking.faults import Faults, plan

SOAK = {"lost": 0, "wrong": 0, "memory_mb": {"first": 100.0, "last": 105.0}, "log": {"lines": 9, "not_json": 0}}
ANSWER = {"predictions": [1]}


@pytest.fixture
def faults():
    return Faults(None, 1, Path("model"), b"")


def test_plan_is_the_same_for_a_seed_and_another_for_another(faults):
    plans = [plan(faults, 600, 6, random.Random(seed)) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


def test_plan_has_every_fault_and_ends_no_process_late(faults):
    planned = plan(faults, 600, 6, random.Random(0))
    assert {name for _, name in planned} == {*faults.ending, *faults.lasting}
    assert all(second < 240 for second, name in planned if name in faults.ending)
    assert max(second for second, _ in planned) <= 540


async def serve(responses, requests):
    """Answer requests in turn, each on the connection it comes on; an empty response hangs up."""

    async def handle(reader, writer):
        while responses and await reader.readuntil(b"}"):
            requests.append(None)
            response = responses.pop(0)
            writer.write(response)
            if not response:
                break
        writer.close()

    return await asyncio.start_server(handle, "127.0.0.1", 0)


def ask(*responses):
    """Ask a question of a server that responds so; the client's tally."""

    async def run():
        requests = []
        server = await serve(list(responses), requests)
        tally = clients.Tally()
        question = clients.Question(make_request("POST", "/", {"a": 1}), 1, ANSWER)
        client = clients.Client(server.sockets[0].getsockname()[1], tally)
        async with server:
            await client.ask(question)
            client.close()
            await asyncio.sleep(0)  # the transport closes in the next turn of the loop
        assert len(requests) == len(responses)
        return tally

    return asyncio.run(run())


def respond(status, body=b'{"predictions": [1]}'):
    return b"HTTP/1.1 %d OK\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def test_right_answer_counts_once():
    tally = ask(respond(200))
    assert (tally.answered, tally.wrong, tally.lost) == (1, 0, 0)


@pytest.mark.parametrize("response", [respond(200, b'{"predictions": [2]}'), respond(422)])
def test_other_answers_are_wrong(response):
    tally = ask(response)
    assert (tally.answered, tally.wrong) == (1, 1)


def test_refused_and_broken_attempts_are_made_again():
    tally = ask(respond(503), b"", respond(200))
    assert (tally.answered, tally.wrong, tally.lost) == (1, 0, 0)
    assert tally.attempts == {"503": 1, "no connection": 1, "200": 1}


def test_request_without_an_answer_in_time_is_lost(monkeypatch):
    monkeypatch.setattr(clients, "GIVEN_UP_S", 0.1)
    tally = ask(respond(503))
    assert (tally.answered, tally.lost) == (0, 1)


def test_soak_as_it_should_be_misses_nothing():
    assert list(find_missed(SOAK)) == []
    assert list(find_missed(SOAK | {"memory_mb": None})) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lost": 1}, "1 requests were lost"),
        ({"wrong": 2}, "2 answers are wrong"),
        ({"memory_mb": {"first": 100.0, "last": 111.0}}, "memory grew"),
        ({"log": {"lines": 9, "not_json": 3}}, "3 lines"),
    ],
)
def test_soak_that_is_not_as_it_should_be_says_what(change, said):
    [missed] = find_missed(SOAK | change)
    assert said in missed

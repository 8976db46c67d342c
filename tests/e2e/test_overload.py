"""``tweetmoji serve`` flooded: with more work than it admits, and with connections where few files may be open."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from tests.installed import PROGRAM
from tests.toys.connections import read_all

pytestmark = pytest.mark.system

FILES = 256
FLOOD = 600
CLIENTS = 24
BATCH = {"texts": ["so happy today " * 20] * 1024}


@pytest.fixture
def limited(start_server, tiny_folder):
    """A server that may open few files."""
    command = ("bash", "-c", f'ulimit -n {FILES}; exec "$0" serve "$@"', PROGRAM)
    return start_server("--model", tiny_folder, "--header-timeout-s", "60", command=command)


def test_flood_of_connections_where_few_files_may_be_open(limited, poll):
    warning, address = limited.stderr.splitlines()
    assert f"the system allows {FILES}" in warning
    with ExitStack() as stack:
        flood = [stack.enter_context(socket.create_connection(limited.address, timeout=60)) for _ in range(FLOOD)]
        refused = read_all(flood[-1])  # the first ones hold their connections, silently
        assert refused.startswith(b"HTTP/1.1 429 ")
        assert b"application/problem+json" in refused
        flood[0].sendall(b"GET /tweets?text=happy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert "😂" in read_all(flood[0]).decode("utf-8")
    with limited.connect() as client:
        poll(lambda: client.get("/readyz").status_code == 200, "ready after the flood")
    assert limited.stop() == 0
    assert limited.stderr.splitlines() == [warning, address]


def send_batches(server):
    """Send batches one after the other, whatever comes back; status and Retry-After of each."""
    with server.connect() as client:
        responses = [client.post("/v1/predictions", json=BATCH) for _ in range(4)]
    return [(response.status_code, response.headers.get("retry-after")) for response in responses]


def test_more_work_than_it_admits_is_429_and_single_texts_are_answered(start_server, tiny_folder):
    server = start_server("--model", tiny_folder, "--threads", "1", "--queue-ms", "50")
    with ThreadPoolExecutor(CLIENTS) as pool, server.connect() as client:
        flood = [pool.submit(send_batches, server) for _ in range(CLIENTS)]
        while not all(part.done() for part in flood):
            assert client.post("/tweets", json={"text": "happy"}).json()["emoji"] == "😂"
            assert client.get("/readyz").status_code == 200
        found = [response for part in flood for response in part.result()]
        assert {status for status, _ in found} == {200, 429}
        assert all((retry_after is None) == (status == 200) for status, retry_after in found)
        shed = sum(status == 429 for status, _ in found)
        lines = client.get("/metrics").text.splitlines()
        assert f"tweetmoji_shed_requests_total {shed}.0" in lines
        assert "tweetmoji_queued_tokens 0.0" in lines
    assert server.stop() == 0
    assert server.stderr.count("\n") == 1

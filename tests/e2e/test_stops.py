"""``tweetmoji serve`` stopped twenty times under load: no accepted request goes without its response."""

import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

pytestmark = pytest.mark.system

STOPS = 20
CLIENTS = 8
TEXTS = (1, 1, 1, 64)
"""Texts of a request: mostly one, and now and then as many as make a lane of their own."""


def request_until_told_to_close(server, started, count):
    """Send one request after the other until a response says that the server stops; the status of each."""
    statuses = []
    with server.connect() as client:
        while True:
            texts = ["so happy today"] * TEXTS[(count + len(statuses)) % len(TEXTS)]
            response = client.post("/v1/predictions", json={"texts": texts})
            statuses.append(response.status_code)
            assert len(response.json()["predictions"]) == len(texts)
            started.set()
            if response.headers.get("connection") == "close":
                return statuses


@pytest.mark.parametrize("drain_s", [0, 1])
def test_stops_under_load_lose_no_accepted_request(start_server, tiny_folder, drain_s):
    for _ in range(STOPS // 2):
        server = start_server("--model", tiny_folder, "--drain-s", drain_s)
        started = [Event() for _ in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(request_until_told_to_close, server, event, i) for i, event in enumerate(started)]
            assert all(event.wait(60) for event in started)
            server.process.send_signal(signal.SIGTERM)
            statuses = [status for client in clients for status in client.result()]  # which raises for a lost one
        assert set(statuses) == {200}
        assert server.process.wait(60) == 0
        assert "Traceback" not in server.stderr

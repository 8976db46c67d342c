"""``tweetmoji serve`` flooded with connections where few files may be open."""

import socket
from contextlib import ExitStack

import pytest

pytestmark = pytest.mark.system

FILES = 256
FLOOD = 600


def read_all(connection):
    """Everything that comes until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.fixture
def limited(start_server, tiny_folder):
    """A server that may open few files."""
    command = ("bash", "-c", f'ulimit -n {FILES}; exec tweetmoji serve "$@"', "serve")
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

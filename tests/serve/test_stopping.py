"""`DrainingServer` and `StopResponses` over real connections, in this process."""

import asyncio
import json
import signal
from contextlib import asynccontextmanager

import pytest

from tweetmoji.serve import ServeSettings, create_app
from tweetmoji.serve.server import listen, make_server

DEADLINE_S = 30
NEVER_S = 3600
GET = "GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"
POST = "POST /v1/predictions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


class Connection:
    """A connection of a client."""

    def __init__(self, reader, writer):
        self._reader = reader
        self.writer = writer

    def get(self, path):
        self.writer.write(GET.format(path=path).encode())

    def post(self, texts, *, whole=True):
        body = json.dumps({"texts": texts}).encode()
        self.writer.write(POST.format(len(body)).encode() + (body if whole else body[:5]))

    async def read(self):
        """Status, headers and parsed body of the next response."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        status, *lines = head.decode("ascii").lower().splitlines()
        headers = dict(line.split(": ", 1) for line in lines if line)
        return (
            int(status.split()[1]),
            headers,
            json.loads(await self._reader.readexactly(int(headers["content-length"]))),
        )

    async def is_closed(self):
        return await self._reader.read() == b""


class Running:
    """A server that runs in this event loop."""

    def __init__(self, server, address, serving):
        self.server = server
        self.serving = serving
        self._address = address
        self._connections = []

    async def connect(self):
        self._connections.append(Connection(*await asyncio.open_connection(*self._address)))
        return self._connections[-1]

    def disconnect(self):
        for connection in self._connections:
            connection.writer.close()

    def signal(self, number=signal.SIGTERM):
        self.server.handle_exit(number, None)


@pytest.fixture
def run_server():
    """Run a test with a server; the signals that it passes on when it ends do no harm."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    @asynccontextmanager
    async def serve(emojifier, **settings):
        settings = ServeSettings(port=0, threads=1, **settings)
        server = make_server(create_app(emojifier, settings), settings)
        for number in before:
            signal.signal(number, server.handle_exit)
        with listen(settings) as listener:
            address = listener.getsockname()
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            async with asyncio.timeout(DEADLINE_S):
                running = Running(server, address, serving)
                yield running
                await serving
                running.disconnect()

    def run(test, emojifier, **settings):
        async def enter():
            async with serve(emojifier, **settings) as running:
                return await test(running)

        return asyncio.run(enter())

    yield run
    for number, handler in before.items():
        signal.signal(number, handler)


def test_sigterm_drains_first_old_and_new_connections_alike(run_server, tiny_emojifier):
    async def test(running):
        ready, kept = await running.connect(), await running.connect()
        for connection in (ready, kept):
            connection.get("/readyz")
            status, headers, _ = await connection.read()
            assert (status, "connection" in headers) == (200, False)
        running.signal()
        ready.get("/readyz")
        kept.get("/tweets?text=a")
        new = await running.connect()
        new.get("/tweets?text=a")
        responses = [await connection.read() for connection in (ready, kept, new)]
        assert await kept.is_closed()
        running.signal()  # the second one ends the drain
        return responses

    responses = run_server(test, tiny_emojifier, drain_s=NEVER_S)
    assert [status for status, _, _ in responses] == [503, 200, 200]
    assert "shutting down" in responses[0][2]["detail"]
    assert [headers["connection"] for _, headers, _ in responses] == ["close"] * 3


def test_ctrl_c_does_not_drain(run_server, tiny_emojifier):
    async def test(running):
        connection = await running.connect()
        connection.get("/healthz")
        await connection.read()
        running.signal(signal.SIGINT)
        await running.serving

    run_server(test, tiny_emojifier, drain_s=NEVER_S)


def test_accepted_request_is_finished_after_the_drain(run_server, gated_emojifier):
    async def test(running):
        connection = await running.connect()
        connection.post(["a"] * 1024)
        await gated_emojifier.wait_until_called()
        running.signal()
        while running.server.servers[0].is_serving():
            await asyncio.sleep(0.01)
        gated_emojifier.gate.set()
        return await connection.read()

    status, _, body = run_server(test, gated_emojifier, drain_s=0.0)
    assert status == 200
    assert len(body["predictions"]) == 1024


def test_open_requests_are_503_at_the_shutdown_limit(run_server, gated_emojifier, caplog):
    async def test(running):
        predicting, sending = await running.connect(), await running.connect()
        predicting.post(["a"])
        sending.post(["a"], whole=False)
        await gated_emojifier.wait_until_called()
        while len(running.server.server_state.tasks) < 2:
            await asyncio.sleep(0)
        running.signal()
        responses = [await predicting.read(), await sending.read()]
        gated_emojifier.gate.set()  # only now: the responses do not wait for the worker
        return responses

    for status, headers, body in run_server(test, gated_emojifier, drain_s=0.0, shutdown_timeout_s=0):
        assert (status, headers["content-type"]) == (503, "application/problem+json")
        assert "stopped before the request was done" in body["detail"]
        assert "x-content-type-options" in headers
    assert "Exception in ASGI application" not in caplog.text


def test_clients_that_hang_up_leave_no_work(run_server, gated_emojifier):
    async def test(running):
        connections = [await running.connect() for _ in range(4)]
        for connection in connections:
            connection.post(["long " * 20] * 1024)
        queue = running.server.config.app.state.predictor.queue
        await gated_emojifier.wait_until_called()
        while queue.queued_tokens < 4 * 1024 * 16:
            await asyncio.sleep(0)
        for connection in connections:
            connection.writer.transport.abort()
        while queue.queued_tokens > 512:  # the slice that is computed
            await asyncio.sleep(0)
        gated_emojifier.gate.set()
        single = await running.connect()
        single.get("/tweets?text=single")
        status, _, _ = await single.read()
        running.signal(signal.SIGINT)
        return status

    assert run_server(test, gated_emojifier, queue_ms=3_600_000, timeout_s=3601) == 200
    assert gated_emojifier.calls[1:] == [["single"]]


def test_hung_worker_stops_the_server(run_server, gated_emojifier, caplog):
    async def test(running):
        connection = await running.connect()
        connection.post(["a"])
        await gated_emojifier.wait_until_called()
        while not running.server.should_exit:  # by itself
            await asyncio.sleep(0.01)
        ready = await running.connect()
        ready.get("/readyz")
        status, _, _ = await ready.read()
        gated_emojifier.gate.set()
        running.signal()
        return status, running.server.hung

    assert run_server(test, gated_emojifier, hang_s=0.1, drain_s=NEVER_S) == (503, True)
    assert "a worker hangs" in caplog.text

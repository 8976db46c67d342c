"""Fixtures of the API's tests: the application called in this process, without port or network."""

import asyncio
import json
import signal
import threading
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from tests.toys.connections import Running
from tests.toys.model import spoil_word

import tweetmoji
from tweetmoji.runtime.artifact import with_changes, write_artifact
from tweetmoji.serve import ServeSettings, create_app
from tweetmoji.serve.predictor import Predictor
from tweetmoji.serve.server import listen, make_server

DEADLINE_S = 30
"""Limit for what takes milliseconds: after it, a test fails instead of hanging."""

JSON_TYPE = {"Content-Type": "application/json"}

RAW_SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"test")],
    "server": ("test", 80),
    "client": ("test", 1),
}


class Client:
    """Calls an application as a server would."""

    def __init__(self, app):
        self.app = app

    def connect(self):
        """An asynchronous client, for requests at the same time."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://test", timeout=DEADLINE_S)

    def request(self, method, path, **arguments):
        async def call():
            async with self.connect() as client, asyncio.timeout(DEADLINE_S):
                return await client.request(method, path, **arguments)

        return asyncio.run(call())

    def get(self, path, **arguments):
        return self.request("GET", path, **arguments)

    def post(self, path, **arguments):
        return self.request("POST", path, **arguments)

    def post_bytes(self, path, body):
        """Post a body that claims to be JSON."""
        return self.request("POST", path, content=body, headers=JSON_TYPE)

    def call(self, messages, scope):
        """Hand the application a request as raw as a server does; the messages that it sends."""
        sent = []

        async def receive():
            if not messages:
                await asyncio.Event().wait()  # the client stays
            return messages.pop(0)

        async def send(message):
            sent.append(message)

        asyncio.run(self.app(RAW_SCOPE | scope, receive, send))
        return sent

    def shut_down(self):
        """Start and end the application as a server does."""
        events = iter(["lifespan.startup", "lifespan.shutdown"])
        sent = []

        async def receive():
            return {"type": next(events)}

        async def send(message):
            sent.append(message["type"])

        asyncio.run(self.app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))
        assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


class GatedEmojifier:
    """Predicts as the model that it wraps, once its gate is open; records its calls, in order."""

    def __init__(self, emojifier):
        self._emojifier = emojifier
        self.gate = threading.Event()
        self.calls = []
        self.finished_calls = 0
        self._entered = threading.Condition()

    def __getattr__(self, name):
        return getattr(self._emojifier, name)

    def with_threads(self, threads):
        assert threads == 1
        return self

    def with_observer(self, _):
        return self

    def predict(self, texts, *, min_confidence=0.0):
        with self._entered:
            self.calls.append(list(texts))
            self._entered.notify_all()
        if not self.gate.wait(DEADLINE_S):
            raise TimeoutError("the test never opened the gate")
        predictions = self._emojifier.predict(texts, min_confidence=min_confidence)
        with self._entered:
            self.finished_calls += 1
        return predictions

    async def wait_until_called(self, times=1):
        """Return once `predict` has been entered so many times."""

        def wait():
            with self._entered:
                return self._entered.wait_for(lambda: len(self.calls) >= times, DEADLINE_S)

        assert await asyncio.to_thread(wait), f"called {len(self.calls)} times, not {times}"


class BrokenEmojifier:
    """A model that fails at every text."""

    name = "broken"
    version = "0"
    labels = ()
    max_tokens = 16
    suggestions = ("🐶",)

    def with_threads(self, threads):
        assert threads == 1
        return self

    def with_observer(self, _):
        return self

    def predict(self, texts, *, min_confidence=0.0):  # noqa: ARG002
        raise RuntimeError("the secret cause of the failure")

    def suggest_proba(self, texts):
        return self.predict(texts)


@pytest.fixture(scope="session")
def make_client():
    """Make a client of a new application; each is shut down in the end."""
    clients = []

    def make(emojifier, **settings):
        clients.append(Client(create_app(emojifier, ServeSettings(**settings))))
        return clients[-1]

    yield make
    for client in clients:
        client.shut_down()


@pytest.fixture(scope="session")
def client(make_client, tiny_emojifier):
    """A client of the application with the tiny model and the default settings."""
    return make_client(tiny_emojifier)


@pytest.fixture(scope="session")
def heads_client(make_client, heads_emojifier):
    """A client of the application with the tiny model that knows none and has suggestions."""
    return make_client(heads_emojifier)


@pytest.fixture(scope="session")
def shipped_client(make_client, shipped_emojifier):
    """A client of the application with the shipped model."""
    return make_client(shipped_emojifier)


@pytest.fixture
def gated_emojifier(tiny_emojifier):
    """The tiny model behind a gate, which is opened in the end: no worker may wait forever."""
    gated = GatedEmojifier(tiny_emojifier)
    yield gated
    gated.gate.set()


@pytest.fixture
def broken_emojifier():
    return BrokenEmojifier()


@pytest.fixture
def make_predictor():
    """Make a predictor; each is closed in the end."""
    predictors = []

    def make(emojifier, *, threads=1, queue_s=3600, timeout_s=3600, hang_s=3600):
        predictors.append(Predictor(emojifier, threads=threads, queue_s=queue_s, timeout_s=timeout_s, hang_s=hang_s))
        return predictors[-1]

    yield make
    for predictor in predictors:
        predictor.close()


@pytest.fixture
def check_problem():
    """Check that a response is a problem of a status, complete and well-formed; returns it."""

    def check(response, status):
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        problem = json.loads(response.content.decode("utf-8"))
        assert problem["type"] == "about:blank"
        assert problem["status"] == status
        assert isinstance(problem["title"], str)
        assert problem["title"]
        assert isinstance(problem["detail"], str)
        assert problem["detail"]
        assert set(problem) <= {"type", "title", "status", "detail", "request_id", "errors"}
        assert problem["request_id"] == response.headers["x-request-id"]
        return problem

    return check


@pytest.fixture(scope="session")
def measured_emojifier(tiny_artifact, tmp_path_factory):
    """Loads the tiny model with other metrics than its own."""

    def load(metrics):
        folder = tmp_path_factory.mktemp("measured") / "tiny"
        write_artifact(replace(with_changes(tiny_artifact, metrics=metrics), folder=folder))
        return tweetmoji.load(folder)

    return load


@pytest.fixture
def load_spoiled(tiny_artifact, tmp_path):
    """Load the tiny model with a value in place of every weight of the word "dog"."""

    def load(value):
        changed = with_changes(tiny_artifact, weights=spoil_word(tiny_artifact, "dog", value))
        write_artifact(replace(changed, folder=tmp_path / "spoiled"))
        return tweetmoji.load(tmp_path / "spoiled")

    return load


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

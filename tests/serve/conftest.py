"""Fixtures of the API's tests: the application called in this process, with no port and no network between."""

import asyncio
import json
import threading

import httpx
import pytest

import tweetmoji
from tweetmoji.serve import ServeSettings, create_app
from tweetmoji.serve.predictor import Predictor

DEADLINE_S = 30
"""After this long, what has not happened never will."""

JSON_TYPE = {"Content-Type": "application/json"}


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

    def shut_down(self):
        """Start and end the application as a server does."""
        asked = iter(["lifespan.startup", "lifespan.shutdown"])
        answered = []

        async def receive():
            return {"type": next(asked)}

        async def send(message):
            answered.append(message["type"])

        asyncio.run(self.app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))
        assert answered == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


class GatedEmojifier:
    """Answers as the model that it wraps, but only once its gate is open; notes what it is asked, in order."""

    def __init__(self, emojifier):
        self._emojifier = emojifier
        self.gate = threading.Event()
        self.asked = []
        self.answered = 0
        self._entered = threading.Condition()

    def __getattr__(self, name):
        return getattr(self._emojifier, name)

    def predict(self, texts, *, min_confidence=0.0):
        with self._entered:
            self.asked.append(list(texts))
            self._entered.notify_all()
        if not self.gate.wait(DEADLINE_S):
            raise TimeoutError("the test never opened the gate")
        predictions = self._emojifier.predict(texts, min_confidence=min_confidence)
        with self._entered:
            self.answered += 1
        return predictions

    async def wait_until_asked(self, times=1):
        """Return once `predict` has been entered so many times."""

        def wait():
            with self._entered:
                return self._entered.wait_for(lambda: len(self.asked) >= times, DEADLINE_S)

        assert await asyncio.to_thread(wait), f"asked {len(self.asked)} times, not {times}"


class BrokenEmojifier:
    """A model that fails at every text."""

    def predict(self, texts, *, min_confidence=0.0):  # noqa: ARG002
        raise RuntimeError("the secret cause of the failure")


@pytest.fixture(scope="session")
def make_client():
    """Make a client of an application of its own; each is shut down in the end."""
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
def shipped_client(make_client, shipped_emojifier):
    """A client of the application with the shipped model."""
    return make_client(shipped_emojifier)


@pytest.fixture
def gated_emojifier(tiny_emojifier):
    """The tiny model behind a gate, which is opened in the end so that no worker waits for ever."""
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

    def make(emojifier, *, threads=1, queue_texts=4096):
        predictors.append(Predictor(emojifier, threads=threads, queue_texts=queue_texts))
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
        assert set(problem) <= {"type", "title", "status", "detail", "errors"}
        return problem

    return check


@pytest.fixture(scope="session")
def measured_emojifier(tiny_artifact, tmp_path_factory):
    """Loads the tiny model with other metrics than its own."""
    from dataclasses import replace

    from tweetmoji.runtime.artifact import with_changes, write_artifact

    def load(metrics):
        folder = tmp_path_factory.mktemp("measured") / "tiny"
        write_artifact(replace(with_changes(tiny_artifact, metrics=metrics), folder=folder))
        return tweetmoji.load(folder, threads=1)

    return load

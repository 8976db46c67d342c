"""The soak's clients: good ones that try again until they have their answers, and bad ones."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from http_load.client import GONE, Connection, Response, make_request

TRIED_AGAIN = frozenset({408, 429, 500, 503, 504})
"""Statuses after which a client tries again: nothing is wrong with its request."""

GIVEN_UP_S = 90
"""Seconds after which a request without an answer is lost."""

LONGEST_WAIT_S = 5.0
"""Seconds that a client waits at most before it tries again."""


@dataclass
class Tally:
    """What the clients have seen.

    Attributes:
        answered: Requests that got their answer.
        texts: Texts of these.
        lost: Requests that never got one.
        wrong: Answers that differ from the library's.
        attempts: What each attempt got: a status, or "no connection".
        latencies_s: From the first attempt of each request to its answer.
    """

    answered: int = 0
    texts: int = 0
    lost: int = 0
    wrong: int = 0
    attempts: Counter[str] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """A request whose answer is known beforehand."""

    request: bytes
    texts: int
    answer: Any


def make_questions(texts: Sequence[str], predictions: Sequence[Any], size: int) -> list[Question]:
    """Make requests for predictions of texts, so many in each."""
    return [
        Question(
            make_request("POST", "/v1/predictions", {"texts": list(texts[i : i + size])}),
            size,
            {"predictions": [vars(row) for row in predictions[i : i + size]]},
        )
        for i in range(0, len(texts) - size + 1, size)
    ]


class Client:
    """Asks one question after another on a connection that is kept alive.

    Attributes:
        stopping: Whether it asks no more once its last question is answered.
    """

    def __init__(self, port: int, tally: Tally) -> None:
        self.stopping = False
        self._port = port
        self._tally = tally
        self._connection: Connection | None = None

    async def run(self, questions: Sequence[Question], pause_s: float, generator: random.Random) -> None:
        """Ask until it is to stop, with pauses in between of so many seconds on average."""
        try:
            while not self.stopping:
                await self.ask(generator.choice(questions))
                await asyncio.sleep(generator.expovariate(1 / pause_s))
        finally:
            self.close()

    async def ask(self, question: Question) -> None:
        """Ask a question until it is answered."""
        start = time.monotonic()
        while time.monotonic() < start + GIVEN_UP_S:
            response = await self._attempt(question.request)
            self._tally.attempts[str(response.status) if response else "no connection"] += 1
            if response and response.status not in TRIED_AGAIN:
                self._note(question, response, time.monotonic() - start)
                return
            await asyncio.sleep(min(LONGEST_WAIT_S, max(0.2, response.retry_after_s if response else 0.2)))
        self._tally.lost += 1

    def close(self) -> None:
        """Close its connection."""
        if self._connection and not self._connection.closed:
            self._connection.close()

    def _note(self, question: Question, response: Response, seconds: float) -> None:
        self._tally.answered += 1
        self._tally.texts += question.texts
        self._tally.latencies_s.append(seconds)
        right = response.status == 200 and (question.answer is None or response.json() == question.answer)
        self._tally.wrong += not right

    async def _attempt(self, request: bytes) -> Response | None:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = await Connection.open(self._port)
            return await asyncio.wait_for(self._connection.send(request), GIVEN_UP_S)
        except (*GONE, TimeoutError):
            if self._connection:
                self._connection.close(reset=True)
            self._connection = None
            return None


async def vanish(port: int, request: bytes) -> None:
    """Send a request, and be gone before it is answered."""
    for _ in range(20):
        try:
            connection = await Connection.open(port)
        except OSError:
            return
        connection.write(request)
        await asyncio.sleep(0.01)
        connection.close(reset=True)


async def drip(port: int, request: bytes) -> None:
    """Send a request byte by byte, for a while, on several connections."""
    try:
        connections = [await Connection.open(port) for _ in range(10)]
        for byte in request[:5]:
            for connection in connections:
                connection.write(bytes([byte]))
            await asyncio.sleep(0.5)
    except OSError:
        return
    for connection in connections:
        connection.close(reset=True)


async def read_slowly(port: int, request: bytes) -> None:
    """Ask for much, and read nothing of it for a while."""
    try:
        connection = await Connection.open(port)
        connection.write(request * 4)
        await asyncio.sleep(3)
    except OSError:
        return
    connection.close(reset=True)

"""A small asynchronous HTTP client: kept-alive connections that cost a load tool little processor time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

GONE = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
"""What a connection raises that the other side closed or never opened."""


@dataclass(frozen=True)
class Response:
    """A response, read whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401
        """Parse the body."""
        return json.loads(self.body)

    @property
    def retry_after_s(self) -> float:
        """What Retry-After says; 0 without one."""
        return float(self.headers.get("retry-after", 0))


def make_request(method: str, path: str, value: Any = None) -> bytes:  # noqa: ANN401
    """Make the bytes of a request, with a value as its JSON body."""
    body = b"" if value is None else json.dumps(value).encode()
    kind = "Content-Type: application/json\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{kind}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection:
    """A connection to a server, which sends one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.closed = False

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a port of 127.0.0.1."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, request: bytes) -> Response:
        """Send a request and read its response."""
        self._writer.write(request)
        await self._writer.drain()
        return await self.read()

    async def read(self) -> Response:
        """Read a response."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        self.closed = headers.get("connection") == "close"
        if self.closed:
            self.close()
        return Response(int(head[0].split()[1]), headers, body)

    @property
    def dropped(self) -> bool:
        """Whether the server has closed it, as it does with one that has been idle for its keep-alive time."""
        return self._reader.at_eof() or self._writer.is_closing()

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)

    def close(self, *, reset: bool = False) -> None:
        """Close it, or reset it as a client that crashes does."""
        self.closed = True
        if reset:
            self._writer.transport.abort()
        else:
            self._writer.close()


class Pool:
    """Connections that wait for their next request."""

    def __init__(self, port: int, *, limit: int) -> None:
        self._port = port
        self._idle: list[Connection] = []
        self._room = asyncio.Semaphore(limit)
        self.open: set[Connection] = set()

    @asynccontextmanager
    async def borrow(self) -> AsyncIterator[Connection]:
        """Lend a connection: an idle one that the server has kept, or a new one if there is room."""
        async with self._room:
            connection = self._take_idle() or await Connection.open(self._port)
            self.open.add(connection)
            try:
                yield connection
            except BaseException:
                connection.close(reset=True)
                raise
            finally:
                self.open.discard(connection)
                if not connection.closed:
                    self._idle.append(connection)

    def _take_idle(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.dropped:
                return connection
            connection.close()
        return None

    def close(self) -> None:
        """Close all that wait."""
        while self._idle:
            self._idle.pop().close()

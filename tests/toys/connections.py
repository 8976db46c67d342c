"""A server that runs in the event loop of a test, and connections to it."""

import asyncio
import json
import signal
import socket
from contextlib import suppress

DEADLINE_S = 30
GET = "GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"
POST = "POST /v1/predictions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


def talk(address, *sent, timeout_s=DEADLINE_S):
    """Send bytes over a plain socket, whatever the other side says to it, and read until it closes the connection.

    Returns:
        Status, headers and parsed body of each response.
    """
    with socket.create_connection(address, timeout=timeout_s) as connection:
        with suppress(ConnectionError):
            for part in sent:
                connection.sendall(part)
        received = bytearray()
        with suppress(ConnectionError):
            while chunk := connection.recv(1 << 16):
                received += chunk
    return list(split_responses(bytes(received)))


def read_all(connection):
    """Everything that comes until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def split_responses(received):
    """The responses in all that a server has sent; a body is parsed if it is JSON."""
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("ascii").lower().splitlines()
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("content-length", 0))  # 100 Continue has none
        content, received = received[:length], received[length:]
        yield (
            int(status.split()[1]),
            headers,
            json.loads(content) if "json" in headers.get("content-type", "") else content,
        )


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
        self.address = address
        self._connections = []

    async def connect(self):
        self._connections.append(Connection(*await asyncio.open_connection(*self.address)))
        return self._connections[-1]

    def disconnect(self):
        for connection in self._connections:
            connection.writer.close()

    def signal(self, number=signal.SIGTERM):
        self.server.handle_exit(number, None)

"""ASGI middleware: what holds for every request, whatever its route."""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tweetmoji.serve.problems import Problem

CONTENT_SECURITY_POLICY: Final = b"content-security-policy"

STRICT_POLICY: Final = (
    CONTENT_SECURITY_POLICY,
    b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
"""Of a response that is no page: a browser runs and loads nothing of it, and shows it in no frame."""

SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""What each does: https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html"""


CLOSE: Final = {"Connection": "close"}
"""Of a response to a request that is not read to its end."""


class SecurityHeaders:
    """Adds `SECURITY_HEADERS` to every response, and `STRICT_POLICY` to those that bring no policy of their own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and add the headers when its response starts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), *SECURITY_HEADERS]
                if not any(name == CONTENT_SECURITY_POLICY for name, _ in headers):
                    headers.append(STRICT_POLICY)
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HostHeaders:
    """Refuses a request of HTTP/1.1 without a Host header, and any with two, as RFC 9112 demands (section 3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, or respond with 400 and close the connection."""
        if scope["type"] == "http":
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            if len(hosts) > 1 or (not hosts and scope["http_version"] == "1.1"):
                problem = Problem(400, f"{len(hosts)} Host headers; expected one", headers=CLOSE)
                await problem.to_response()(scope, receive, send)
                return
        await self._app(scope, receive, send)


class BodyLimits:
    """Reads each request's body within a size and a time, before the application runs.

    A larger body gets status 413 as soon as its size shows, a late one 408. Both end the connection.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, timeout_s: float) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with its whole body, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read_body(Headers(scope=scope), receive)
        except Problem as problem:
            await problem.to_response()(scope, receive, send)
        except ClientDisconnect:
            pass  # nobody is left to respond to
        else:
            await self._app(scope, _replay(body, receive), send)

    async def _read_body(self, headers: Headers, receive: Receive) -> bytes:
        declared_bytes = headers.get("content-length", "")
        if declared_bytes.isdecimal():
            self._check_size(int(declared_bytes))
        body = bytearray()
        try:
            async with asyncio.timeout(self._timeout_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnect
                    body += message.get("body", b"")
                    self._check_size(len(body))
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            detail = f"the body did not arrive within {self._timeout_s:g} seconds; send it again"
            raise Problem(408, detail, headers=CLOSE) from None

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self._max_bytes:
            detail = f"the body is larger than {self._max_bytes} bytes; send fewer texts at a time"
            raise Problem(413, detail, headers=CLOSE)


class HeadRequests:
    """Runs HEAD as GET, which gives the same status and headers; the server then leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, HEAD with the method GET."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # a copy: the server reads the method in its own
        await self._app(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that returns a body first, then whatever the server sends."""
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> dict[str, object]:
        return pending.pop() if pending else dict(await receive())

    return replay

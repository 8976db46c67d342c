"""The outermost middleware: every request gets an id, is counted, and is logged if that is asked for.

What a connection refuses before there is a request is counted and logged here too.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tweetmoji.serve.logs import ACCESS
from tweetmoji.serve.metrics import RequestMetrics
from tweetmoji.serve.problems import CLIENT_CLOSED_REQUEST
from tweetmoji.serve.records import RequestRecord, begin_record
from tweetmoji.serve.refusals import Refusal

REQUEST_ID: Final = b"x-request-id"

METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
"""Methods that are counted by name; there are few, however many a client makes up."""

OTHER: Final = "other"

MAX_PATH_CHARS: Final = 200
"""Characters of a path that the log repeats."""

access_log = logging.getLogger(ACCESS)


class Routes:
    """Gives a path the name of its route, one of a few."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        paths = [f"{route.path}/{{path}}" if isinstance(route, Mount) else route.path for route in _with_paths(routes)]
        self._exact = {path for path in paths if "{" not in path}
        self._prefixes = {path.partition("{")[0]: path for path in paths if "{" in path}

    def name(self, path: str) -> str:
        """The route's path, or `OTHER`."""
        if path in self._exact:
            return path
        return next((route for prefix, route in self._prefixes.items() if path.startswith(prefix)), OTHER)


def _with_paths(routes: Sequence[BaseRoute]) -> Iterator[Route | Mount]:
    for route in routes:
        if isinstance(route, Route | Mount):
            yield route


class Observing:
    """Gives each request a record and an id, echoes the id, counts the request when it ends, and logs it."""

    def __init__(
        self, app: ASGIApp, *, routes: Routes, metrics: RequestMetrics, access_log: bool, log_texts: bool
    ) -> None:
        self._app = app
        self._routes = routes
        self._metrics = metrics
        self._access_log = access_log
        self._log_texts = log_texts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = time.perf_counter()
        record = begin_record([value.decode("latin-1") for name, value in scope["headers"] if name == REQUEST_ID])
        status = CLIENT_CLOSED_REQUEST

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID, record.request_id.encode("ascii"))]
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started_s
            self._metrics.in_flight.dec()
            method = scope["method"] if scope["method"] in METHODS else OTHER
            route = self._routes.name(scope["path"])
            self._metrics.end(method, route, status, seconds)
            if self._access_log:
                self._log(scope, record, route, status, seconds)

    def _log(self, scope: Scope, record: RequestRecord, route: str, status: int, seconds: float) -> None:
        client = _name_client(scope.get("client"))
        # never the query: it may hold a text
        path = quote(scope["path"][:MAX_PATH_CHARS], safe="/")
        fields = {
            "request_id": record.request_id,
            "client": client,
            "method": scope["method"],
            "path": path,
            "route": route,
            "status": status,
            "duration_ms": round(1000 * seconds, 2),
            "texts": len(record.texts),
            "tokens": record.tokens,
        }
        line = f'{client} - "{scope["method"]} {path} HTTP/{scope["http_version"]}" {status}'
        more = f"{fields['duration_ms']} ms, {len(record.texts)} texts, {record.tokens} tokens, {record.request_id}"
        if self._log_texts:
            fields["inputs"] = list(record.texts)
            more += "".join(f"\n    {text!r}" for text in record.texts)
        access_log.info("%s %s", line, more, extra={"fields": fields})


def note_refusal(
    refusal: Refusal, client: tuple[str, int] | None, *, metrics: RequestMetrics, log_access: bool
) -> None:
    """Count what a connection refused before there was a request, and log it if requests are logged."""
    metrics.refused[refusal.reason].inc()
    if log_access:
        fields = {"client": _name_client(client), "status": refusal.status, "refused": refusal.reason}
        access_log.info('%(client)s - "-" %(status)d refused: %(refused)s', fields, extra={"fields": fields})


def _name_client(client: tuple[str, int] | None) -> str:
    host, port = client or ("-", 0)
    return f"{host}:{port}"

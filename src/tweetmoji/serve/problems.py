"""Errors as problem details (RFC 9457): what came, what was expected, what to do.

https://www.rfc-editor.org/rfc/rfc9457
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from tweetmoji.serve.records import current_record

MEDIA_TYPE: Final = "application/problem+json"

RETRY_AFTER_S: Final = 1
"""Seconds after which a client may try again what a server that starts or stops refused: another one takes over."""

CLIENT_CLOSED_REQUEST: Final = 499
"""Status of a request whose client has left, as nginx logs it (NGX_HTTP_CLIENT_CLOSED_REQUEST); no client sees it."""

RETRY: Final[dict[str, Any]] = {
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}}
}

HEADERS: Final[dict[int, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"description": "The scheme that it takes.", "schema": {"type": "string"}}},
    405: {"Allow": {"description": "The methods that it takes.", "schema": {"type": "string"}}},
    429: RETRY,
    503: RETRY,
}
"""Headers of a problem by its status, as the OpenAPI document describes them."""

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem as RFC 9457 describes it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Always about:blank: the status says which kind it is."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "description": "The HTTP status code."},
        "detail": {"type": "string", "description": "What came, what was expected, and what to do."},
        "request_id": {"type": "string", "description": "The X-Request-ID of the response, which the log has too."},
        "errors": {
            "type": "array",
            "description": "Each field that does not fit, for status 422.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
"""JSON schema of a problem, for the OpenAPI document."""

EXAMPLES: Final[dict[int, str]] = {
    400: "the body is not valid JSON in UTF-8: Expecting value: line 1 column 10 (char 9)",
    401: "this needs an API key; send it as Authorization: Bearer KEY",
    404: "there is nothing at /tweet; the API is described at /swagger-ui",
    405: "DELETE is not allowed here; expected GET, HEAD, POST",
    408: "the body did not arrive within 10 seconds; send it again",
    413: "the body is larger than 1048576 bytes; send fewer texts at a time",
    414: "the URL is longer than 65535 bytes; POST the text",
    415: "the content type is 'text/plain'; expected application/json, in UTF-8",
    422: "text: missing; expected a string of at most 10000 code points",
    429: "texts of some 262144 tokens are already waiting; try again in 8 seconds",
    431: "101 headers; expected at most 100",
    500: "the server failed; the error has been logged",
    503: "the server is shutting down; try again in a second",
    504: "the texts were not predicted within 30 seconds; send fewer at a time, or try again later",
}
"""An example of ``detail`` for each status that the API responds with."""


@dataclass
class Problem(Exception):  # noqa: N818 - the name that RFC 9457 gives it
    """A request that gets an error response.

    Attributes:
        status: HTTP status code, 400 to 599.
        detail: What came, what was expected, what to do.
        errors: Each field that does not fit, as ``{"field": …, "message": …}``.
        headers: Headers of the response.
    """

    status: int
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_response(self) -> Response:
        """The problem as a response in ASCII, whose escapes can hold even lone surrogates."""
        request = current_record()
        members = describe(self.status, self.detail)
        if request is not None:
            members["request_id"] = request.request_id
        if self.errors:
            members["errors"] = self.errors
        return Response(
            json.dumps(members),
            status_code=self.status,
            headers=dict(self.headers),
            media_type=MEDIA_TYPE,
        )


def make_overloaded(queued_tokens: int, queued_s: float) -> Problem:
    """The problem of a request that came while too much was waiting.

    The status is 429 and not 503: load balancers take a backend out after a few responses of 5xx, and proxies send such
    requests again at once, which makes an overload worse.

    Args:
        queued_tokens: Tokens that wait, by estimate.
        queued_s: Seconds that they will take. Rounded up, they are the ``Retry-After``.
    """
    retry_s = max(1, math.ceil(queued_s))
    again = "in a second" if retry_s == 1 else f"in {retry_s} seconds"
    detail = f"texts of some {queued_tokens} tokens are already waiting; try again {again}"
    return Problem(429, detail, headers={"Retry-After": str(retry_s)})


def make_unavailable(reason: str) -> Problem:
    """The problem of a request to a server that does not predict now: it starts, stops, or is about to be replaced."""
    return Problem(503, f"{reason}; try again in a second", headers={"Retry-After": str(RETRY_AFTER_S)})


def make_late(timeout_s: float) -> Problem:
    """The problem of a request whose deadline has passed."""
    return Problem(
        504, f"the texts were not predicted within {timeout_s:g} seconds; send fewer at a time, or try again later"
    )


def describe(status: int, detail: str) -> dict[str, Any]:
    """The members that every problem has."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def document(*statuses: int, examples: Mapping[int, str] = EXAMPLES) -> dict[int | str, dict[str, Any]]:
    """OpenAPI descriptions of the problems that a route can respond with, an example of ``detail`` each."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            **({"headers": HEADERS[status]} if status in HEADERS else {}),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": describe(status, examples[status]),
                }
            },
        }
        for status in statuses
    }


def add_handlers(app: FastAPI) -> None:
    """Make every error response of an application a problem."""
    app.add_exception_handler(Problem, _handle_problem)  # type: ignore[arg-type]
    app.add_exception_handler(ClientDisconnect, _handle_disconnect)
    app.add_exception_handler(HTTPException, _handle_http_exception)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _handle_failure)


async def _handle_problem(_: Request, problem: Problem) -> Response:
    return problem.to_response()


async def _handle_disconnect(_: Request, __: Exception) -> Response:
    return Response(status_code=CLIENT_CLOSED_REQUEST)  # nobody reads it


async def _handle_http_exception(request: Request, error: HTTPException) -> Response:
    path = request.url.path
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            problem = Problem(404, f"there is nothing at {path}; the API is described at /swagger-ui")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = ", ".join(_list_methods(request.app, path))
            detail = f"{request.method} is not allowed here; expected {allowed}"
            problem = Problem(405, detail, headers={"Allow": allowed})
        case status:
            problem = Problem(status, HTTPStatus(status).phrase, headers=error.headers or {})
    return problem.to_response()


def _list_methods(app: FastAPI, path: str) -> list[str]:
    # The framework's own Allow header names the methods of the first route at a path only.
    documented = app.openapi()["paths"].get(path, {"get": None})  # pages and their files are not documented
    methods = {method.upper() for method in documented}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


async def _handle_failure(_: Request, __: Exception) -> Response:
    # The framework re-raises the error after this response: the server logs it and closes the connection.
    return Problem(500, EXAMPLES[500], headers={"Connection": "close"}).to_response()

"""Errors as RFC 9457 problem details: what came, what was expected, what to do.

https://www.rfc-editor.org/rfc/rfc9457
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem as RFC 9457 describes it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Always about:blank: the status says what kind it is."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "description": "The HTTP status code."},
        "detail": {"type": "string", "description": "What came, what was expected, and what to do."},
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
    400: "the body is not valid JSON: Expecting value at line 1, column 10",
    404: "nothing is at /tweet; the API is described at /swagger-ui",
    405: "DELETE is not possible here; possible: GET, POST",
    408: "the body did not arrive within 10 seconds",
    413: "the body is larger than 1048576 bytes; send less at a time",
    415: "the content type is 'text/plain'; expected application/json, in UTF-8",
    422: "text: missing; expected it in the request",
    500: "the server failed to answer; the failure has been logged",
    503: "4096 texts are waiting already; try again in a second",
}
"""An example of ``detail`` for each status that the API answers with."""


@dataclass
class Problem(Exception):  # noqa: N818 - the name that RFC 9457 gives it
    """A request that cannot be answered.

    Attributes:
        status: HTTP status code, 400 to 599.
        detail: What came, what was expected, what to do.
        errors: Each field that does not fit, as ``{"field": …, "message": …}``.
        headers: Headers to send along.
    """

    status: int
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_response(self) -> Response:
        """The problem as a response; non-ASCII is escaped, so that even lone surrogates can be told of."""
        return Response(
            json.dumps(describe(self.status, self.detail) | ({"errors": self.errors} if self.errors else {})),
            status_code=self.status,
            headers=dict(self.headers),
            media_type=MEDIA_TYPE,
        )


def describe(status: int, detail: str) -> dict[str, Any]:
    """The members that every problem has."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def document(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI descriptions of the problems that a route can answer with, an example each."""
    retry = {"Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}}}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            **({"headers": retry} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": describe(status, EXAMPLES[status]),
                }
            },
        }
        for status in statuses
    }


def handle_problems(app: FastAPI) -> None:
    """Answer every error of ``app`` as a problem; what is not the caller's fault is logged and answered bare."""

    async def answer_problem(_: Request, problem: Problem) -> Response:
        return problem.to_response()

    async def answer_http(request: Request, error: HTTPException) -> Response:
        status, headers = error.status_code, error.headers or {}
        detail = HTTPStatus(status).phrase
        if status == HTTPStatus.NOT_FOUND:
            detail = f"nothing is at {request.url.path}; the API is described at /swagger-ui"
        elif status == HTTPStatus.METHOD_NOT_ALLOWED:
            # Of several routes at one path, the framework names only the first one's methods.
            methods = app.openapi()["paths"].get(request.url.path, {"get": None})
            headers = {"Allow": ", ".join(method.upper() for method in methods)}
            detail = f"{request.method} is not possible here; possible: {headers['Allow']}"
        return Problem(status, detail, headers=headers).to_response()

    async def answer_failure(_: Request, __: Exception) -> Response:
        # The server logs the traceback and then closes the connection.
        return Problem(500, EXAMPLES[500], headers={"Connection": "close"}).to_response()

    app.add_exception_handler(Problem, answer_problem)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, answer_http)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, answer_failure)

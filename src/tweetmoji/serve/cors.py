"""Which pages of other origins may use the API: none, unless the settings name them.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from tweetmoji.serve.problems import Problem


class CrossOrigin(CORSMiddleware):
    """Starlette's middleware, for the methods and headers of this API, with problems as error responses."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        """Allow some origins.

        Args:
            app: What handles the requests.
            origins: Such as ``https://example.org``, or ``*`` for any.
        """
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers=("Authorization", "Content-Type", "X-Request-ID"),
            expose_headers=("Retry-After", "X-Request-ID"),
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """Respond to the question of a browser before the request itself."""
        response = super().preflight_response(request_headers)
        if response.status_code == HTTPStatus.OK:
            return response
        headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
        return Problem(response.status_code, bytes(response.body).decode("ascii"), headers=headers).to_response()

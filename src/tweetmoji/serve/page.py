"""The page at ``/``: its files, and the Content-Security-Policy under which it talks to this server alone.

The files are in ``static/``. They name each other and the API by relative URLs, so the page works below any path.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

FILES_PATH: Final = "/page"
INDEX: Final = "index.html"

CONTENT_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
"""Suffix of a file to its content type; browsers run no module of another type than text/javascript."""

POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
"""Of every file of the page: nothing inline, nothing from another host."""


@dataclass(frozen=True)
class StaticFile:
    """A file of the page, and the headers that every response with it has."""

    content: bytes
    headers: dict[str, str]

    @property
    def etag(self) -> str:
        """The entity tag: the same for the same content, whichever process serves it."""
        return self.headers["ETag"]


def add_page(app: FastAPI) -> None:
    """Serve the page at ``/`` and its files below `FILES_PATH`."""
    read_files()  # now rather than with the first request
    app.add_api_route("/", _show_index, include_in_schema=False)
    app.add_api_route(f"{FILES_PATH}/{{name}}", _show_file, include_in_schema=False)


@cache
def read_files() -> dict[str, StaticFile]:
    """Read the files of the page, name to file."""
    folder = files("tweetmoji.serve") / "static"
    contents = {entry.name: entry.read_bytes() for entry in folder.iterdir() if not entry.name.startswith(".")}
    return {name: _make_file(name, content) for name, content in contents.items()}


def _make_file(name: str, content: bytes) -> StaticFile:
    headers = {
        "Content-Type": CONTENT_TYPES[name.rpartition(".")[2]],
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",  # keep it, and ask each time whether it is still the same
        "Content-Security-Policy": POLICY,
    }
    return StaticFile(content, headers)


async def _show_index(request: Request) -> Response:
    return _respond(request, read_files()[INDEX])


async def _show_file(request: Request) -> Response:
    name = request.path_params["name"]
    if name == INDEX or name not in read_files():  # the relative URLs of the index are right at / alone
        raise HTTPException(404)
    return _respond(request, read_files()[name])


def _respond(request: Request, file: StaticFile) -> Response:
    """Respond with the file, or with 304 to a browser that has it."""
    if _has_tag(request.headers.get("if-none-match", ""), file.etag):
        headers = {name: value for name, value in file.headers.items() if name != "Content-Type"}
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers=file.headers)


def _has_tag(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names an entity tag, compared weakly as RFC 9110 demands (section 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return etag in tags or tags == ["*"]

"""API keys: who may ask for predictions, the model and the metrics, where keys are set."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from tweetmoji.errors import SettingError
from tweetmoji.serve.problems import Problem
from tweetmoji.serve.settings import KEYS_VARIABLE

MIN_CHARS: Final = 16
"""Characters of the shortest key: 64 bits in hexadecimal digits, too many to try over a network."""

KEY: Final = re.compile(rf"[A-Za-z0-9._~+/-]{{{MIN_CHARS},256}}=*")
"""A key: the ``b64token`` of RFC 6750, section 2.1."""

GUARDED: Final = ("/tweets", "/metrics", "/v1/")
"""Paths that need a key; one that ends in a slash stands for all below it."""

CHALLENGE: Final = 'Bearer realm="tweetmoji"'

SCHEME: Final[dict[str, Any]] = {"type": "http", "scheme": "bearer", "description": "An API key of this server."}
"""Security scheme of the OpenAPI document, called ``key``."""


class ApiKeys:
    """A set of keys, of which only the SHA-256 digests are kept."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._digests = [_digest(key) for key in keys]

    def __len__(self) -> int:
        """How many there are; no request needs one if there are none."""
        return len(self._digests)

    def has(self, key: str) -> bool:
        """Whether a key is one of these. The time that this takes depends neither on the key nor on which one it is."""
        digest = _digest(key)
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return any(matches)

    def replace(self, keys: "ApiKeys") -> None:
        """Take other keys in place of these, for requests that come from now on."""
        self._digests = keys._digests


def read_keys(path: str | None, variable: str | None) -> ApiKeys:
    """Read the keys from a file and a variable.

    Args:
        path: File with one key a line; empty lines and those that begin with # do not count. None for no file.
        variable: Keys separated by commas or white space; None or an empty string for none.

    Raises:
        SettingError: The file cannot be read or holds no key, or a key is malformed. The message never repeats a key.
    """
    keys = [
        _check(key, f"{KEYS_VARIABLE}: key {i}") for i, key in enumerate(re.split(r"[,\s]+", variable or ""), 1) if key
    ]
    if path is None:
        return ApiKeys(keys)
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()  # some editors begin with a mark
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise SettingError(
            f"api_key_file is {path!r}: {reason}; expected a readable file with one key a line"
        ) from None
    found = [(i, line.strip()) for i, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    if not found:
        raise SettingError(f"api_key_file is {path!r}, which holds no key; expected one a line")
    return ApiKeys([*keys, *(_check(key, f"{path}: line {i}") for i, key in found)])


class RequireKey:
    """Middleware that refuses requests to `GUARDED` paths without a key, before it reads their bodies."""

    def __init__(self, app: ASGIApp, *, keys: ApiKeys) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, or respond with 401."""
        if scope["type"] == "http" and len(self._keys) and is_guarded(scope["path"]):
            problem = self._find_problem(Headers(scope=scope))
            if problem is not None:
                await problem.to_response()(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _find_problem(self, headers: Headers) -> Problem | None:
        given = headers.getlist("authorization")
        if not given:
            return _refuse(headers, "this needs an API key; send it as Authorization: Bearer KEY", CHALLENGE)
        scheme, _, key = given[0].partition(" ")
        if len(given) == 1 and scheme.lower() == "bearer" and self._keys.has(key.strip()):
            return None
        return _refuse(
            headers,
            "the API key is not one that this server knows; expected one, as Authorization: Bearer KEY",
            f'{CHALLENGE}, error="invalid_token"',
        )


def is_guarded(path: str) -> bool:
    """Whether a path needs a key."""
    return any(path.startswith(prefix) if prefix.endswith("/") else path == prefix for prefix in GUARDED)


def _refuse(headers: Headers, detail: str, challenge: str) -> Problem:
    """The problem; the connection of a request with a body closes, for nobody reads the body."""
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    closing = {"Connection": "close"} if has_body else {}
    return Problem(401, detail, headers={"WWW-Authenticate": challenge, **closing})


def _check(key: str, where: str) -> str:
    if not KEY.fullmatch(key):
        raise SettingError(
            f"{where} is malformed; expected {MIN_CHARS} to 256 letters, digits or -._~+/ such as openssl rand -hex 32 "
            "makes"
        )
    return key


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()

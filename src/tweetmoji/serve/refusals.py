"""What a connection refuses before there is a request: a problem for its client, and a reason that is counted.

The reasons are few and fixed, so each is a label of a metric.
"""

from dataclasses import dataclass
from typing import Final

from tweetmoji.serve.limits import MAX_HEAD_BYTES, MAX_HEADERS, MAX_PIPELINED, MAX_URL_BYTES
from tweetmoji.serve.problems import RETRY_AFTER_S, Problem

MALFORMED: Final = "malformed"
HEADER_TIMEOUT: Final = "header_timeout"
LONG_URL: Final = "url_too_long"
LARGE_HEADERS: Final = "headers_too_large"
CONNECTIONS: Final = "connections"
PIPELINED: Final = "pipelined"

REASONS: Final = (MALFORMED, HEADER_TIMEOUT, LONG_URL, LARGE_HEADERS, CONNECTIONS, PIPELINED)
"""All reasons, as ``tweetmoji_refused_connections_total`` has them."""

RETRY: Final = {"Retry-After": str(RETRY_AFTER_S)}


@dataclass
class Refusal(Problem):
    """A problem that ends its connection before a request reaches the application.

    Attributes:
        reason: One of `REASONS`.
    """

    reason: str = MALFORMED


def refuse_malformed() -> Refusal:
    """The refusal of bytes that are no HTTP."""
    return Refusal(400, "the bytes are not valid HTTP/1.1; the connection is closed", reason=MALFORMED)


def refuse_late(timeout_s: float) -> Refusal:
    """The refusal of a head that did not arrive in time."""
    detail = f"no complete headers arrived within {timeout_s:g} seconds; send the request again"
    return Refusal(408, detail, reason=HEADER_TIMEOUT)


def refuse_large_head(url_bytes: int) -> Refusal:
    """The refusal of a head over `MAX_HEAD_BYTES`, or of its URL if that is over `MAX_URL_BYTES`."""
    if url_bytes > MAX_URL_BYTES:
        detail = f"the URL is longer than {MAX_URL_BYTES} bytes; POST the text"
        return Refusal(414, detail, reason=LONG_URL)
    detail = f"the headers are longer than {MAX_HEAD_BYTES} bytes; send fewer or shorter ones"
    return Refusal(431, detail, reason=LARGE_HEADERS)


def refuse_headers(count: int) -> Refusal:
    """The refusal of more than `MAX_HEADERS` headers."""
    return Refusal(431, f"{count} headers; expected at most {MAX_HEADERS}", reason=LARGE_HEADERS)


def refuse_connection(limit: int) -> Refusal:
    """The refusal of one connection too many."""
    return Refusal(429, f"{limit} connections are open; try again later", headers=RETRY, reason=CONNECTIONS)


def refuse_pipelined() -> Refusal:
    """The refusal of one more than `MAX_PIPELINED` requests at a time."""
    detail = f"more than {MAX_PIPELINED} requests at a time on one connection; wait for their responses"
    return Refusal(429, detail, headers=RETRY, reason=PIPELINED)

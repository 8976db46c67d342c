"""Settings of the server, and the limits that are part of the API's contract."""

import re
from dataclasses import dataclass
from typing import Final

from tweetmoji.errors import SettingError
from tweetmoji.settings import check_settings, setting

MAX_BODY_BYTES: Final = 1 << 20
"""Largest request body: 1 MiB, room for 1,024 texts of a thousand characters."""

MAX_TEXTS: Final = 1024
"""Most texts in one request to ``/v1/predictions`` or ``/v1/suggestions``."""

KEYS_VARIABLE: Final = "TWEETMOJI_API_KEYS"
"""Environment variable with API keys, separated by commas or white space. There is no such flag: the arguments of a
process are no secret."""

MAX_SUGGESTIONS: Final = 100
"""Most suggestions for each text: with `MAX_TEXTS` texts a response of some 5 MB."""


LOAD: Final = "Load"
CONNECTIONS: Final = "Connections"
ACCESS: Final = "Access"
LOG: Final = "Log"
STOP: Final = "Stops and faults"


@dataclass(frozen=True)
class ServeSettings:
    """Settings of the server, validated at construction.

    Raises:
        SettingError: A value is of the wrong type or outside its range.
    """

    host: str = setting("127.0.0.1", "Address to listen on; 0.0.0.0 for every address of this machine.")
    port: int = setting(
        5000,
        "Port to listen on; 0 for any free port. In the container, set the variable: its health check reads it too.",
        minimum=0,
        maximum=65535,
    )
    threads: int | None = setting(
        None, "Cores that predict at the same time; leave it out for all.", minimum=1, maximum=1024
    )
    queue_ms: int = setting(
        10_000,
        "Longest wait in milliseconds, by the rate measured; further requests get 429. An idle server accepts any.",
        minimum=1,
        maximum=3_600_000,
        group=LOAD,
    )
    timeout_s: float = setting(
        30.0,
        "Seconds from a request's admission to its response, more than the longest wait; after them it gets 504.",
        minimum=0.1,
        maximum=86_400,
        group=LOAD,
    )
    connections: int = setting(
        1024,
        "Most connections at a time; one more gets 429 and is closed.",
        minimum=1,
        maximum=1_000_000,
        group=CONNECTIONS,
    )
    header_timeout_s: float = setting(
        10.0,
        "Seconds that a request line and headers may take to arrive.",
        minimum=0.1,
        maximum=3600,
        group=CONNECTIONS,
    )
    body_timeout_s: float = setting(
        10.0, "Seconds that the body of a request may take to arrive.", minimum=0.1, maximum=3600, group=CONNECTIONS
    )
    keep_alive_s: float = setting(
        5.0, "Seconds that a connection may be idle after a response.", minimum=0.1, maximum=3600, group=CONNECTIONS
    )
    api_key_file: str | None = setting(
        None,
        "File with one API key a line, # for comments: /tweets, /v1/ and /metrics then need one as a bearer token.",
        group=ACCESS,
    )
    cors_origin: tuple[str, ...] = setting(
        (),
        "Origin such as https://example.org whose pages may use the API; repeat it for more, * for any.",
        group=ACCESS,
    )
    access_log: bool = setting(False, "Log every request, without its texts.", group=LOG)
    log_format: str = setting(
        "text", "Format of the log: lines for people, or JSON objects.", choices=("text", "json"), group=LOG
    )
    log_texts: bool = setting(
        False, "Log the texts too: people wrote them, and some are private. Needs --access-log.", group=LOG
    )
    drain_s: float = setting(
        1.0,
        "Seconds after SIGTERM in which /readyz is 503 and requests are still taken; none after Ctrl-C.",
        minimum=0,
        maximum=3600,
        group=STOP,
    )
    shutdown_timeout_s: int = setting(
        10, "Seconds that open requests may take to finish when the server stops.", minimum=0, maximum=3600, group=STOP
    )
    hang_s: float = setting(
        60.0,
        "Seconds of computing after which a worker counts as hung: /readyz is 503, and the process ends with an error.",
        minimum=0.1,
        maximum=86_400,
        group=STOP,
    )

    def __post_init__(self) -> None:
        check_settings(self)
        for origin in self.cors_origin:
            _check_origin(origin)
        if self.timeout_s <= self.queue_ms / 1000:
            raise SettingError(
                f"timeout_s is {self.timeout_s:g} and queue_ms {self.queue_ms}; expected a timeout that is longer than "
                "the wait in the queue: raise timeout_s or lower queue_ms"
            )
        if self.log_texts and not self.access_log:
            raise SettingError("log_texts is true and access_log false; expected both, for texts are logged by request")


def _check_origin(origin: str) -> None:
    """Refuse what no browser sends as an origin: it would allow nobody."""
    if origin != "*" and not re.fullmatch(r"https?://[a-z0-9.\-\[\]:]+", origin):
        raise SettingError(
            f"cors_origin is {origin!r}; expected an origin in lower case and without a path, such as "
            "https://example.org, or * for any"
        )

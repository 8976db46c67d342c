"""What a connection may cost: the limits, and the open files that as many connections need."""

import logging
import sys
from dataclasses import dataclass, field
from typing import Any, Final

from tweetmoji.serve.settings import ServeSettings

logger = logging.getLogger(__name__)

MAX_URL_BYTES: Final = 65_535
"""Longest URL: httptools parses no longer one."""

MAX_HEAD_BYTES: Final = MAX_URL_BYTES + (1 << 14)
"""Most bytes of a request line and headers: 16 KiB more than the longest URL. Browsers and proxies send some 2 KiB."""

MAX_HEADERS: Final = 100
"""Most headers of a request, as Apache has it (https://httpd.apache.org/docs/2.4/mod/core.html#limitrequestfields)."""

MAX_PIPELINED: Final = 64
"""Most requests that a connection may have open at a time: pipelining is rare, and each takes a few KiB."""

LINGER_S: Final = 1.0
"""Seconds from the last response to the end of the connection if the client may still be sending: enough to read it."""

LINGER_BYTES: Final = 1 << 16
"""Most bytes that are read and thrown away meanwhile; more end the connection at once."""

MAX_REFUSED: Final = 64
"""Most connections beyond the limit that stay for `LINGER_S`; further ones end at once."""

SEND_TIMEOUT_S: Final = 30.0
"""Seconds in which a client must take something of a response that is waiting for it."""

ACCEPTS: Final = 256
"""Connections that the event loop accepts in one turn."""

TURNS: Final = 4
"""Turns of the event loop from accepting a connection to closing it, if it is refused; meanwhile it takes a file."""

RESERVED_FILES: Final = 64 + MAX_REFUSED
"""Files that the process needs for itself, some 20, and for connections that it has refused."""


@dataclass(frozen=True)
class ConnectionLimits:
    """Limits of the connections of a server.

    Attributes:
        connections: Most connections at a time.
        accepts: See `ACCEPTS`.
        header_timeout_s: Seconds that a request line and headers may take to arrive.
        send_timeout_s: See `SEND_TIMEOUT_S`.
        linger_s: See `LINGER_S`.
        refused: The connections beyond the limit that are still open for their client to read why.
    """

    connections: int
    accepts: int
    header_timeout_s: float
    send_timeout_s: float = SEND_TIMEOUT_S
    linger_s: float = LINGER_S
    refused: set[Any] = field(default_factory=set)


def make_limits(settings: ServeSettings) -> ConnectionLimits:
    """Make the limits, after raising the limit of open files where the connections need it.

    At the limit of open files nothing is accepted and nobody is told; asyncio logs as fast as it can. So fewer
    connections are allowed where the system gives fewer files, with a warning.
    """
    connections, accepts = settings.connections, ACCEPTS
    needed = RESERVED_FILES + TURNS * accepts + connections
    files = allow_files(needed)
    if files < needed:
        spare = max(files - RESERVED_FILES, 2 * TURNS)
        accepts = min(accepts, max(1, spare // (4 * TURNS), (spare - connections) // TURNS))
        connections = min(connections, spare - TURNS * accepts)
    if connections < settings.connections:
        logger.warning(
            "%d connections need %d open files, and the system allows %d: at most %d connections; raise ulimit -n, or "
            "lower --connections",
            settings.connections,
            needed,
            files,
            connections,
        )
    return ConnectionLimits(connections, accepts, settings.header_timeout_s)


def allow_files(needed: int) -> int:
    """Raise the soft limit of open files if it is lower than needed and may be raised.

    Returns:
        How many files may be open now; ``needed`` where the system has no such limit.
    """
    if sys.platform == "win32":
        return needed
    import resource  # Unix has it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return needed
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    except (OSError, ValueError):  # macOS allows less than its hard limit says
        return soft
    return allowed

"""What is known of the request at hand: its id, and the work that it brought. Any code that runs for it can ask."""

import random
import re
import threading
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._~+/=:@-]{1,128}")
"""A well-formed request id: what UUIDs, base64 and trace ids are made of, and nothing that breaks a log or a header."""


@dataclass
class RequestRecord:
    """What a request is and brought.

    Attributes:
        request_id: Its id, which a response, a problem and the log repeat.
        texts: Its texts.
        tokens: Tokens that were read of them.
    """

    request_id: str
    texts: Sequence[str] = ()
    tokens: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add_tokens(self, tokens: int) -> None:
        """Add the tokens of some texts, in any thread."""
        with self._lock:
            self.tokens += tokens


_CURRENT: ContextVar[RequestRecord | None] = ContextVar("tweetmoji_request", default=None)


def begin_record(given: Sequence[str]) -> RequestRecord:
    """Begin the record of a request, for the code that runs in this context from now on.

    Args:
        given: The ids that the client gave; one that is well formed and the only one is taken.
    """
    known = len(given) == 1 and REQUEST_ID.fullmatch(given[0])
    # an id is unique and no secret: os.urandom is a system call, after which the event loop waits for the workers
    record = RequestRecord(given[0] if known else f"{random.getrandbits(128):032x}")
    _CURRENT.set(record)
    return record


def current_record() -> RequestRecord | None:
    """The record of the request that this code runs for; None outside of one."""
    return _CURRENT.get()

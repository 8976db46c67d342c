"""The HTTP of a connection: uvicorn's protocol over httptools, with limits and with problems as error responses.

What is refused here never becomes a request of the application: a connection too many, headers that are too large, too
many or too late, and what is no HTTP. Each gets a problem, and its connection ends.
"""

from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections.abc import Callable
from contextvars import Context
from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tweetmoji.serve.limits import (
    LINGER_BYTES,
    MAX_HEAD_BYTES,
    MAX_HEADERS,
    MAX_PIPELINED,
    MAX_REFUSED,
    MAX_URL_BYTES,
    ConnectionLimits,
)
from tweetmoji.serve.middleware import SECURITY_HEADERS, STRICT_POLICY
from tweetmoji.serve.refusals import (
    Refusal,
    refuse_connection,
    refuse_headers,
    refuse_large_head,
    refuse_late,
    refuse_malformed,
    refuse_pipelined,
)

FRAMING_BYTES: Final = 4
"""Bytes of a header line beside name and value: colon, space, line break."""

OnRefusal = Callable[[Refusal, tuple[str, int] | None], None]
"""Called with a refusal, and the client's address if it is known."""


class LingeringTransport:
    """A connection's transport with another `close`, and a `write` that sends head and body of a response at once.

    All else goes to the transport that it wraps.
    """

    def __init__(self, transport: Transport, loop: AbstractEventLoop, close: Callable[[], None]) -> None:
        self.close = close
        self.closed = False
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send data at the end of the event loop's turn, with all that is written until then: one system call."""
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)

    def flush(self) -> None:
        """Send what has been written, if the connection still takes it."""
        if self._held and not self._transport.is_closing():
            self._transport.write(b"".join(self._held))
        self._held.clear()

    def is_closing(self) -> bool:
        """Whether nothing may be written any more."""
        return self.closed or self._transport.is_closing()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._transport, name)


class LimitedProtocol(HttpToolsProtocol):
    """A connection within `ConnectionLimits`."""

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401
        limits: ConnectionLimits,
        on_refusal: OnRefusal,
        **options: Any,  # noqa: ANN401
    ) -> None:
        """Make the protocol of a connection to come; uvicorn passes all arguments but ``limits`` and ``on_refusal``."""
        super().__init__(*arguments, **options)
        self._limits = limits
        self._on_refusal = on_refusal
        self._raw: Transport
        self._lingering: LingeringTransport
        self._refusal: Refusal | None = None
        self._in_head = False
        self._chunk_bytes = 0  # of the chunk that is parsed
        self._head_bytes = 0  # of the head, in the chunks before
        self._idle_bytes = 0  # of chunks within a body that brought nothing of it
        self._discarded_bytes = 0
        self._head_timer: TimerHandle | None = None
        self._end_timer: TimerHandle | None = None

    # The connection begins and ends

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Take the connection, or refuse one too many."""
        self._raw = transport
        self._lingering = LingeringTransport(transport, self.loop, self._close)
        super().connection_made(self._lingering)  # type: ignore[arg-type]
        if len(self.connections) <= self._limits.connections:
            self._await_head()
            return
        self.connections.discard(self)
        self._limits.refused.add(self)
        self._refuse(refuse_connection(self._limits.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._limits.refused.discard(self)
        self._stop_timers()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait until the client has read, but not for ever."""
        super().pause_writing()
        self._await_sending()

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        if self._end_timer is not None and not self.transport.is_closing():
            self._end_timer.cancel()
            self._end_timer = None

    def _close(self) -> None:
        """End the connection, once the response is sent and, if the client may still be sending, can be read."""
        if self._lingering.is_closing():
            return
        self._stop_timers()
        self._unset_keepalive_if_required()
        self._lingering.flush()
        self._lingering.closed = True
        sending = self._refusal is not None or (self.cycle is not None and self.cycle.more_body)
        if sending and self._raw.can_write_eof() and len(self._limits.refused) <= MAX_REFUSED:
            # To close with unread input resets the connection, and some systems then drop the response that waits at
            # the client (RFC 9112, section 9.6). So this end says that it is done, and waits for the other to say so.
            self._raw.write_eof()
            self.flow.resume_reading()
            self._end_timer = self.loop.call_later(self._limits.linger_s, self._raw.abort)
            return
        self._raw.close()
        if self._raw.get_write_buffer_size():
            self._await_sending()

    def _await_sending(self) -> None:
        """End the connection if its client takes nothing of what is waiting for it."""
        waiting = self._raw.get_write_buffer_size()

        def check() -> None:
            self._end_timer = None
            if self._raw.get_write_buffer_size() < waiting:
                self._await_sending()
            else:
                self._raw.abort()

        self._end_timer = self.loop.call_later(self._limits.send_timeout_s, check)

    def _await_head(self) -> None:
        """Refuse the next head if it is late. More of it does not extend the time."""
        if self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(self._limits.header_timeout_s, self._refuse_late_head)

    def _stop_timers(self) -> None:
        for timer in (self._head_timer, self._end_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._end_timer = None

    # Bytes come

    def data_received(self, data: bytes) -> None:
        """Parse what comes, or throw it away after what has been refused."""
        if self._refusal is not None or self.transport.is_closing():
            self._discard(len(data))
            return
        self._unset_keepalive_if_required()
        if not self._in_head and self.cycle is not None and self.cycle.more_body:
            self._receive_body(data)
            return
        continued = self._in_head
        self._chunk_bytes = len(data)
        self._parse(data)
        idle = self.cycle is None or self.cycle.response_complete
        if self._in_head and (continued or idle):  # then all of the chunk is of this head
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES and self._refusal is None:
                self._refuse(refuse_large_head(len(self.url)))
        if idle:
            self._await_head()

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.cycle.keep_alive = False  # nothing is upgraded, and the parser has read no further
        except httptools.HttpParserError:
            self._refuse(self._refusal or refuse_malformed())

    def _receive_body(self, data: bytes) -> None:
        """Parse more of a body, and limit what comes without being of it: extensions of chunks, trailers."""
        cycle = self.cycle
        size = len(cycle.body)
        self._parse(data)
        if cycle.more_body and len(cycle.body) == size and self._refusal is None:
            self._idle_bytes += len(data)
            if self._idle_bytes > MAX_HEAD_BYTES:
                self._refuse(refuse_large_head(len(self.url)))

    def _discard(self, size: int) -> None:
        self._discarded_bytes += size
        if self._discarded_bytes > LINGER_BYTES:
            self._raw.abort() if self.transport.is_closing() else self.flow.pause_reading()

    # The parser calls

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = self._idle_bytes = 0

    def on_headers_complete(self) -> None:
        """Hand the request on, unless its head is over a limit."""
        self._refusal = self._find_excess()
        if self._refusal is not None:
            raise self._refusal  # which stops the parser
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        super().on_headers_complete()
        self._in_head = False
        self.headers = []  # for the trailers after a chunked body, which are no headers of the request

    def _find_excess(self) -> Refusal | None:
        if len(self.headers) > MAX_HEADERS:
            return refuse_headers(len(self.headers))
        if len(self.url) > MAX_URL_BYTES:
            return refuse_large_head(len(self.url))
        if self._head_bytes + self._chunk_bytes > MAX_HEAD_BYTES:  # the head is at most as long
            sizes = [len(name) + len(value) + FRAMING_BYTES for name, value in self.headers]
            if len(self.url) + sum(sizes) > MAX_HEAD_BYTES:
                return refuse_large_head(len(self.url))
        return refuse_pipelined() if len(self.pipeline) >= MAX_PIPELINED else None

    # A refusal

    def _refuse_late_head(self) -> None:
        self._head_timer = None
        self._refuse(refuse_late(self._limits.header_timeout_s))

    def _refuse(self, refusal: Refusal) -> None:
        """Respond with a problem and close the connection, after the responses to earlier requests."""
        self._refusal = refusal
        self._on_refusal(refusal, self.client)
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            self._respond()
        elif self._in_head or not cycle.more_body:
            pass  # it is not the open request that is refused, but one after it
        elif self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()  # its turn has not come
        elif cycle.response_started:
            self.transport.close()
        else:
            cycle.disconnected = True  # the application hears that nobody waits any more
            cycle.message_event.set()
            self._respond()

    def on_response_complete(self) -> None:
        """Turn to the next request, or refuse what came after this one."""
        if self._refusal is None or self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            if self._in_head and self.cycle.response_complete:  # the next one has begun, so this is no idle connection
                self._unset_keepalive_if_required()
                self._await_head()
        else:
            self.server_state.total_requests += 1
            self._respond()

    def _respond(self) -> None:
        """Send the refusal and close the connection."""
        if self._refusal is None:
            return
        # in no request's context: one before it on this connection has an id, which is not that of the refusal
        response = Context().run(self._refusal.to_response)
        headers = [
            *self.server_state.default_headers,
            *response.raw_headers,
            *SECURITY_HEADERS,
            STRICT_POLICY,
            (b"connection", b"close"),
        ]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(STATUS_LINE[response.status_code] + head + b"\r\n" + bytes(response.body))
        self.transport.close()

"""How the server stops: load balancers hear of it first, then accepted requests finish, then the process ends."""

import asyncio
import itertools
import logging
import signal
import socket
import time
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tweetmoji.serve.predictor import Predictor
from tweetmoji.serve.problems import make_unavailable
from tweetmoji.serve.reloading import Reloader

logger = logging.getLogger(__name__)

TICK_S: Final = 0.1
"""Seconds between two looks at the workers: as long as uvicorn's own."""

SETTLE_S: Final = 0.05
"""Seconds from the end of listening until idle connections are closed: what they have sent by then is read and gets its
response."""


BACKLOG: Final = 2048
"""Connections that may wait for the event loop to accept them, as uvicorn has it."""


class DrainingServer(uvicorn.Server):
    """uvicorn's server, which goes on serving for a while after it was told to stop, and stops when a worker hangs.

    It also loads the model again where it was told to.

    Attributes:
        hung: Whether it stops because a worker hangs, so that the process must not end well.
    """

    def __init__(
        self, config: uvicorn.Config, predictor: Predictor, *, drain_s: float, reloader: Reloader | None = None
    ) -> None:
        """Make a server.

        Args:
            config: uvicorn's settings.
            predictor: The predictor of the application that is served.
            drain_s: Seconds from SIGTERM until the server stops listening. Ctrl-C or a second signal ends them at once.
            reloader: What SIGHUP loads again; None for nothing.
        """
        super().__init__(config)
        self.hung = False
        self._predictor = predictor
        self._drain_s = drain_s
        self._reloader = reloader
        predictor.metrics.watch_connections(lambda: len(self.server_state.connections))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, in a signal handler."""
        if sig == signal.SIGINT or self.should_exit:
            self._drain_s = 0.0
        self._predictor.drain()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and let as many connections wait as `BACKLOG` says: uvicorn's number is that of one turn's accepts."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)

    async def on_tick(self, counter: int) -> bool:
        """Look after the workers; whether to stop."""
        self._predictor.workers.replace_dead()
        if self._reloader:
            self._reloader.start_requested()
        if self._predictor.workers.hung and not self.hung:
            logger.error("a worker hangs; the server stops, for its supervisor to start it again")
            self.hung = self.should_exit = True
        return await super().on_tick(counter)

    async def main_loop(self) -> None:
        """Serve until told to stop, then until the drain is over."""
        await super().main_loop()
        self._predictor.drain()
        started_s = time.monotonic()
        for counter in itertools.count(1):
            if time.monotonic() - started_s >= self._drain_s:
                return
            await asyncio.sleep(TICK_S)
            await self.on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, read what has been sent, and finish it."""
        for server in self.servers:
            server.close()
        await asyncio.sleep(SETTLE_S)
        await super().shutdown(sockets)


class StopResponses:
    """Middleware for what clients see of a stop.

    While the server drains, responses ask for the end of the connection, so that no client sends its next request on
    one that is about to close. And a request that the server cancels, as it does with those that are open at the
    shutdown limit, gets a problem.
    """

    def __init__(self, app: ASGIApp, *, predictor: Predictor) -> None:
        self._app = app
        self._predictor = predictor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_closing(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if self._predictor.draining:
                    kept = [header for header in message.get("headers", ()) if header[0].lower() != b"connection"]
                    message["headers"] = [*kept, (b"connection", b"close")]
            await send(message)

        try:
            await self._app(scope, receive, send_closing)
        except asyncio.CancelledError:
            # Only the server cancels a request, and would log what it raises with a traceback. A response that has
            # begun cannot be replaced: its connection closes.
            if not started:
                problem = make_unavailable("the server stopped before the request was done")
                await problem.to_response()(scope, receive, send_closing)

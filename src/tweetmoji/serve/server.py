"""The process that serves: it loads the model, takes the port, and runs until it is told to stop."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import prometheus_client
import uvicorn
from fastapi import FastAPI

from tweetmoji.errors import ServeError
from tweetmoji.runtime.emojifier import load
from tweetmoji.serve.app import create_app
from tweetmoji.serve.keys import read_keys
from tweetmoji.serve.limits import make_limits
from tweetmoji.serve.logs import log_json
from tweetmoji.serve.memory import map_large_blocks
from tweetmoji.serve.observing import note_refusal
from tweetmoji.serve.protocol import LimitedProtocol
from tweetmoji.serve.reloading import Reloader, Terminal
from tweetmoji.serve.settings import KEYS_VARIABLE, ServeSettings
from tweetmoji.serve.stopping import BACKLOG, DrainingServer

logger = logging.getLogger(__name__)

END_S: Final = 1.0
"""Seconds that workers have to end after the application has, which waits for them itself: idle ones take no time."""


def serve(settings: ServeSettings, model: Path | None = None, prior: str | Mapping[str, float] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C; nothing listens before the model is loaded. SIGHUP loads model and keys again.

    API keys are those of the settings' file and of the environment variable ``TWEETMOJI_API_KEYS``.

    Args:
        settings: Settings of the server.
        model: Model folder; None for the one that ships with the package.
        prior: As `load` takes it.

    Raises:
        ArtifactError: The model cannot be loaded.
        SettingError: The prior does not fit the model, or the API keys cannot be read.
        ServeError: The address cannot be listened on.
        SystemExit: 1, because a worker hung: whoever started the process is to start it again.
    """
    if settings.log_format == "json":
        log_json()
    map_large_blocks()  # before the first model, whose memory is to go back too when another takes its place
    # one more series for each, which no query here needs
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
    load_model = partial(load, model, prior=prior)
    load_keys = partial(read_keys, settings.api_key_file, os.environ.get(KEYS_VARIABLE))
    api_keys = load_keys()
    app = create_app(load_model(), settings, api_keys)
    reloader = Reloader(app.state.predictor, api_keys, load_model=load_model, read_keys=load_keys)
    server = make_server(app, settings, reloader)
    reload_at_hangup(server, reloader)
    with listen(settings) as listener:
        logger.info("tweetmoji serves on %s (open it in a browser); Ctrl-C ends it", _name_url(listener))
        # For a signal that comes before uvicorn handles signals itself, and for the one that it raises again after a
        # clean shutdown, of which the process would die.
        signal.signal(signal.SIGTERM, server.handle_exit)
        try:
            server.run(sockets=[listener])
        finally:
            if not app.state.predictor.close(timeout_s=0 if server.force_exit else END_S):
                _abandon_workers(interrupted=server.force_exit)
    if server.hung:
        sys.exit(1)


def reload_at_hangup(server: DrainingServer, reloader: Reloader) -> None:
    """Let SIGHUP load again, or stop the server if it says that its terminal was closed."""
    if not hasattr(signal, "SIGHUP"):
        return  # Windows
    terminal = Terminal()

    def hear(number: int, frame: FrameType | None) -> None:
        if terminal.gone:
            server.handle_exit(number, frame)
        else:
            reloader.request()

    signal.signal(signal.SIGHUP, hear)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})  # the command blocks it while it starts


def make_server(app: FastAPI, settings: ServeSettings, reloader: Reloader | None = None) -> DrainingServer:
    """Make the HTTP server that runs an application of `create_app`."""
    limits = make_limits(settings)
    hear = partial(note_refusal, metrics=app.state.predictor.metrics.requests, log_access=settings.access_log)
    config = uvicorn.Config(
        app,
        http=partial(LimitedProtocol, limits=limits, on_refusal=hear),  # type: ignore[arg-type]  # it only calls it
        backlog=limits.accepts,  # so that a burst cannot take more files than there are; `startup` sets the backlog
        timeout_keep_alive=settings.keep_alive_s,  # type: ignore[arg-type]  # it only adds it to a time
        log_config=None,  # what it logs goes where our own lines go, in the same format
        log_level="warning",
        access_log=False,  # its lines hold queries, and with them texts; see tweetmoji.serve.observing
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_timeout_s,
        lifespan="on",
        ws="none",
    )
    return DrainingServer(config, app.state.predictor, drain_s=settings.drain_s, reloader=reloader)


def listen(settings: ServeSettings) -> socket.socket:
    """Open the socket that accepts connections.

    Raises:
        ServeError: The address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except (OSError, TypeError, ValueError) as error:  # Python has all three for impossible host names
        raise ServeError(
            f"cannot listen on {settings.host}:{settings.port}: {getattr(error, 'strerror', None) or error}; "
            "choose another --host or --port"
        ) from error
    # asyncio sets TCP_NODELAY only on connections of a listener whose protocol says TCP; create_server leaves it 0.
    # Without the option the body of each response waits some 40 ms for the client's delayed ACK of its headers.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())


def _abandon_workers(*, interrupted: bool) -> NoReturn:
    """End the process although a worker still computes: the interpreter's own end may wait for it, or crash."""
    if not interrupted:  # by a second Ctrl-C, which asks for just that
        logger.error("a worker did not end; the process ends without it")
    logging.shutdown()
    os._exit(128 + signal.SIGINT if interrupted else 1)


def _name_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

"""The process that serves: load the model, take the port, answer until told to stop."""

import logging
import signal
import socket
from pathlib import Path

import uvicorn

from tweetmoji.errors import ServeError
from tweetmoji.runtime.emojifier import load
from tweetmoji.serve.app import create_app
from tweetmoji.serve.settings import ServeSettings

logger = logging.getLogger(__name__)


def serve(settings: ServeSettings, model: Path | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C; nothing listens before the model is loaded.

    Raises:
        ArtifactError: The model cannot be loaded.
        ServeError: The address cannot be listened on.
    """
    app = create_app(load(model), settings)
    config = uvicorn.Config(
        app,
        log_level="info" if settings.access_log else "warning",
        access_log=settings.access_log,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_timeout_s,
        lifespan="on",
        ws="none",
    )
    with _listen(settings) as listener:
        logger.info("tweetmoji serves on %s (try /swagger-ui); Ctrl-C ends it", _name_url(listener))
        server = uvicorn.Server(config)
        # For a signal that comes before uvicorn listens to signals itself, and for the one that it raises again
        # after a clean shutdown, of which the process would die.
        signal.signal(signal.SIGTERM, server.handle_exit)
        server.run(sockets=[listener])


def _listen(settings: ServeSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except (OSError, TypeError, ValueError) as error:  # Python has all three for impossible host names
        raise ServeError(
            f"cannot listen on {settings.host}:{settings.port}: {getattr(error, 'strerror', None) or error}; "
            "choose another --host or --port"
        ) from error


def _name_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

"""The REST API: HTTP in, emoji out. Needs the extra ``serve``; run it as ``tweetmoji serve``."""

from typing import TYPE_CHECKING, Any

from tweetmoji.errors import needs_extra
from tweetmoji.serve.settings import ServeSettings

if TYPE_CHECKING:
    from tweetmoji.serve.app import create_app
    from tweetmoji.serve.server import serve

__all__ = ["ServeSettings", "create_app", "serve"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import the web framework on first use: the settings alone do without it."""
    if name not in {"create_app", "serve"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needs_extra("serve"):
        from tweetmoji.serve import app, server
    return app.create_app if name == "create_app" else server.serve

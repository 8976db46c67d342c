"""The ASGI application: its routes, and the OpenAPI document that describes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline

from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.serve import problems
from tweetmoji.serve.cors import CrossOrigin
from tweetmoji.serve.keys import SCHEME, ApiKeys, RequireKey, is_guarded
from tweetmoji.serve.metrics import Metrics
from tweetmoji.serve.middleware import BodyLimits, HeadRequests, HostHeaders, SecurityHeaders
from tweetmoji.serve.observing import Observing, Routes
from tweetmoji.serve.page import add_page
from tweetmoji.serve.predictor import Predictor
from tweetmoji.serve.routes import router
from tweetmoji.serve.scraping import METRICS_PATH, show_metrics
from tweetmoji.serve.settings import MAX_BODY_BYTES, ServeSettings
from tweetmoji.serve.stopping import StopResponses
from tweetmoji.serve.swagger_ui import ASSETS_PATH, SWAGGER_UI_PATH, show_swagger_ui

DESCRIPTION = """
Predicts the emoji that fits a tweet best, with a calibrated confidence: the probability that the tweet has the emotion
that the emoji stands for. Where the model can tell that a text has none, the confidence allows for it.

`GET /tweets` takes the text as the query parameter `text` or, as the first version of this service did, as the JSON
body `{"text": …}`. Browsers send no body with GET: from here, use the parameter, or POST.

Every GET route takes HEAD too. Errors are problem details (RFC 9457, `application/problem+json`). When too much work is
waiting, a request gets 429 with the seconds that the work will take as `Retry-After`.

Before a request reaches its route, it can get 400 for malformed HTTP, 408 for headers that arrive late, 414 for a URL
beyond 65,535 bytes, 429 for a connection too many and 431 for headers that are too large. Each closes the connection.
"""


def create_app(emojifier: Emojifier, settings: ServeSettings | None = None, api_keys: ApiKeys | None = None) -> FastAPI:
    """Create the application that serves a model.

    Args:
        emojifier: The model. The server has workers of its own, whatever number of threads it was loaded with. They
            end with the application's lifespan.
        settings: None for the defaults.
        api_keys: Keys, of which a request needs one; None for no keys. `api_key_file` of the settings is not read here.
    """
    settings = settings or ServeSettings()
    api_keys = api_keys or ApiKeys([])
    metrics = Metrics()
    app: FastAPI = FastAPIOffline(
        routes=router.routes,  # here rather than by include_router: matched before the page's own routes
        docs_url=None,  # the page is ours, for its Content-Security-Policy
        redoc_url=None,
        redirect_slashes=False,  # the redirect would repeat the Host header, whatever it says
        static_url=ASSETS_PATH,
        title="tweetmoji",
        version=version("tweetmoji"),
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=_close_at_shutdown,
    )
    app.state.predictor = Predictor(
        emojifier,
        threads=settings.threads or count_cores(),
        queue_s=settings.queue_ms / 1000,
        timeout_s=settings.timeout_s,
        hang_s=settings.hang_s,
        metrics=metrics,
    )
    app.state.api_keys = api_keys
    problems.add_handlers(app)
    add_page(app)
    app.add_api_route(SWAGGER_UI_PATH, show_swagger_ui, include_in_schema=False)
    app.add_api_route(METRICS_PATH, show_metrics, include_in_schema=False)
    app.add_middleware(BodyLimits, max_bytes=MAX_BODY_BYTES, timeout_s=settings.body_timeout_s)
    app.add_middleware(HeadRequests)
    app.add_middleware(RequireKey, keys=api_keys)
    app.add_middleware(HostHeaders)
    app.add_middleware(StopResponses, predictor=app.state.predictor)
    build_stack = app.build_middleware_stack  # whose outermost layer responds with 500: these two go around it
    outermost = partial(CrossOrigin, origins=settings.cors_origin) if settings.cors_origin else lambda inner: inner
    app.build_middleware_stack = lambda: Observing(  # type: ignore[method-assign]
        SecurityHeaders(outermost(build_stack())),
        routes=Routes(app.routes),
        metrics=metrics.requests,
        access_log=settings.access_log,
        log_texts=settings.log_texts,
    )
    app.openapi = lambda: _describe(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _close_at_shutdown(app: FastAPI) -> AsyncIterator[None]:
    yield
    await asyncio.to_thread(app.state.predictor.close)  # the responses of the last requests leave meanwhile


def _describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once: FastAPI's own, the schema of the problems, and the keys where they are set."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            license_info=app.license_info,
            routes=app.routes,
            servers=[{"url": "."}],  # where the document is, below whatever path a proxy strips
        )
        document["components"]["schemas"]["Problem"] = problems.SCHEMA
        if len(app.state.api_keys):
            _describe_keys(document)
        app.openapi_schema = document
    return app.openapi_schema


def _describe_keys(document: dict[str, Any]) -> None:
    """Say in an OpenAPI document what needs a key, and what comes without one."""
    document["components"]["securitySchemes"] = {"key": SCHEME}
    [refused] = problems.document(401).values()
    for path, operations in document["paths"].items():
        for operation in operations.values() if is_guarded(path) else ():
            operation["security"] = [{"key": []}]
            operation["responses"]["401"] = refused

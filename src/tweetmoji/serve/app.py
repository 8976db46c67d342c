"""The ASGI application: its routes, and the OpenAPI document that describes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.serve import problems, swagger
from tweetmoji.serve.predictor import Predictor
from tweetmoji.serve.routes import add_routes
from tweetmoji.serve.settings import ServeSettings

DESCRIPTION = """
Answers a tweet with the emoji that fits it best, and a calibrated confidence.

`GET /tweets` takes the text as the query parameter `text` or, as the first version of this service did, as the JSON
body `{"text": …}`. Browsers send no body with GET: from here, use the parameter, or POST.

Errors are problem details (RFC 9457, `application/problem+json`).
"""


def create_app(emojifier: Emojifier, settings: ServeSettings | None = None) -> FastAPI:
    """Make the application that answers with a loaded model.

    Args:
        emojifier: The model. Each of the server's workers runs one text at a time.
        settings: None for the defaults.
    """
    settings = settings or ServeSettings()
    predictor = Predictor(emojifier, threads=settings.threads or count_cores(), queue_texts=settings.queue_texts)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        predictor.close()

    app = FastAPI(
        title="tweetmoji",
        version=version("tweetmoji"),
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
    )
    problems.handle_problems(app)
    add_routes(app, predictor, settings)
    swagger.add_pages(app)
    app.openapi = lambda: _describe(app)  # type: ignore[method-assign]
    return app


def _describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once: what FastAPI knows, and the problems that every route can answer with."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            license_info=app.license_info,
            routes=app.routes,
        )
        document["components"]["schemas"]["Problem"] = problems.SCHEMA
        app.openapi_schema = document
    return app.openapi_schema

"""``/swagger-ui``: the API's own page, its scripts served from an installed package, so that it works offline."""

from importlib.resources import files

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles


def add_pages(app: FastAPI) -> None:
    """Add ``/swagger-ui`` with its assets; ``/`` leads there."""
    assets = "/swagger-ui/assets"
    app.mount(assets, StaticFiles(directory=str(files(fastapi_offline) / "static")), name="swagger-assets")

    @app.get("/swagger-ui", include_in_schema=False)
    async def get_swagger_ui() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=f"{app.title} API",
            swagger_js_url=f"{assets}/swagger-ui-bundle.js",
            swagger_css_url=f"{assets}/swagger-ui.css",
            swagger_favicon_url=f"{assets}/favicon.png",
        )

    @app.get("/", include_in_schema=False)
    async def get_root() -> RedirectResponse:
        return RedirectResponse("/swagger-ui")

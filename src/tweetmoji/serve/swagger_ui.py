"""The page with Swagger UI, and the Content-Security-Policy that lets it run and nothing else."""

import base64
import hashlib
import re

from fastapi import Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse

SWAGGER_UI_PATH = "/swagger-ui"
ASSETS_PATH = f"{SWAGGER_UI_PATH}/assets"


async def show_swagger_ui(_: Request) -> HTMLResponse:
    """Swagger UI with the scripts and the document of this server, by relative URLs: it works below any path."""
    assets = ASSETS_PATH.removeprefix("/")
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title="tweetmoji - Swagger UI",
        swagger_js_url=f"{assets}/swagger-ui-bundle.js",
        swagger_css_url=f"{assets}/swagger-ui.css",
        swagger_favicon_url=f"{assets}/favicon.png",
    )
    page.headers["Content-Security-Policy"] = make_policy(bytes(page.body))
    return page


def make_policy(html: bytes) -> str:
    """The policy of a page with Swagger UI: scripts of this server, and the inline ones that it has now, by their hash.

    Swagger UI sets styles inline, and its images are data URLs.
    """
    inline = re.findall(rb"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode('ascii')}'" for script in inline]
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )

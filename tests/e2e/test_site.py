"""The documentation site in a browser, from the disk: `make docs-site` builds it."""

import os
from pathlib import Path

import pytest

SITE = os.environ.get("BUILT_SITE")
pytestmark = pytest.mark.skipif(not SITE, reason="the site is not built: make docs-site")


def test_a_page_from_the_disk_searches_and_asks_no_host(chromium):
    site = Path(SITE).resolve()
    if "not installed" in (site / "assets" / "iframe-worker" / "shim.js").read_text(encoding="utf-8"):
        pytest.skip("built without npm: pages from the disk do not search")
    page = chromium.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / "index.html").as_uri())
    search = page.get_by_role("textbox", name="Search")
    search.click()
    search.type("Retry-After")
    page.locator("a.md-search-result__link").first.wait_for()
    assert "Retry-After" in page.locator(".md-search-result__list").inner_text()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert errors == []

"""A real browser for tests: Chromium, driven by playwright."""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

FLAGS = (
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Visit:
    """A page in a browser of its own, and what it did."""

    page: "Page"
    url: str
    requests: list["Request"] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self):
        """Note every request, and every error that the console shows."""
        self.page.on("request", lambda request: self.requests.append(request))  # takes no builtin
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path="/"):
        self.page.goto(f"{self.url}{path}")
        return self.page

    def list_foreign(self):
        """URLs of requests to other hosts."""
        own = (f"{self.url}/", f"blob:{self.url}/", "data:")
        return [request.url for request in self.requests if not request.url.startswith(own)]


def wait_for_answer(page, label):
    """Wait until the page shows a label, and nothing else, as its answer."""
    page.locator("#label", has_text=re.compile(f"^{label}$")).wait_for()


def require_browser():
    """The browser's program; without one here, the test skips."""
    picture = pytest.importorskip("picture", reason="playwright is not installed")
    try:
        return picture.find_browser()
    except RuntimeError as error:
        pytest.skip(str(error))


@contextmanager
def open_browser():
    """A headless browser; without one here, the test skips."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    binary = require_browser()
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=list(FLAGS))
        yield browser
        browser.close()

"""The page at ``/`` and Swagger UI in a real browser, behind a reverse proxy that strips a prefix of the path."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from tests.browser import wait_for_answer

PREFIX = "/tools/emoji"
OF_A_CONNECTION = {"connection", "content-length", "date", "server", "transfer-encoding"}
"""Headers that a proxy makes itself."""


@dataclass
class Proxy:
    """Where the proxy listens, and the paths outside its prefix that it was asked for."""

    url: str = ""
    stray: list[str] = field(default_factory=list)


@contextmanager
def proxying(upstream):
    """Run a proxy that hands what is below `PREFIX` to a server, without the prefix."""
    proxy, client = Proxy(), httpx.Client(base_url=upstream, timeout=60, trust_env=False)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith(f"{PREFIX}/"):
                self.pass_on()
            else:
                proxy.stray.append(self.path)
                self.send_error(404)

        do_POST = do_GET  # noqa: N815  # the name that http.server looks for

        def pass_on(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            headers["Accept-Encoding"] = "identity"
            found = client.request(self.command, self.path.removeprefix(PREFIX), content=body, headers=headers)
            self.send_response(found.status_code)
            for name, value in found.headers.multi_items():
                if name not in OF_A_CONNECTION:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.content)))
            self.end_headers()
            self.wfile.write(found.content)

        def log_message(self, *_):
            pass

    with client, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        proxy.url = f"http://127.0.0.1:{server.server_port}{PREFIX}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield proxy
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(heads_server):
    """A proxy before the server; in the end, the browser must have asked for nothing outside the prefix."""
    with proxying(heads_server.url) as proxy:
        yield proxy
    assert proxy.stray == []


def test_page_answers_labels_and_links_below_the_prefix(visit, proxy):
    visited = visit(proxy)
    page = visited.open("/#t=happy")
    wait_for_answer(page, "joy")
    page.locator("#tinted mark").first.wait_for()
    page.locator("#suggestions button").first.wait_for()
    page.fill("#lines", "happy\nsad")
    page.click("#run")
    page.locator("#progress-text", has_text="Labeled 2 texts.").wait_for()
    page.fill("#text", "sad")
    wait_for_answer(page, "sadness")
    page.click("#link")
    assert page.url == f"{proxy.url}/#t=sad"
    assert visited.errors == []


def test_swagger_ui_is_reached_and_tries_out_below_the_prefix(visit, proxy):
    visited = visit(proxy)
    page = visited.open()
    page.get_by_role("link", name="the API in Swagger UI").click()
    part = page.locator(".opblock-post[id$=_tweets_post]")
    part.locator(".opblock-summary-control").click()
    part.locator(".try-out__btn").click()
    part.locator(".execute").click()
    shown = part.locator(".live-responses-table .response pre").first
    assert list(json.loads(shown.inner_text())) == ["confidence", "emoji"]
    assert visited.errors == []

"""Swagger UI in a real browser: "Try it out" gets an emoji, and the page loads nothing from another host.

Needs Chromium (Debian: ``apt-get install chromium``) and playwright; skipped without.
"""

import json

import httpx
import pytest

TWEET = ".opblock-post[id$=_tweets_post]"


@pytest.fixture
def swagger(visit):
    """Swagger UI, open; in the end, its console must have shown no error."""
    opened = visit()
    opened.open("/swagger-ui")
    yield opened
    assert opened.errors == []


@pytest.fixture
def try_out(swagger):
    """Try an operation out, and read the status and the body that the page shows."""

    def run(operation, field=None, typed=""):
        part = swagger.page.locator(operation)
        part.locator(".opblock-summary-control").click()
        part.locator(".try-out__btn").click()
        if field:
            part.locator(field).fill(typed)
        part.locator(".execute").click()
        shown = part.locator(".live-responses-table .response")
        status = shown.locator(".response-col_status").inner_text().split()[0]
        return status, json.loads(shown.locator("pre").first.inner_text())

    return run


def test_try_out_get_tweets_shows_an_emoji(swagger, try_out):
    text = "i am happy & it shows 😀"
    status, body = try_out(".opblock-get[id$=_tweets_get]", "tr[data-param-name=text] input", text)
    assert status == "200"
    assert list(body) == ["confidence", "emoji"]
    assert body["emoji"] == "😂"
    urls = [httpx.URL(request.url) for request in swagger.requests]
    assert [dict(url.params) for url in urls if url.path == "/tweets"] == [{"text": text}]


def test_try_out_post_tweets_shows_the_emoji_of_the_example(swagger, try_out):
    status, body = try_out(TWEET)
    assert status == "200"
    assert list(body) == ["confidence", "emoji"]
    assert body["emoji"] == "😂"  # of "Today is a good day!"
    assert ("POST", f"{swagger.url}/tweets") in [(request.method, request.url) for request in swagger.requests]


def test_try_out_post_tweets_shows_the_emoji_of_a_text(try_out):
    text = "i am so scared"
    status, body = try_out(TWEET, "textarea.body-param__text", json.dumps({"text": text}))
    assert (status, body["emoji"]) == ("200", "😱")


def test_try_out_predictions_shows_the_emoji_of_the_example(try_out):
    status, body = try_out(".opblock-post[id$=_predictions_post]")
    assert status == "200"
    assert body["predictions"][0]["emoji"] == "😂"


def test_swagger_ui_shows_every_operation(swagger):
    swagger.page.wait_for_selector(".opblock-get[id$=_tweets_get]")
    shown = swagger.page.locator(".opblock-summary-path").evaluate_all("nodes => nodes.map(node => node.dataset.path)")
    paths = httpx.get(f"{swagger.url}/openapi.json", trust_env=False).json()["paths"]
    assert sorted(shown) == sorted(path for path, operations in paths.items() for _ in operations)
    assert swagger.page.locator(".errors-wrapper").count() == 0

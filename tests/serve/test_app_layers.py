"""The middleware of `create_app` in its order: what each layer does holds for what the others respond with."""

import asyncio
import threading

import pytest

from tweetmoji.serve import ServeSettings, create_app
from tweetmoji.serve.keys import ApiKeys

ORIGIN = {"Origin": "https://example.org"}
KEY = {"Authorization": "Bearer 0123456789abcdef"}
TEXT = "/tweets?text=happy"


@pytest.fixture
def guarded(make_client, tiny_emojifier):
    """A client of an application with a key and an origin."""
    client = make_client(tiny_emojifier)
    settings = ServeSettings(cors_origin=(ORIGIN["Origin"],), threads=1)
    client.app = create_app(tiny_emojifier, settings, ApiKeys(["0123456789abcdef"]))
    yield client
    client.shut_down()


def check_headers(response):
    """It has what every response has, for a page of the origin too."""
    for name in ("x-request-id", "x-content-type-options", "content-security-policy"):
        assert len(response.headers.get_list(name)) == 1
    assert response.headers["access-control-allow-origin"] == ORIGIN["Origin"]


def test_preflight_needs_no_key(guarded):
    headers = ORIGIN | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    response = guarded.request("OPTIONS", "/v1/predictions", headers=headers)
    assert response.status_code == 200
    check_headers(response)


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("GET", TEXT, {}, 401),
        ("HEAD", TEXT, {}, 401),
        ("GET", TEXT, KEY, 200),
        ("HEAD", TEXT, KEY, 200),
        ("HEAD", "/v1/predictions", KEY, 405),
        ("HEAD", "/nothing", {}, 404),
        ("HEAD", "/readyz", {}, 200),
    ],
)
def test_response_has_the_headers_of_every_layer_and_is_counted_once(guarded, method, path, key, status):
    response = guarded.request(method, path, headers=ORIGIN | key)
    assert response.status_code == status
    check_headers(response)
    assert (response.content == b"") == (method == "HEAD")
    counted = guarded.get("/metrics", headers=KEY).text
    route = "other" if status == 404 else path.partition("?")[0]
    line = f'tweetmoji_requests_total{{method="{method}",route="{route}",status="{status}"}} 1.0'
    assert line in counted.splitlines()


def test_failure_has_the_headers_of_every_layer(make_client, broken_emojifier, check_problem):
    client = make_client(broken_emojifier, cors_origin=(ORIGIN["Origin"],))
    response = client.get(TEXT, headers=ORIGIN)
    check_problem(response, 500)
    check_headers(response)


class SlowMetrics:
    """Takes its time when it is scraped."""

    def __init__(self):
        self.entered, self.go_on = threading.Event(), threading.Event()

    def describe(self):
        return []

    def collect(self):
        self.entered.set()
        assert self.go_on.wait(30)
        return []


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_waits_neither_for_predictions_nor_for_metrics(make_client, gated_emojifier, path):
    client, slow = make_client(gated_emojifier, threads=1), SlowMetrics()
    client.app.state.predictor.metrics.registry.register(slow)

    async def ask():
        async with client.connect() as connection, asyncio.timeout(30):
            predicting = asyncio.create_task(connection.post("/v1/predictions", json={"texts": ["happy"] * 100}))
            scraping = asyncio.create_task(connection.get("/metrics"))
            await gated_emojifier.wait_until_called()
            await asyncio.to_thread(slow.entered.wait)
            response = await connection.get(path)
            waiting = (predicting.done(), scraping.done())
            gated_emojifier.gate.set()
            slow.go_on.set()
            return response.status_code, waiting, (await predicting).status_code, (await scraping).status_code

    assert asyncio.run(ask()) == (200, (False, False), 200, 200)

"""``/metrics``: what it counts for each request, text and prediction, in the format that a scraper asks for."""

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families

BATCH = {"texts": ["my dog is happy", "sad", "so happy today"]}


@pytest.fixture
def scrape():
    """Read the samples of a client's /metrics: name and labels to value."""

    def read(client):
        families = text_string_to_metric_families(client.get("/metrics").text)
        return {
            (sample.name, *sorted(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
        }

    return read


@pytest.fixture
def watched(make_client, heads_emojifier):
    """A client of an application of its own, whose metrics begin at 0."""
    return make_client(heads_emojifier)


def count(samples, name, **labels):
    return samples.get((f"tweetmoji_{name}", *sorted(labels.items())))


def test_requests_are_counted_by_method_route_and_status(watched, scrape):
    watched.get("/tweets?text=happy")
    watched.get("/tweets?text=sad")
    watched.post("/v1/predictions", json={"texts": []})
    watched.get("/healthz")
    samples = scrape(watched)
    assert count(samples, "requests_total", method="GET", route="/tweets", status="200") == 2
    assert count(samples, "requests_total", method="POST", route="/v1/predictions", status="422") == 1
    assert count(samples, "request_duration_seconds_count", route="/tweets") == 2
    assert count(samples, "request_failures_total", reason="invalid") == 1


@pytest.mark.parametrize("path", ["/nothing", "/v1/../x", "/tweets/", "/v1/" + "x" * 500])
def test_unknown_paths_share_one_route(watched, scrape, path):
    watched.get(path)
    assert count(scrape(watched), "requests_total", method="GET", route="other", status="404") == 1


@pytest.mark.parametrize(
    ("path", "route"),
    [("/page/page.js", "/page/{name}"), ("/swagger-ui/assets/favicon.png", "/swagger-ui/assets/{path}")],
)
def test_files_share_the_route_of_their_folder(watched, scrape, path, route):
    watched.get(path)
    assert count(scrape(watched), "requests_total", method="GET", route=route, status="200") == 1


def test_made_up_methods_share_one_name(watched, scrape):
    for method in ("PURGE", "BREW"):
        watched.request(method, "/healthz")
    assert count(scrape(watched), "requests_total", method="other", route="/healthz", status="405") == 2


def test_predictions_are_counted_by_label_with_confidence_none_and_length(watched, scrape):
    predictions = watched.post("/v1/predictions", json=BATCH).json()["predictions"]
    samples = scrape(watched)
    labels = [row["label"] for row in predictions]
    for label in ("joy", "sadness", "fear"):
        assert count(samples, "predictions_total", label=label) == labels.count(label)
    assert count(samples, "prediction_confidence_count") == 3
    assert count(samples, "prediction_confidence_sum") == pytest.approx(sum(row["confidence"] for row in predictions))
    assert count(samples, "prediction_none_sum") == pytest.approx(sum(row["none"] for row in predictions))
    assert count(samples, "input_tokens_count") == 3
    assert count(samples, "request_texts_sum") == 3


def test_input_tokens_are_those_that_the_model_reads(watched, scrape, heads_emojifier):
    watched.post("/v1/predictions", json={"texts": ["happy " * 1000]})
    samples = scrape(watched)
    assert count(samples, "input_tokens_sum") == heads_emojifier.max_tokens
    assert count(samples, "truncated_texts_total") == 1


def test_min_confidence_hides_no_label_from_the_count(watched, scrape):
    watched.post("/v1/predictions", json={"texts": ["happy"], "min_confidence": 1})
    assert count(scrape(watched), "predictions_total", label="joy") == 1


def test_suggestions_count_texts_and_no_predictions(watched, scrape):
    watched.post("/v1/suggestions", json=BATCH)
    samples = scrape(watched)
    assert count(samples, "input_tokens_count") == 3
    assert count(samples, "prediction_confidence_count") == 0


def test_explanation_counts_its_one_prediction_and_not_the_variants(watched, scrape):
    watched.post("/v1/explanations", json={"text": "my dog is happy"})
    samples = scrape(watched)
    assert count(samples, "prediction_confidence_count") == 1
    assert count(samples, "input_tokens_count") == 0
    assert count(samples, "request_texts_sum") == 5


@pytest.mark.parametrize("stage", ["queue_wait", "tokenizing", "inference"])
def test_each_stage_is_timed_once_a_request(watched, scrape, stage):
    watched.post("/v1/predictions", json={"texts": ["happy"] * 300})
    samples = scrape(watched)
    assert count(samples, f"{stage}_seconds_count") == 1
    assert 0 < count(samples, f"{stage}_seconds_sum") < 30


def test_queue_and_shed_requests_show_while_work_waits(make_client, gated_emojifier, scrape):
    client = make_client(gated_emojifier, threads=1, queue_ms=1)

    async def overload():
        async with client.connect() as connection:
            first = asyncio.create_task(connection.post("/v1/predictions", json={"texts": ["happy"] * 200}))
            await gated_emojifier.wait_until_called()
            shed = await connection.post("/v1/predictions", json={"texts": ["happy"] * 200})
            during = (await connection.get("/metrics")).text
            gated_emojifier.gate.set()
            return shed.status_code, during, (await first).status_code

    shed, during, first = asyncio.run(overload())
    assert (shed, first) == (429, 200)
    assert "tweetmoji_queued_texts 200.0" in during
    assert "tweetmoji_requests_in_flight 2.0" in during
    samples = scrape(client)
    assert count(samples, "shed_requests_total") == 1
    assert count(samples, "request_failures_total", reason="overloaded") == 1
    assert count(samples, "queued_texts") == count(samples, "queued_tokens") == count(samples, "queued_seconds") == 0
    assert count(samples, "requests_in_flight") == 1  # the scrape


def test_failure_of_the_model_is_counted(make_client, broken_emojifier, scrape):
    client = make_client(broken_emojifier)
    client.post("/tweets", json={"text": "a"})
    samples = scrape(client)
    assert count(samples, "requests_total", method="POST", route="/tweets", status="500") == 1
    assert count(samples, "request_failures_total", reason="internal") == 1
    assert count(samples, "queue_wait_seconds_count") == 0


def test_model_is_shown_with_its_version(watched, scrape, heads_emojifier):
    samples = scrape(watched)
    assert samples["tweetmoji_model_info", ("name", "tiny"), ("version", heads_emojifier.version)] == 1
    assert count(samples, "ready") == 1


def test_server_that_drains_is_not_ready(make_client, tiny_emojifier, scrape):
    client = make_client(tiny_emojifier)
    client.app.state.predictor.drain()
    assert count(scrape(client), "ready") == 0


def test_applications_share_no_metric(make_client, tiny_emojifier, scrape):
    first, second = make_client(tiny_emojifier), make_client(tiny_emojifier)
    first.get("/tweets?text=happy")
    assert count(scrape(first), "predictions_total", label="joy") == 1
    assert count(scrape(second), "predictions_total", label="joy") == 0


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
    ],
)
def test_format_is_the_one_that_the_scraper_asks_for(watched, accept, content_type):
    response = watched.get("/metrics", headers={"Accept": accept})
    assert response.headers["content-type"].startswith(content_type)
    assert response.text.rstrip().endswith("# EOF") == content_type.startswith("application")

"""The API of a running container: what only the image shows; tests/serve has the rest."""

import re

import httpx
import pytest

pytestmark = pytest.mark.container

EXAMPLE = "Today is a good day!"
TEXTS = [
    EXAMPLE,
    "I miss you so much",
    "How dare they!",
    "what was that noise, i am scared",
    "",
    "   ",
    "😂🥰",
    "مرحبا بالعالم",
    "nul \x00 and zero\u200bwidth",
    "i did not see that coming " * 60,
]


def request_as_the_original():
    """The request of the original service's documentation."""
    return httpx.request("GET", "http://localhost:5005/tweets", json={"text": EXAMPLE}, trust_env=False, timeout=60)


def test_original_request_on_port_5005_gets_the_same_response_after_a_restart(start_server, shipped_emojifier):
    server = start_server(published="5005")
    response = request_as_the_original()
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"confidence", "emoji"}
    assert body["emoji"] == "😂"
    assert re.fullmatch(r"[01]\.\d{7}", body["confidence"])
    assert float(body["confidence"]) == pytest.approx(shipped_emojifier(EXAMPLE).confidence, abs=1e-6)

    server.stop(grace_s=5)  # after which it would be killed, and the exit code 137
    assert server.exit_code == 0
    server.start()
    server.wait_until_ready()
    assert request_as_the_original().json() == body
    lines = server.logs().splitlines()
    assert len(lines) == 2, "one for each start, and no complaint"
    assert all("tweetmoji serves on http://0.0.0.0:5000" in line for line in lines)


def test_predictions_equal_those_of_the_library_outside(server, shipped_emojifier):
    rows = server.post("/v1/predictions", json={"texts": TEXTS}).json()["predictions"]
    expected = shipped_emojifier.predict(TEXTS)
    assert len(rows) == len(TEXTS)
    for row, prediction in zip(rows, expected, strict=True):
        assert row["scores"] == pytest.approx(prediction.scores, abs=1e-6)
        assert row["confidence"] == pytest.approx(prediction.confidence, abs=1e-6)
        assert (row["emoji"], row["label"]) == (prediction.emoji, prediction.label)
        assert row["truncated"] is prediction.truncated
    assert [row["truncated"] for row in rows] == [False] * (len(TEXTS) - 1) + [True]


def test_model_is_that_of_the_library_outside(server, shipped_emojifier):
    model = server.get("/v1/model").json()
    assert model["version"] == shipped_emojifier.version
    assert model["labels"] == list(shipped_emojifier.labels)


def test_swagger_ui_and_its_assets_come_from_the_container(server):
    page = server.get("/swagger-ui")
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {address.rpartition(".")[2] for address in loaded} == {"js", "css", "png"}
    for address in loaded:
        assert address.startswith("swagger-ui/assets/"), "loaded from elsewhere"
        asset = server.get(f"/{address}")
        assert asset.status_code == 200
        assert len(asset.content) > 100
    assert server.get("/openapi.json").json()["openapi"].startswith("3.1")

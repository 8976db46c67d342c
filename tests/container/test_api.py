"""The API of a running container: answers, errors, and its own page."""

import json
import re
import socket

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
MIB = 1 << 20
MAX_CHARS = 10_000
MAX_TEXTS = 1024
JSON_TYPE = {"Content-Type": "application/json"}


def ask_as_the_original():
    """The request of the original service's documentation."""
    return httpx.request("GET", "http://localhost:5005/tweets", json={"text": EXAMPLE}, trust_env=False, timeout=60)


def test_original_request_on_port_5005_is_answered_before_and_after_a_stop(start_server, shipped_emojifier):
    server = start_server(published="5005")
    response = ask_as_the_original()
    assert response.status_code == 200
    answer = response.json()
    assert set(answer) == {"confidence", "emoji"}
    assert answer["emoji"] == "😂"
    assert re.fullmatch(r"[01]\.\d{7}", answer["confidence"])
    assert float(answer["confidence"]) == pytest.approx(shipped_emojifier(EXAMPLE).confidence, abs=1e-6)

    server.stop(grace_s=1)  # after which it would be killed, and the exit code 137
    assert server.exit_code == 0
    server.start()
    server.wait_until_ready()
    assert ask_as_the_original().json() == answer
    lines = server.logs().splitlines()
    assert len(lines) == 2, "one for each start, and no complaint"
    assert all("tweetmoji serves on http://0.0.0.0:5000" in line for line in lines)


def test_query_and_post_answer_as_the_original_request_does(server):
    original = server.request("GET", "/tweets", json={"text": EXAMPLE}).json()
    assert server.get("/tweets", params={"text": EXAMPLE}).json() == original
    assert server.post("/tweets", json={"text": EXAMPLE}).json() == original


def test_predictions_equal_the_library_outside(server, shipped_emojifier):
    answers = server.post("/v1/predictions", json={"texts": TEXTS}).json()["predictions"]
    expected = shipped_emojifier.predict(TEXTS)
    assert len(answers) == len(TEXTS)
    for answer, prediction in zip(answers, expected, strict=True):
        assert answer["scores"] == pytest.approx(prediction.scores, abs=1e-6)
        assert answer["confidence"] == pytest.approx(prediction.confidence, abs=1e-6)
        assert (answer["emoji"], answer["label"]) == (prediction.emoji, prediction.label)
        assert answer["truncated"] is prediction.truncated
    assert [answer["truncated"] for answer in answers] == [False] * (len(TEXTS) - 1) + [True]


def test_emotions_and_model_are_those_of_the_library_outside(server, shipped_emojifier):
    emotions = server.get("/v1/labels").json()["labels"]
    assert {row["label"]: row["emoji"] for row in emotions} == shipped_emojifier.emoji
    model = server.get("/v1/model").json()
    assert model["version"] == shipped_emojifier.version
    assert model["labels"] == list(shipped_emojifier.labels)


@pytest.mark.parametrize(("path", "status"), [("/healthz", "ok"), ("/readyz", "ready")])
def test_status_is_told(server, path, status):
    response = server.get(path)
    assert (response.status_code, response.json()) == (200, {"status": status})


def test_swagger_ui_and_all_that_it_loads_come_from_the_container(server):
    page = server.get("/swagger-ui")
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {address.rpartition(".")[2] for address in loaded} == {"js", "css", "png"}
    for address in loaded:
        assert address.startswith("/swagger-ui/assets/"), "loaded from elsewhere"
        asset = server.get(address)
        assert asset.status_code == 200
        assert len(asset.content) > 100
    assert server.get("/openapi.json").json()["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    ("method", "path", "request_parts", "status", "named"),
    [
        ("POST", "/tweets", {"content": b'{"text": ', "headers": JSON_TYPE}, 400, "line 1, column 10"),
        ("POST", "/tweets", {"content": b'{"text": "\xff"}', "headers": JSON_TYPE}, 400, "0xff"),
        ("GET", "/tweets?text=a", {"json": {"text": "b"}}, 400, "query"),
        ("GET", "/tweets?text=%ff", {}, 400, "UTF-8"),
        ("GET", "/tweet", {}, 404, "/tweet"),
        ("DELETE", "/tweets", {}, 405, "GET, POST"),
        ("POST", "/tweets", {"content": b"x" * (MIB + 1), "headers": JSON_TYPE}, 413, str(MIB)),
        (
            "POST",
            "/tweets",
            {"content": b'{"text": "a"}', "headers": {"Content-Type": "text/plain"}},
            415,
            "text/plain",
        ),
        ("POST", "/tweets", {"json": {}}, 422, "text: missing"),
        ("POST", "/tweets", {"json": {"text": 1}}, 422, "text: a JSON number"),
        ("POST", "/tweets", {"json": {"text": "a", "txet": "b"}}, 422, "txet: unknown"),
        ("POST", "/tweets", {"json": {"text": "a" * (MAX_CHARS + 1)}}, 422, str(MAX_CHARS)),
        ("POST", "/v1/predictions", {"json": {"texts": []}}, 422, "at least 1"),
        ("POST", "/v1/predictions", {"json": {"texts": ["a"] * (MAX_TEXTS + 1)}}, 422, str(MAX_TEXTS)),
        ("POST", "/v1/predictions", {"json": {"texts": ["a", None]}}, 422, "texts[1]"),
        ("POST", "/v1/predictions", {"json": {"texts": ["a"], "min_confidence": 2}}, 422, "min_confidence: 2"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_request_is_answered_with_a_problem_that_names_it(server, method, path, request_parts, status, named):
    check_problem(server.request(method, path, **request_parts), status, named)


def test_body_that_never_comes_is_answered_with_408_after_the_time_set(configured_server):
    head = b"POST /tweets HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection(
        configured_server.address, timeout=9
    ) as connection:  # below the 10 s that are the default
        connection.sendall(head)
        answer = b""
        while b"0.2 seconds" not in answer:
            received = connection.recv(4096)
            assert received, answer
            answer += received
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


def check_problem(response, status, named):
    """Check that a response is a problem of a status whose detail names something."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["status"] == status
    assert named in problem["detail"]

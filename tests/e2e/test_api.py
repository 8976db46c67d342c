"""The API over real HTTP: the installed ``tweetmoji serve`` with the model that comes with it."""

import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from openapi_spec_validator import validate

from tweetmoji import EMOTIONS

TEXTS = ["Today is a good day!", "I miss you so much", "😡😡😡", "", "\x00", "a\u202eb", "so scared " * 200]
JSON_TYPE = {"Content-Type": "application/json"}


def read_all(connection):
    """Everything that comes until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def make_request(value, connection):
    body = json.dumps(value).encode()
    head = f"POST /tweets HTTP/1.1\r\nHost: a\r\nConnection: {connection}\r\nContent-Type: application/json\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize("way", ["GET body", "GET query", "POST body"])
def test_good_day_is_joy(http, shipped_emojifier, way):
    text = "Today is a good day!"
    arguments = {"params": {"text": text}} if way == "GET query" else {"json": {"text": text}}
    response = http.request(way.split()[0], "/tweets", **arguments)
    confidence, emoji = response.json().values()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert list(response.json()) == ["confidence", "emoji"]
    assert emoji == "😂"
    assert re.fullmatch(r"0\.\d{1,7}", confidence)
    assert confidence == f"{shipped_emojifier(text).confidence:.7f}"


def test_request_of_the_original_service_byte_for_byte(server):
    body = b'{"text": "Today is a good day!"}'
    head = b"GET /tweets HTTP/1.1\r\nHost: localhost:5000\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n"
    head += b"Connection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(head + body)
        head, _, answer = read_all(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert re.fullmatch(r'\{"confidence": ?"0\.\d{1,7}", ?"emoji": ?"😂"\}', answer.decode("utf-8"))


def test_many_texts_are_answered_as_the_library_answers(http, shipped_emojifier):
    rows = http.post("/v1/predictions", json={"texts": TEXTS}).json()["predictions"]
    for row, expected in zip(rows, shipped_emojifier.predict(TEXTS), strict=True):
        assert list(row) == ["emoji", "label", "confidence", "scores", "truncated"]
        assert (row["emoji"], row["label"], row["truncated"]) == (
            expected.emoji,
            expected.label,
            expected.truncated,
        )
        assert tuple(row["scores"]) == EMOTIONS
        assert row["scores"] == pytest.approx(expected.scores, abs=1e-6)
        assert sum(row["scores"].values()) == pytest.approx(1, abs=1e-6)
    assert [row["truncated"] for row in rows] == [False] * 6 + [True]


def test_unsure_answers_are_null(http):
    body = {"texts": ["Today is a good day!"], "min_confidence": 1}
    [row] = http.post("/v1/predictions", json=body).json()["predictions"]
    assert (row["emoji"], row["label"]) == (None, None)
    assert row["confidence"] == row["scores"]["joy"]


def test_model_and_emotions_are_the_shipped_ones(http, shipped_emojifier):
    model = http.get("/v1/model").json()
    assert model["name"] == shipped_emojifier.name
    assert model["version"] == shipped_emojifier.version
    assert tuple(model["labels"]) == EMOTIONS
    measured = shipped_emojifier.metrics.get("evaluations", [])
    assert [(row["weights"], row["split"], row["accuracy"]) for row in model["figures"]] == [
        (row["weights"], row["split"], row["metrics"]["accuracy"]) for row in measured
    ]
    emotions = http.get("/v1/labels").json()["labels"]
    assert {row["label"]: row["emoji"] for row in emotions} == shipped_emojifier.emoji


def test_health_and_readiness(http):
    assert http.get("/healthz").json() == {"status": "ok"}
    assert http.get("/readyz").json() == {"status": "ready"}


def test_description_is_valid_openapi(http):
    document = http.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1.")
    validate(document)


def test_root_leads_to_swagger_ui_with_its_scripts(http):
    page = http.get("/", follow_redirects=True)
    assert page.url.path == "/swagger-ui"
    [script] = re.findall(r'<script src="([^"]*)"', page.text)
    assert "SwaggerUIBundle" in http.get(script).text


@pytest.mark.parametrize(
    ("status", "method", "path", "arguments"),
    [
        (400, "POST", "/tweets", {"content": b"{", "headers": JSON_TYPE}),
        (400, "POST", "/tweets", {"content": b'{"text": "\xff"}', "headers": JSON_TYPE}),
        (400, "GET", "/tweets?text=%ff", {}),
        (400, "GET", "/tweets?text=a", {"json": {"text": "a"}}),
        (404, "GET", "/tweet", {}),
        (405, "DELETE", "/tweets", {}),
        (413, "POST", "/v1/predictions", {"content": b" " * 5_000_000, "headers": JSON_TYPE}),
        (415, "POST", "/tweets", {"content": b'{"text": "a"}', "headers": {"Content-Type": "text/plain"}}),
        (422, "GET", "/tweets", {}),
        (422, "POST", "/tweets", {"json": {"text": "a" * 10_001}}),
        (422, "POST", "/v1/predictions", {"json": {"texts": ["a"] * 1_025}}),
    ],
    ids=lambda value: str(value)[:20],
)
def test_error_is_a_problem_and_the_next_request_is_answered(http, status, method, path, arguments):
    response = http.request(method, path, **arguments)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert http.get("/tweets?text=a").status_code == 200


def test_chunked_body_that_is_too_large_is_413(http):
    response = http.post("/tweets", content=(b" " * 65_536 for _ in range(40)), headers=JSON_TYPE)
    assert response.status_code == 413
    assert http.get("/tweets?text=a").status_code == 200


def test_chunked_body_is_read(http):
    response = http.post("/tweets", content=iter([b'{"text": "Today is ', b'a good day!"}']), headers=JSON_TYPE)
    assert response.json()["emoji"] == "😂"


@pytest.mark.parametrize("sign", ["a", "é"])
def test_longest_text_fits_in_a_query(http, sign):
    assert http.get("/tweets", params={"text": sign * 10_000}).status_code == 200


def test_clients_at_the_same_time_get_the_librarys_answers(server, shipped_emojifier):
    texts = [f"{text} {i}" for i in range(12) for text in ("what a lovely day", "leave me alone", "who is there")]

    def ask(text):
        with server.connect() as client:
            return client.post("/tweets", json={"text": text}).json()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, texts))
    assert answers == [
        {"confidence": f"{row.confidence:.7f}", "emoji": row.emoji} for row in shipped_emojifier.predict(texts)
    ]


def test_requests_sent_before_the_answers_came_are_answered_in_order(server, shipped_emojifier):
    texts = ["Today is a good day!", "I miss you so much"]
    requests = [
        make_request({"text": text}, connection)
        for text, connection in zip(texts, ("keep-alive", "close"), strict=True)
    ]
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(b"".join(requests))
        answers = re.findall(r'"confidence": ?"([\d.]+)"', read_all(connection).decode("utf-8"))
    assert answers == [f"{row.confidence:.7f}" for row in shipped_emojifier.predict(texts)]

"""The API over a real connection: bytes, framing, chunks and concurrency; tests/serve has the rest."""

import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.toys.connections import read_all

JSON_TYPE = {"Content-Type": "application/json"}


def make_request(value, connection):
    body = json.dumps(value).encode()
    head = f"POST /tweets HTTP/1.1\r\nHost: a\r\nConnection: {connection}\r\nContent-Type: application/json\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def test_request_of_the_original_service_byte_for_byte(server):
    body = b'{"text": "Today is a good day!"}'
    head = b"GET /tweets HTTP/1.1\r\nHost: localhost:5000\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n"
    head += b"Connection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(head + body)
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert re.fullmatch(r'\{"confidence": ?"0\.\d{1,7}", ?"emoji": ?"😂"\}', body.decode("utf-8"))


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/model", "/openapi.json", "/swagger-ui"])
def test_head_has_no_body_and_the_connection_stays_usable(http, path):
    head, get = http.head(path), http.get(path)
    assert head.status_code == get.status_code == 200
    assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.content))
    assert head.content == b""


@pytest.mark.parametrize("send", [lambda body: body, lambda body: iter([body])], ids=["declared", "chunked"])
def test_body_over_the_limit_is_413_and_the_next_request_succeeds(http, send):
    response = http.post("/tweets", content=send(b" " * 5_000_000), headers=JSON_TYPE)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert http.get("/tweets?text=a").status_code == 200


def test_chunked_body_is_read(http):
    response = http.post("/tweets", content=iter([b'{"text": "Today is ', b'a good day!"}']), headers=JSON_TYPE)
    assert response.json()["emoji"] == "😂"


@pytest.mark.parametrize("character", ["a", "é"])
def test_query_of_max_chars_is_accepted(http, character):
    assert http.get("/tweets", params={"text": character * 10_000}).status_code == 200


def test_concurrent_clients_get_their_own_predictions(server, shipped_emojifier):
    texts = [f"{text} {i}" for i in range(12) for text in ("what a lovely day", "leave me alone", "who is there")]

    def post(text):
        with server.connect() as client:
            return client.post("/tweets", json={"text": text}).json()

    with ThreadPoolExecutor(12) as pool:
        responses = list(pool.map(post, texts))
    assert responses == [
        {"confidence": f"{row.confidence:.7f}", "emoji": row.emoji} for row in shipped_emojifier.predict(texts)
    ]


def test_pipelined_requests_get_their_responses_in_order(server, shipped_emojifier):
    texts = ["Today is a good day!", "I miss you so much"]
    requests = [
        make_request({"text": text}, connection)
        for text, connection in zip(texts, ("keep-alive", "close"), strict=True)
    ]
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(b"".join(requests))
        confidences = re.findall(r'"confidence": ?"([\d.]+)"', read_all(connection).decode("utf-8"))
    assert confidences == [f"{row.confidence:.7f}" for row in shipped_emojifier.predict(texts)]

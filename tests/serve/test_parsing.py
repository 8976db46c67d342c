"""From the bytes of a request to checked fields: what is refused, with which status, and what the message names."""

import asyncio
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji.serve.settings import MAX_BODY_BYTES

PATHS = ["/tweets", "/v1/predictions"]
BODIES = {"/tweets": {"text": "so good"}, "/v1/predictions": {"texts": ["so good"]}}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"{", "line 1, column 2"),
        (b'{"text": }', "line 1, column 10"),
        (b'{\n"text"\n"a"}', "line 3, column 1"),
        (b'{"text": "a"} more', "line 1, column 15"),
        (b"{'text': 'a'}", "line 1, column 2"),
        (b'{"text": "a\nb"}', "line 1, column 12"),
        (b'{"text": "\\x"}', "line 1, column 11"),
        (b" ", "line 1, column 2"),
        (b'\xef\xbb\xbf{"text": "a"}', "BOM"),
        (b'{"text": "\xff"}', "byte 11 is 0xff"),
        (b'{"text": "\xed\xa0\x80"}', "byte 11 is 0xed"),
        ('{"text": "é"}'.encode("latin-1"), "byte 11 is 0xe9"),
        ('{"text": "a"}'.encode("utf-16"), "byte 1 is 0xff"),
        (b'{"text": NaN}', "NaN"),
        (b'{"text": "a", "min_confidence": Infinity}', "Infinity"),
        (b'{"text": "a", "min_confidence": -Infinity}', "-Infinity"),
        (b'{"min_confidence": 1' + b"0" * 5000 + b"}", "digits"),
        (b"[" * 100_000 + b"]" * 100_000, "recursion"),
        (b'{"text":' * 50_000 + b"1" + b"}" * 50_000, "recursion"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_malformed_body_is_400_and_says_where(client, check_problem, path, body, named):
    assert named in check_problem(client.post_bytes(path, body), 400)["detail"]


def test_malformed_body_of_get_is_400(client, check_problem):
    response = client.request("GET", "/tweets", content=b"{", headers={"Content-Type": "application/json"})
    assert "line 1, column 2" in check_problem(response, 400)["detail"]


@pytest.mark.parametrize("query", ["text=%ff", "text=%F0%9F%98", "text=%ED%A0%80", "%ff=1"])
def test_query_that_is_not_utf8_is_400(client, check_problem, query):
    assert "UTF-8" in check_problem(client.get(f"/tweets?{query}"), 400)["detail"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "given_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
        "Application/JSON; Charset=Utf-8",
        "application/json;",
    ],
)
def test_json_in_utf8_is_accepted(client, path, given_type):
    body = json.dumps(BODIES[path])
    assert client.post(path, content=body, headers={"Content-Type": given_type}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "given_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
    ],
)
def test_other_content_type_is_415_and_named(client, check_problem, path, given_type):
    response = client.post(path, content=json.dumps(BODIES[path]), headers={"Content-Type": given_type})
    detail = check_problem(response, 415)["detail"]
    assert given_type in detail
    assert "application/json" in detail


@pytest.mark.parametrize(("method", "path"), [("GET", "/tweets"), ("POST", "/tweets"), ("POST", "/v1/predictions")])
def test_missing_content_type_is_415(client, check_problem, method, path):
    response = client.request(method, path, content=json.dumps(BODIES[path]))
    assert "missing" in check_problem(response, 415)["detail"]


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_compressed_body_is_415(client, check_problem, encoding):
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    response = client.post("/tweets", content=b"\x1f\x8b", headers=headers)
    assert encoding in check_problem(response, 415)["detail"]


async def send_in_chunks(body):
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


def pad(body, size):
    """The same JSON with spaces after it."""
    return json.dumps(body).encode().ljust(size)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("send", [bytes, send_in_chunks], ids=["declared", "chunked"])
def test_body_of_a_mebibyte_is_read_and_a_byte_more_is_413(client, check_problem, path, send):
    assert MAX_BODY_BYTES == 1_048_576
    assert client.post_bytes(path, send(pad(BODIES[path], MAX_BODY_BYTES))).status_code == 200
    problem = check_problem(client.post_bytes(path, send(pad(BODIES[path], MAX_BODY_BYTES + 1))), 413)
    assert "1048576 bytes" in problem["detail"]


@pytest.mark.parametrize("send", [bytes, send_in_chunks], ids=["declared", "chunked"])
def test_body_of_get_has_the_same_limit(client, check_problem, send):
    body = send(pad(BODIES["/tweets"], MAX_BODY_BYTES + 1))
    check_problem(client.request("GET", "/tweets", content=body, headers={"Content-Type": "application/json"}), 413)


def test_too_large_a_body_is_refused_before_it_is_read(client, check_problem):
    async def send():
        yield b"{"
        pytest.fail("read on after the declared length was known to be too large")

    headers = {"Content-Type": "application/json", "Content-Length": str(MAX_BODY_BYTES + 1)}
    check_problem(client.post("/tweets", content=send(), headers=headers), 413)


def test_body_of_unknown_length_is_read_no_further_than_the_limit(client, check_problem):
    sent = 0

    async def send():
        nonlocal sent
        while sent < 8 * MAX_BODY_BYTES:
            sent += 65_536
            yield b" " * 65_536

    check_problem(client.post_bytes("/tweets", send()), 413)
    assert sent <= MAX_BODY_BYTES + 2 * 65_536


@pytest.mark.parametrize(("method", "path"), [("GET", "/tweets"), ("POST", "/tweets"), ("POST", "/v1/predictions")])
def test_body_that_never_arrives_is_408(make_client, tiny_emojifier, check_problem, method, path):
    async def send():
        yield b'{"text": '
        await asyncio.Event().wait()

    client = make_client(tiny_emojifier, body_timeout_s=0.1)
    response = client.request(method, path, content=send(), headers={"Content-Type": "application/json"})
    assert "0.1 seconds" in check_problem(response, 408)["detail"]


def test_client_that_leaves_amid_its_body_is_no_failure(client):
    async def call():
        messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])

        async def receive():
            return next(messages)

        async def send(message):
            pass

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/tweets",
            "raw_path": b"/tweets",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"content-type", b"application/json")],
            "server": ("test", 80),
            "client": ("test", 1),
        }
        await client.app(scope, receive, send)  # an exception here is a traceback in the server's log

    asyncio.run(call())


@given(body=st.binary(max_size=40) | st.text(max_size=20).map(str.encode))
@pytest.mark.parametrize("path", PATHS)
def test_any_bytes_get_an_answer(client, path, body):
    response = client.post_bytes(path, body)
    assert response.status_code in {200, 400, 422}
    assert isinstance(response.json(), dict)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["text", "texts", "min_confidence"]) | st.text(st.characters(), max_size=3)


@given(body=JSON_VALUES | st.dictionaries(FIELDS, JSON_VALUES, max_size=3))
@pytest.mark.parametrize("path", PATHS)
def test_any_json_gets_an_answer(client, path, body):
    response = client.post_bytes(path, json.dumps(body).encode("ascii"))
    assert response.status_code in {200, 400, 422}
    assert isinstance(response.json(), dict)


@given(text=st.text(st.characters(codec=None), max_size=200))
def test_any_text_is_answered_alike_in_body_and_query(client, text):
    expected = client.post_bytes("/tweets", json.dumps({"text": text}).encode("ascii"))
    assert expected.status_code == 200
    if not any("\ud800" <= sign <= "\udfff" for sign in text):  # no UTF-8 holds half a character
        assert client.get("/tweets", params=httpx.QueryParams(text=text)).content == expected.content

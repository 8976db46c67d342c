"""Middleware: security headers on every response, one Host header, limits of bodies (413, 408), HEAD as GET."""

import asyncio
import json

import pytest

from tweetmoji.serve.middleware import HeadRequests, SecurityHeaders
from tweetmoji.serve.page import POLICY
from tweetmoji.serve.settings import MAX_BODY_BYTES

PATHS = ["/tweets", "/v1/predictions"]
BODIES = {"/tweets": {"text": "so good"}, "/v1/predictions": {"texts": ["so good"]}}
GET_PATHS = [
    "/tweets?text=a",
    "/v1/labels",
    "/v1/model",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/swagger-ui",
    "/",
    "/page/page.js",
]


async def send_in_chunks(body):
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


def pad(body, size):
    """The same JSON with spaces after it."""
    return json.dumps(body).encode().ljust(size)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("send", [bytes, send_in_chunks], ids=["declared", "chunked"])
def test_body_of_max_body_bytes_is_read_and_a_byte_more_is_413(client, check_problem, path, send):
    assert MAX_BODY_BYTES == 1_048_576
    assert client.post_bytes(path, send(pad(BODIES[path], MAX_BODY_BYTES))).status_code == 200
    problem = check_problem(client.post_bytes(path, send(pad(BODIES[path], MAX_BODY_BYTES + 1))), 413)
    assert "1048576 bytes" in problem["detail"]


@pytest.mark.parametrize("send", [bytes, send_in_chunks], ids=["declared", "chunked"])
def test_body_of_get_over_the_limit_is_413(client, check_problem, send):
    body = send(pad(BODIES["/tweets"], MAX_BODY_BYTES + 1))
    check_problem(client.request("GET", "/tweets", content=body, headers={"Content-Type": "application/json"}), 413)


def test_declared_length_over_the_limit_is_413_before_reading(client, check_problem):
    async def send():
        yield b"{"
        pytest.fail("read on after the declared length was known to be too large")

    headers = {"Content-Type": "application/json", "Content-Length": str(MAX_BODY_BYTES + 1)}
    check_problem(client.post("/tweets", content=send(), headers=headers), 413)


def test_chunked_body_is_read_no_further_than_the_limit(client, check_problem):
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


def test_client_disconnect_within_the_body_gets_no_response(client):
    messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    headers = [(b"host", b"test"), (b"content-type", b"application/json")]
    assert client.call(messages, {"method": "POST", "path": "/tweets", "headers": headers}) == []
    assert messages == []


@pytest.mark.parametrize("path", GET_PATHS)
def test_head_gets_status_and_headers_of_get(client, path):
    named = {"X-Request-ID": "the-same"}
    head, get = client.request("HEAD", path, headers=named), client.get(path, headers=named)
    assert head.status_code == get.status_code
    assert head.headers == get.headers
    assert head.content == b""


def test_head_of_a_missing_text_is_422(client):
    assert client.request("HEAD", "/tweets").status_code == 422


def test_head_of_readyz_is_503_after_shutdown(make_client, tiny_emojifier):
    client = make_client(tiny_emojifier)
    client.shut_down()
    assert client.request("HEAD", "/readyz").status_code == 503
    assert client.request("HEAD", "/healthz").status_code == 200


def test_head_of_a_post_route_is_405(client):
    response = client.request("HEAD", "/v1/predictions")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_head_leaves_the_servers_scope_as_it_is():
    """The server reads the method there when it leaves the body out."""
    methods = []

    async def app(scope, receive, send):
        methods.append(scope["method"])

    scope = {"type": "http", "method": "HEAD"}
    asyncio.run(HeadRequests(app)(scope, None, None))
    assert (methods, scope["method"]) == (["GET"], "HEAD")


SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
STRICT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
REQUESTS = {
    200: ("GET", "/tweets?text=a", {}),
    400: ("POST", "/tweets", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
    404: ("GET", "/nothing", {}),
    405: ("DELETE", "/tweets", {}),
    413: ("POST", "/tweets", {"content": b" " * (MAX_BODY_BYTES + 1)}),
    422: ("GET", "/tweets", {}),
}


def check_security(response, policy=STRICT_POLICY):
    """The response has each header once."""
    expected = SECURITY_HEADERS | {"content-security-policy": policy}
    assert {name: response.headers.get_list(name) for name in expected} == {
        name: [value] for name, value in expected.items()
    }


@pytest.mark.parametrize("status", REQUESTS)
def test_response_of_every_status_has_the_security_headers(client, status):
    method, path, arguments = REQUESTS[status]
    response = client.request(method, path, **arguments)
    assert response.status_code == status
    check_security(response)


@pytest.mark.parametrize("path", ["/v1/labels", "/v1/model", "/healthz", "/readyz", "/openapi.json"])
def test_response_of_every_route_has_the_security_headers(client, path):
    check_security(client.get(path))


@pytest.mark.parametrize("asset", ["swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"])
def test_asset_has_the_security_headers(client, asset):
    check_security(client.get(f"/swagger-ui/assets/{asset}"))


@pytest.mark.parametrize("tag", ["", "*"], ids=["200", "304"])
def test_page_has_the_security_headers_and_its_own_policy(client, tag):
    response = client.get("/", headers={"If-None-Match": tag})
    check_security(response, POLICY)


def test_failure_of_the_model_has_the_security_headers(make_client, broken_emojifier):
    response = make_client(broken_emojifier).get("/tweets?text=a")
    assert response.status_code == 500
    check_security(response)


def test_security_headers_leave_other_messages_and_the_response_as_they_are():
    headers, sent = [(b"content-type", b"text/plain")], []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"a"})

    async def note(message):
        sent.append(message)

    asyncio.run(SecurityHeaders(app)({"type": "http"}, None, note))
    assert headers == [(b"content-type", b"text/plain")]
    assert sent[0]["headers"][: len(headers)] == headers
    assert sent[1:] == [{"type": "http.response.body", "body": b"a"}]


HOST = (b"host", b"test")


@pytest.mark.parametrize(
    ("version", "headers", "status"),
    [
        ("1.1", [], 400),
        ("1.1", [HOST], 200),
        ("1.1", [(b"host", b"")], 200),
        ("1.1", [HOST, HOST], 400),
        ("1.1", [HOST, (b"host", b"evil.example")], 400),
        ("1.0", [], 200),
        ("1.0", [HOST], 200),
        ("1.0", [HOST, HOST], 400),
    ],
)
def test_no_or_two_host_headers_are_400(client, version, headers, status):
    scope = {"path": "/tweets", "query_string": b"text=a", "http_version": version, "headers": headers}
    start, body, *_ = client.call([{"type": "http.request"}], scope)
    assert start["status"] == status
    if status == 400:
        names = dict(start["headers"])
        assert names[b"content-type"] == b"application/problem+json"
        assert (names[b"connection"], names[b"x-frame-options"]) == (b"close", b"DENY")
        assert json.loads(body["body"])["detail"] == f"{len(headers)} Host headers; expected one"

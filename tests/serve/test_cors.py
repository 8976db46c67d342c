"""CORS: no other origin may use the API, unless the settings name it."""

import pytest

ORIGIN = "https://example.org"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}


@pytest.fixture
def allowed_client(make_client, tiny_emojifier):
    return make_client(tiny_emojifier, cors_origin=(ORIGIN, "http://localhost:8000"))


def get_cors(response):
    """The headers that let a browser show the response to a page."""
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("path", ["/tweets?text=a", "/v1/model", "/openapi.json", "/nothing"])
def test_no_origin_is_allowed_by_default(client, path):
    assert get_cors(client.get(path, headers={"Origin": ORIGIN})) == {}


def test_preflight_is_405_by_default(client, check_problem):
    response = client.request("OPTIONS", "/tweets", headers=PREFLIGHT)
    check_problem(response, 405)
    assert get_cors(response) == {}


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:8000"])
@pytest.mark.parametrize("path", ["/tweets?text=a", "/tweets", "/nothing"])
def test_allowed_origin_reads_every_response(allowed_client, path, origin):
    response = allowed_client.get(path, headers={"Origin": origin})
    assert response.headers["access-control-allow-origin"] == origin
    assert response.headers["vary"] == "Origin"
    assert "Retry-After" in response.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in response.headers


def test_allowed_origin_reads_a_failure_of_the_server(make_client, broken_emojifier):
    client = make_client(broken_emojifier, cors_origin=(ORIGIN,))
    response = client.get("/tweets?text=a", headers={"Origin": ORIGIN})
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (500, ORIGIN)


@pytest.mark.parametrize("origin", ["https://example.com", "http://example.org", "https://example.org:8443", "null"])
def test_other_origin_reads_nothing(allowed_client, origin):
    response = allowed_client.get("/tweets?text=a", headers={"Origin": origin})
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


def test_any_origin_is_allowed_by_an_asterisk(make_client, tiny_emojifier):
    response = make_client(tiny_emojifier, cors_origin=("*",)).get("/healthz", headers={"Origin": ORIGIN})
    assert response.headers["access-control-allow-origin"] == "*"


def test_preflight_of_an_allowed_origin_names_methods_and_headers(allowed_client):
    headers = PREFLIGHT | {"Access-Control-Request-Headers": "authorization, content-type"}
    response = allowed_client.request("OPTIONS", "/tweets", headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert response.headers["access-control-allow-methods"] == "GET, HEAD, POST"
    assert "Authorization" in response.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Origin": "https://example.com"}, "origin"),
        ({"Access-Control-Request-Method": "DELETE"}, "method"),
        ({"Access-Control-Request-Headers": "x-other"}, "headers"),
    ],
)
def test_preflight_of_anything_else_is_a_problem(allowed_client, check_problem, headers, said):
    response = allowed_client.request("OPTIONS", "/tweets", headers=PREFLIGHT | headers)
    assert said in check_problem(response, 400)["detail"]
    assert response.headers["x-content-type-options"] == "nosniff"

"""Errors as problem details (RFC 9457): their form, and what becomes of errors that are nobody's request's fault."""

import json
from http import HTTPStatus

import pytest

from tweetmoji.serve.problems import EXAMPLES, MEDIA_TYPE, Problem, describe, document


def test_problem_becomes_a_response():
    response = Problem(503, "come back", headers={"Retry-After": "1"}).to_response()
    assert (response.status_code, response.media_type) == (503, "application/problem+json")
    assert response.headers["retry-after"] == "1"
    assert json.loads(response.body) == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "come back",
    }


def test_errors_of_fields_are_told_where_there_are_any():
    errors = [{"field": "text", "message": "missing"}]
    assert json.loads(Problem(422, "text: missing", errors=errors).to_response().body)["errors"] == errors


def test_lone_surrogates_can_be_told_of():
    body = Problem(400, "got \ud800").to_response().body
    assert json.loads(body.decode("ascii"))["detail"] == "got \ud800"


@pytest.mark.parametrize("status", sorted(EXAMPLES))
def test_example_of_every_status_is_a_whole_problem(status):
    [(documented, response)] = document(status).items()
    example = response["content"][MEDIA_TYPE]["example"]
    assert documented == status
    assert example == describe(status, EXAMPLES[status])
    assert example["title"] == HTTPStatus(status).phrase


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *((method, path) for method in ("GET", "POST", "DELETE") for path in ("/nothing", "/tweets/more", "/v1")),
        ("POST", "/v2/predictions"),
        ("GET", "/swagger-ui/assets/nothing.js"),
    ],
)
def test_unknown_path_is_404_and_named(client, check_problem, method, path):
    problem = check_problem(client.request(method, path), 404)
    assert path in problem["detail"]
    assert "/swagger-ui" in problem["detail"]


@pytest.mark.parametrize("path", ["/%ff", "/%F0%9F%98%82", "/%00", "/%ED%A0%80", "/a%3Fb"])
def test_unknown_path_of_odd_characters_is_404(client, check_problem, path):
    check_problem(client.get(path), 404)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/tweets", {"GET", "POST"}),
        ("/v1/predictions", {"POST"}),
        ("/v1/labels", {"GET"}),
        ("/v1/model", {"GET"}),
        ("/healthz", {"GET"}),
        ("/readyz", {"GET"}),
        ("/openapi.json", {"GET"}),
        ("/swagger-ui", {"GET"}),
        ("/", {"GET"}),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_wrong_method_is_405_and_names_the_right_ones(client, check_problem, path, methods, method):
    response = client.request(method, path)
    if method in methods:
        assert response.status_code != 405
        return
    problem = check_problem(response, 405)
    allowed = set(response.headers["allow"].split(", "))
    assert allowed - {"HEAD"} == methods
    assert method in problem["detail"]
    assert all(name in problem["detail"] for name in methods)


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions"])
def test_failure_is_a_bare_500_that_tells_nothing_of_its_cause(make_client, broken_emojifier, check_problem, path):
    body = {"text": "a"} if path == "/tweets" else {"texts": ["a"]}
    response = make_client(broken_emojifier).post(path, json=body)
    problem = check_problem(response, 500)
    assert set(problem) == {"type", "title", "status", "detail"}
    assert "secret" not in response.text
    assert "logged" in problem["detail"]

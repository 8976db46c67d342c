"""Errors as problem details (RFC 9457): their form, unknown paths and methods, failures of the server."""

import json
import math
from http import HTTPStatus

import pytest

from tweetmoji import ArtifactError
from tweetmoji.serve.problems import EXAMPLES, MEDIA_TYPE, Problem, describe, document, make_overloaded


def test_to_response_has_status_headers_and_members():
    response = Problem(503, "come back", headers={"Retry-After": "1"}).to_response()
    assert (response.status_code, response.media_type) == (503, "application/problem+json")
    assert response.headers["retry-after"] == "1"
    assert json.loads(response.body) == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "come back",
    }


@pytest.mark.parametrize(
    ("queued_s", "retry_after", "said"),
    [(0.0, "1", "in a second"), (1.0, "1", "in a second"), (1.1, "2", "in 2 seconds"), (8, "8", "in 8 seconds")],
)
def test_overload_is_429_with_the_time_that_the_work_takes(queued_s, retry_after, said):
    problem = make_overloaded(1234, queued_s)
    assert (problem.status, problem.headers) == (429, {"Retry-After": retry_after})
    assert problem.detail == f"texts of some 1234 tokens are already waiting; try again {said}"


@pytest.mark.parametrize(
    ("status", "headers"),
    [(401, {"WWW-Authenticate"}), (405, {"Allow"}), (429, {"Retry-After"}), (503, {"Retry-After"}), (500, set())],
)
def test_headers_are_documented_where_they_are_sent(status, headers):
    assert set(document(status)[status].get("headers", {})) == headers


def test_to_response_has_the_errors_of_fields():
    errors = [{"field": "text", "message": "missing"}]
    assert json.loads(Problem(422, "text: missing", errors=errors).to_response().body)["errors"] == errors


def test_to_response_escapes_lone_surrogates():
    body = Problem(400, "got \ud800").to_response().body
    assert json.loads(body.decode("ascii"))["detail"] == "got \ud800"


@pytest.mark.parametrize("status", sorted(EXAMPLES))
def test_document_has_an_example_of_every_status(status):
    [(documented, response)] = document(status).items()
    example = response["content"][MEDIA_TYPE]["example"]
    assert documented == status
    assert example == describe(status, EXAMPLES[status])
    assert example["title"] == HTTPStatus(status).phrase


def test_document_takes_an_example_of_its_own():
    examples = {404: "no such fish"}
    example = document(404, examples=examples)[404]["content"][MEDIA_TYPE]["example"]
    assert example == describe(404, "no such fish")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *((method, path) for method in ("GET", "POST", "DELETE") for path in ("/nothing", "/tweets/more", "/v1")),
        ("POST", "/v2/predictions"),
        ("GET", "/swagger-ui/assets/nothing.js"),
        ("GET", "/page/nothing.js"),
    ],
)
def test_unknown_path_is_404(client, check_problem, method, path):
    problem = check_problem(client.request(method, path), 404)
    assert path in problem["detail"]
    assert "/swagger-ui" in problem["detail"]


@pytest.mark.parametrize("path", ["/%ff", "/%F0%9F%98%82", "/%00", "/%ED%A0%80", "/a%3Fb"])
def test_unknown_path_of_special_characters_is_404(client, check_problem, path):
    check_problem(client.get(path), 404)


@pytest.mark.parametrize("path", ["/readyz/", "/healthz/", "/tweets/", "/v1/labels/", "/swagger-ui/", "/openapi.json/"])
def test_trailing_slash_is_404_and_no_redirect_to_the_host_of_the_request(client, check_problem, path):
    response = client.get(path, headers={"Host": "evil.example"})
    check_problem(response, 404)
    assert "location" not in response.headers
    assert "evil" not in response.text + str(response.headers)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/tweets", {"GET", "HEAD", "POST"}),
        ("/v1/predictions", {"POST"}),
        ("/v1/suggestions", {"POST"}),
        ("/v1/labels", {"GET", "HEAD"}),
        ("/v1/model", {"GET", "HEAD"}),
        ("/healthz", {"GET", "HEAD"}),
        ("/readyz", {"GET", "HEAD"}),
        ("/openapi.json", {"GET", "HEAD"}),
        ("/swagger-ui", {"GET", "HEAD"}),
        ("/", {"GET", "HEAD"}),
        ("/page/page.js", {"GET", "HEAD"}),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_wrong_method_is_405_and_allow_names_the_right_ones(client, check_problem, path, methods, method):
    response = client.request(method, path)
    if method in methods:
        assert response.status_code != 405
        return
    assert set(response.headers["allow"].split(", ")) == methods
    if method == "HEAD":  # has no body
        assert response.status_code == 405
        return
    problem = check_problem(response, 405)
    assert method in problem["detail"]
    assert all(name in problem["detail"] for name in methods)


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions", "/v1/suggestions"])
def test_failure_of_the_model_is_500_without_its_cause(make_client, broken_emojifier, check_problem, path):
    body = {"text": "a"} if path == "/tweets" else {"texts": ["a"]}
    response = make_client(broken_emojifier).post(path, json=body)
    problem = check_problem(response, 500)
    assert set(problem) == {"type", "title", "status", "detail", "request_id"}
    assert "secret" not in response.text
    assert "logged" in problem["detail"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    ("path", "body"),
    [("/tweets", {"text": "my dog"}), ("/v1/predictions", {"texts": ["so happy", "my dog"], "min_confidence": 0.5})],
)
def test_probability_that_is_no_number_is_500_and_raised_for_the_log(
    make_client, load_spoiled, check_problem, path, body, value
):
    client = make_client(load_spoiled(value))
    check_problem(client.post(path, json=body), 500)
    assert client.get("/tweets?text=cat").status_code == 200
    content = [{"type": "http.request", "body": json.dumps(body).encode()}]
    headers = [(b"host", b"test"), (b"content-type", b"application/json")]
    with pytest.raises(ArtifactError, match="non-finite"):  # the server logs what the application raises
        client.call(content, {"method": "POST", "path": path, "headers": headers})

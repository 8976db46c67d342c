"""Fields and limits: every request that does not fit is 422, and the message names the field and the limit."""

import json
import re

import pytest

from tweetmoji.serve.settings import MAX_TEXTS
from tweetmoji.text import MAX_CHARS


def one(**fields):
    return "/tweets", fields


def many(**fields):
    return "/v1/predictions", {"texts": ["a"]} | fields


def suggested(**fields):
    return "/v1/suggestions", {"texts": ["a"]} | fields


def explained(**fields):
    return "/v1/explanations", fields


@pytest.mark.parametrize(
    ("request_parts", "field", "message"),
    [
        (("/tweets", {}), "text", "missing"),
        (one(text=None), "text", "null; expected a string of at most 10000 code points"),
        (one(text=1), "text", "1; expected a string"),
        (one(text=1.5), "text", "1.5; expected a string"),
        (one(text=True), "text", "true; expected a string"),
        (one(text=["a"]), "text", "an array of length 1; expected a string"),
        (one(text={"a": 1}), "text", "an object of length 1; expected a string"),
        (
            one(text="a" * (MAX_CHARS + 1)),
            "text",
            "a string of length 10001; expected a string of at most 10000 code points",
        ),
        (
            one(text="😂" * (MAX_CHARS + 1)),
            "text",
            "a string of length 10001; expected a string of at most 10000 code points",
        ),
        (one(text="a", tweet="b"), "tweet", "unknown; expected only text"),
        (one(text="a", min_confidence=0.5), "min_confidence", "unknown; expected only text"),
        (("/v1/predictions", {}), "texts", "missing"),
        (many(texts=None), "texts", "null; expected an array of 1 to 1024 strings"),
        (many(texts="a"), "texts", "a string of length 1; expected an array of 1 to 1024 strings"),
        (many(texts={"0": "a"}), "texts", "an object of length 1; expected an array of 1 to 1024 strings"),
        (many(texts=[]), "texts", "an array of length 0; expected an array of 1 to 1024 strings"),
        (
            many(texts=["a"] * (MAX_TEXTS + 1)),
            "texts",
            "an array of length 1025; expected an array of 1 to 1024 strings",
        ),
        (many(texts=["a", 2]), "texts[1]", "2; expected a string"),
        (many(texts=[["a"]]), "texts[0]", "an array of length 1; expected a string"),
        (many(texts=["a", None]), "texts[1]", "null; expected a string of at most 10000 code points"),
        (
            many(texts=["a", "b", "c" * (MAX_CHARS + 1)]),
            "texts[2]",
            "a string of length 10001; expected a string of at most 10000 code points",
        ),
        (many(min_confidence=-0.1), "min_confidence", "-0.1; expected a number from 0 to 1"),
        (many(min_confidence=1.1), "min_confidence", "1.1; expected a number from 0 to 1"),
        (many(min_confidence=2), "min_confidence", "2; expected a number from 0 to 1"),
        (many(min_confidence=10**400), "min_confidence", "expected a number from 0 to 1"),
        (many(min_confidence="0.5"), "min_confidence", "a string of length 3; expected a number"),
        (many(min_confidence=True), "min_confidence", "true; expected a number"),
        (many(min_confidence=None), "min_confidence", "null; expected a number"),
        (many(text="a"), "text", "unknown; expected only texts, min_confidence"),
        (("/v1/suggestions", {}), "texts", "missing; expected an array of 1 to 1024 strings"),
        (suggested(texts=[]), "texts", "an array of length 0; expected an array of 1 to 1024 strings"),
        (suggested(texts=["a", 2]), "texts[1]", "2; expected a string of at most 10000 code points"),
        (suggested(k=0), "k", "0; expected a whole number from 1 to 100"),
        (suggested(k=101), "k", "101; expected a whole number from 1 to 100"),
        (suggested(k=1.5), "k", "1.5; expected a whole number from 1 to 100"),
        (suggested(k="3"), "k", "a string of length 1; expected a whole number"),
        (suggested(k=True), "k", "true; expected a whole number"),
        (suggested(k=None), "k", "null; expected a whole number"),
        (explained(), "text", "missing; expected a string of at most 10000 code points"),
        (explained(text=["a"]), "text", "an array of length 1; expected a string of at most 10000 code points"),
        (explained(text="a" * (MAX_CHARS + 1)), "text", "a string of length 10001; expected a string of at most 10000"),
        (explained(text="a", texts=["a"]), "texts", "unknown; expected only text"),
        (suggested(min_confidence=0.5), "min_confidence", "unknown; expected only texts, k"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_field_that_does_not_fit_is_422_with_got_and_expected(client, check_problem, request_parts, field, message):
    path, body = request_parts
    problem = check_problem(client.post(path, json=body), 422)
    [error] = problem["errors"]
    assert error["field"] == field
    assert message in error["message"]
    assert problem["detail"] == f"{field}: {error['message']}"


def test_min_confidence_too_large_for_a_float_is_422(client, check_problem):
    response = client.post_bytes("/v1/predictions", b'{"texts": ["a"], "min_confidence": 1e999}')
    [error] = check_problem(response, 422)["errors"]
    assert (error["field"], error["message"]) == ("min_confidence", "Infinity; expected a number from 0 to 1")


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions"])
@pytest.mark.parametrize(
    ("body", "got"),
    [
        ("[]", "an array of length 0"),
        ('"text"', "a string of length 4"),
        ("1", "1"),
        ("1" * 100, "1" * 80),
        ("true", "true"),
        ("null", "null"),
    ],
)
def test_body_that_is_not_an_object_is_422(client, check_problem, path, body, got):
    problem = check_problem(client.post_bytes(path, body.encode()), 422)
    assert problem["detail"] == f"the body is {got}; expected an object"


def test_errors_list_every_field_that_does_not_fit(client, check_problem):
    problem = check_problem(client.post("/v1/predictions", json={"texts": [1, 2, 3, 4, 5], "min_confidence": 7}), 422)
    assert [error["field"] for error in problem["errors"]] == [*(f"texts[{i}]" for i in range(5)), "min_confidence"]
    assert "texts[0]" in problem["detail"]


@pytest.mark.parametrize("length", [0, 1, MAX_CHARS])
@pytest.mark.parametrize("character", ["a", " ", "😂", "é", "\x00"])
def test_text_of_max_chars_is_accepted(client, character, length):
    assert client.post("/tweets", json={"text": character * length}).status_code == 200


@pytest.mark.parametrize("length", [0, 1, MAX_CHARS])
@pytest.mark.parametrize("character", ["a", "+", "é"])  # with longer escapes the URL would be too long
def test_query_of_max_chars_is_accepted(client, character, length):
    assert client.get("/tweets", params={"text": character * length}).status_code == 200


def test_max_texts_are_accepted(client):
    response = client.post("/v1/predictions", json={"texts": ["a"] * MAX_TEXTS})
    assert response.status_code == 200
    assert len(response.json()["predictions"]) == MAX_TEXTS


@pytest.mark.parametrize("value", [0, 1, 0.0, 1.0, 0.5])
def test_min_confidence_from_0_to_1_is_accepted(client, value):
    assert client.post("/v1/predictions", json={"texts": ["a"], "min_confidence": value}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("", "text", "missing"),
        ("tweet=a", "text", "missing"),
        ("text=a&lang=en", "lang", "unknown; expected only text"),
        (
            "text=" + "a" * (MAX_CHARS + 1),
            "text",
            "a string of length 10001; expected a string of at most 10000 code points",
        ),
    ],
    ids=["empty", "wrong name", "one more", "too long"],
)
def test_query_that_does_not_fit_is_422_with_got_and_expected(client, check_problem, query, field, message):
    errors = check_problem(client.get(f"/tweets?{query}"), 422)["errors"]
    assert message in {error["field"]: error["message"] for error in errors}[field]


def test_text_twice_in_the_query_is_422(client, check_problem):
    problem = check_problem(client.get("/tweets?text=a&text=b"), 422)
    assert "more than once" in problem["detail"]
    assert "/v1/predictions" in problem["detail"]


@pytest.mark.parametrize("escaped", [r"\ud83d", r"\ude02", r"so \udfff good", r"\ude02\ud83d"])
def test_lone_surrogate_in_a_text_is_read_as_the_replacement_character(client, escaped):
    mended = json.loads(f'"{escaped}"').encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    response = client.post_bytes("/tweets", f'{{"text": "{escaped}"}}'.encode())
    assert response.status_code == 200
    assert response.content == client.post("/tweets", json={"text": mended}).content
    many = client.post_bytes("/v1/predictions", f'{{"texts": ["{escaped}"]}}'.encode())
    assert many.status_code == 200


def test_surrogate_pair_is_read_as_one_character(client):
    response = client.post_bytes("/tweets", rb'{"text": "\ud83d\ude02"}')
    assert response.content == client.post("/tweets", json={"text": "😂"}).content


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions"])
@pytest.mark.parametrize(
    "body", [rb'{"\ud800": 1}', rb'{"text": "a", "\udfff": "b"}', rb'{"texts": ["a"], "x\ud800": 1}']
)
def test_lone_surrogate_in_a_field_name_is_422_and_named(client, check_problem, path, body):
    problem = check_problem(client.post_bytes(path, body), 422)
    unknown = [error["field"] for error in problem["errors"] if error["message"].startswith("unknown")]
    assert any(re.search("[\ud800-\udfff\ufffd]", name) for name in unknown)


@pytest.mark.parametrize("name", ["x" * 1000, "😂" * 1000])
def test_long_name_of_an_unknown_field_is_shortened(client, check_problem, name):
    problem = check_problem(client.post("/tweets", json={"text": "a", name: 1}), 422)
    [error] = problem["errors"]
    assert error["field"]
    assert name.startswith(error["field"])
    assert len(error["field"]) < 100

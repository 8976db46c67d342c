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


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        (("/tweets", {}), "text", "missing"),
        (one(text=None), "text", "null; expected a string"),
        (one(text=1), "text", "number; expected a string"),
        (one(text=1.5), "text", "number; expected a string"),
        (one(text=True), "text", "boolean; expected a string"),
        (one(text=["a"]), "text", "array; expected a string"),
        (one(text={"a": 1}), "text", "object; expected a string"),
        (one(text="a" * (MAX_CHARS + 1)), "text", "10001 code points; expected at most 10000"),
        (one(text="😂" * (MAX_CHARS + 1)), "text", "10001 code points; expected at most 10000"),
        (one(text="a", tweet="b"), "tweet", "unknown; expected only text"),
        (one(text="a", min_confidence=0.5), "min_confidence", "unknown; expected only text"),
        (("/v1/predictions", {}), "texts", "missing"),
        (many(texts=None), "texts", "null; expected an array of strings"),
        (many(texts="a"), "texts", "string; expected an array of strings"),
        (many(texts={"0": "a"}), "texts", "object; expected an array of strings"),
        (many(texts=[]), "texts", "0 of them; expected at least 1"),
        (many(texts=["a"] * (MAX_TEXTS + 1)), "texts", "1025 of them; expected at most 1024"),
        (many(texts=["a", 2]), "texts[1]", "number; expected a string"),
        (many(texts=[["a"]]), "texts[0]", "array; expected a string"),
        (many(texts=["a", None]), "texts[1]", "null; expected a string"),
        (many(texts=["a", "b", "c" * (MAX_CHARS + 1)]), "texts[2]", "10001 code points; expected at most 10000"),
        (many(min_confidence=-0.1), "min_confidence", "-0.1; expected a number from 0 to 1"),
        (many(min_confidence=1.1), "min_confidence", "1.1; expected a number from 0 to 1"),
        (many(min_confidence=2), "min_confidence", "2; expected a number from 0 to 1"),
        (many(min_confidence=10**400), "min_confidence", "expected a number from 0 to 1"),
        (many(min_confidence="0.5"), "min_confidence", "string; expected a number"),
        (many(min_confidence=True), "min_confidence", "boolean; expected a number"),
        (many(min_confidence=None), "min_confidence", "null; expected a number"),
        (many(text="a"), "text", "unknown; expected only texts, min_confidence"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_field_that_does_not_fit_is_422_and_named_with_its_limit(client, check_problem, asked, field, said):
    path, body = asked
    problem = check_problem(client.post(path, json=body), 422)
    [error] = problem["errors"]
    assert error["field"] == field
    assert said in error["message"]
    assert problem["detail"] == f"{field}: {error['message']}"


def test_min_confidence_too_large_for_a_float_is_422(client, check_problem):
    response = client.post_bytes("/v1/predictions", b'{"texts": ["a"], "min_confidence": 1e999}')
    [error] = check_problem(response, 422)["errors"]
    assert (error["field"], error["message"]) == ("min_confidence", "inf; expected a number from 0 to 1")


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [("[]", "array"), ('"text"', "string"), ("1", "number"), ("true", "boolean"), ("null", "null")],
)
def test_body_that_is_no_object_is_422(client, check_problem, path, body, kind):
    problem = check_problem(client.post_bytes(path, body.encode()), 422)
    assert problem["detail"] == f"the body is a JSON {kind}; expected an object"


def test_every_field_that_does_not_fit_is_told(client, check_problem):
    problem = check_problem(client.post("/v1/predictions", json={"texts": [1, 2, 3, 4, 5], "min_confidence": 7}), 422)
    assert [error["field"] for error in problem["errors"]] == [*(f"texts[{i}]" for i in range(5)), "min_confidence"]
    assert "texts[0]" in problem["detail"]


@pytest.mark.parametrize("length", [0, 1, MAX_CHARS])
@pytest.mark.parametrize("sign", ["a", " ", "😂", "é", "\x00"])
def test_text_up_to_the_limit_is_answered(client, sign, length):
    assert client.post("/tweets", json={"text": sign * length}).status_code == 200


@pytest.mark.parametrize("length", [0, 1, MAX_CHARS])
@pytest.mark.parametrize("sign", ["a", "+", "é"])  # longer ones, escaped, are more than a URL may be long
def test_query_up_to_the_limit_is_answered(client, sign, length):
    assert client.get("/tweets", params={"text": sign * length}).status_code == 200


def test_as_many_texts_as_the_limit_are_answered(client):
    response = client.post("/v1/predictions", json={"texts": ["a"] * MAX_TEXTS})
    assert response.status_code == 200
    assert len(response.json()["predictions"]) == MAX_TEXTS


@pytest.mark.parametrize("value", [0, 1, 0.0, 1.0, 0.5])
def test_min_confidence_from_0_to_1_is_accepted(client, value):
    assert client.post("/v1/predictions", json={"texts": ["a"], "min_confidence": value}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("", "text", "missing"),
        ("tweet=a", "text", "missing"),
        ("text=a&lang=en", "lang", "unknown; expected only text"),
        ("text=" + "a" * (MAX_CHARS + 1), "text", "10001 code points; expected at most 10000"),
    ],
    ids=["empty", "wrong name", "one more", "too long"],
)
def test_query_that_does_not_fit_is_422_and_named(client, check_problem, query, field, said):
    errors = check_problem(client.get(f"/tweets?{query}"), 422)["errors"]
    assert said in {error["field"]: error["message"] for error in errors}[field]


def test_text_twice_in_the_query_is_422(client, check_problem):
    problem = check_problem(client.get("/tweets?text=a&text=b"), 422)
    assert "more than once" in problem["detail"]
    assert "/v1/predictions" in problem["detail"]


@pytest.mark.parametrize("escaped", [r"\ud83d", r"\ude02", r"so \udfff good", r"\ude02\ud83d"])
def test_half_a_character_in_a_text_is_read_as_the_replacement_character(client, escaped):
    mended = json.loads(f'"{escaped}"').encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    response = client.post_bytes("/tweets", f'{{"text": "{escaped}"}}'.encode())
    assert response.status_code == 200
    assert response.content == client.post("/tweets", json={"text": mended}).content
    many = client.post_bytes("/v1/predictions", f'{{"texts": ["{escaped}"]}}'.encode())
    assert many.status_code == 200


def test_whole_character_in_two_escapes_is_read_as_one(client):
    response = client.post_bytes("/tweets", rb'{"text": "\ud83d\ude02"}')
    assert response.content == client.post("/tweets", json={"text": "😂"}).content


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions"])
@pytest.mark.parametrize(
    "body", [rb'{"\ud800": 1}', rb'{"text": "a", "\udfff": "b"}', rb'{"texts": ["a"], "x\ud800": 1}']
)
def test_half_a_character_in_a_fields_name_is_422_and_the_field_is_named(client, check_problem, path, body):
    problem = check_problem(client.post_bytes(path, body), 422)
    unknown = [error["field"] for error in problem["errors"] if error["message"].startswith("unknown")]
    assert any(re.search("[\ud800-\udfff\ufffd]", name) for name in unknown)


@pytest.mark.parametrize("name", ["x" * 1000, "😂" * 1000])
def test_long_name_of_an_unknown_field_is_not_repeated_whole(client, check_problem, name):
    problem = check_problem(client.post("/tweets", json={"text": "a", name: 1}), 422)
    [error] = problem["errors"]
    assert error["field"]
    assert name.startswith(error["field"].rstrip("…"))
    assert len(error["field"]) < 100

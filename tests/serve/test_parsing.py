"""`read_fields`: content types, queries and bodies; each refusal has its status, and says what came and where."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

PATHS = ["/tweets", "/v1/predictions"]
BODIES = {"/tweets": {"text": "so good"}, "/v1/predictions": {"texts": ["so good"]}}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"{", "line 1 column 2"),
        (b'{"text": }', "line 1 column 10"),
        (b'{\n"text"\n"a"}', "line 3 column 1"),
        (b'{"text": "a"} more', "line 1 column 15"),
        (b"{'text': 'a'}", "line 1 column 2"),
        (b'{"text": "a\nb"}', "line 1 column 12"),
        (b'{"text": "\\x"}', "line 1 column 11"),
        (b" ", "line 1 column 2"),
        (b'\xef\xbb\xbf{"text": "a"}', "BOM"),
        (b'{"text": "\xff"}', "0xff in position 10"),
        (b'{"text": "\xed\xa0\x80"}', "0xed in position 10"),
        ('{"text": "é"}'.encode("latin-1"), "0xe9 in position 10"),
        ('{"text": "a"}'.encode("utf-16"), "0xff in position 0"),
        (b'{"text": NaN}', "NaN"),
        (b'{"text": "a", "min_confidence": Infinity}', "Infinity"),
        (b'{"text": "a", "min_confidence": -Infinity}', "-Infinity"),
        (b'{"min_confidence": 1' + b"0" * 5000 + b"}", "digits"),
        (b"[" * 100_000 + b"]" * 100_000, "recursion"),
        (b'{"text":' * 50_000 + b"1" + b"}" * 50_000, "recursion"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_bad_json_is_400_and_says_where(client, check_problem, path, body, named):
    assert named in check_problem(client.post_bytes(path, body), 400)["detail"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"text": "a", "text": "b"}', "text"),
        (b'{"text": "a", "text": "a"}', "text"),
        (b'{"texts": ["a"], "min_confidence": 0, "min_confidence": 1}', "min_confidence"),
        (b'{"text": "a", "\\u0074ext": "b"}', "text"),
        (b'{"text": {"deep": 1, "other": 2, "deep": 3}}', "deep"),
        (b'[{"a": 1, "a": 1}]', "a"),
        (b'{"": 1, "": 2}', ""),
        (b'{"%s": 1, "%s": 2}' % (b"n" * 5_000, b"n" * 5_000), "n" * 80),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_name_twice_in_an_object_is_400_and_named(client, check_problem, path, body, name):
    detail = check_problem(client.post_bytes(path, body), 400)["detail"]
    assert detail.startswith(f"the body has {name!r} more than once")


@pytest.mark.parametrize("path", PATHS)
def test_name_once_in_each_of_two_objects_is_no_duplicate(client, check_problem, path):
    check_problem(client.post_bytes(path, b'[{"a": 1}, {"a": 1}]'), 422)


def test_bad_json_of_get_is_400(client, check_problem):
    response = client.request("GET", "/tweets", content=b"{", headers={"Content-Type": "application/json"})
    assert "line 1 column 2" in check_problem(response, 400)["detail"]


@pytest.mark.parametrize("query", ["text=%ff", "text=%F0%9F%98", "text=%ED%A0%80", "%ff=1"])
def test_query_of_bad_utf8_is_400(client, check_problem, query):
    assert "UTF-8" in check_problem(client.get(f"/tweets?{query}"), 400)["detail"]


def test_query_of_raw_bytes_is_400(client):
    start, *_ = client.call([{"type": "http.request"}], {"path": "/tweets", "query_string": b"text=\xff"})
    assert start["status"] == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_text_in_query_and_body_is_400(client, check_problem, method):
    response = client.request(method, "/tweets?text=a", json={"text": "a"})
    assert "text in the query and a body" in check_problem(response, 400)["detail"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_neither_query_nor_body_is_422(client, check_problem, method):
    assert check_problem(client.request(method, "/tweets"), 422)["errors"][0]["field"] == "text"


def test_empty_body_of_predictions_is_400(client, check_problem):
    assert "line 1 column 1" in check_problem(client.post_bytes("/v1/predictions", b""), 400)["detail"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
        "Application/JSON; Charset=Utf-8",
        "application/json;",
    ],
)
def test_content_type_json_in_utf8_is_accepted(client, path, content_type):
    body = json.dumps(BODIES[path])
    assert client.post(path, content=body, headers={"Content-Type": content_type}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
    ],
)
def test_other_content_type_is_415(client, check_problem, path, content_type):
    response = client.post(path, content=json.dumps(BODIES[path]), headers={"Content-Type": content_type})
    detail = check_problem(response, 415)["detail"]
    assert content_type in detail
    assert "application/json" in detail


@pytest.mark.parametrize(("method", "path"), [("GET", "/tweets"), ("POST", "/tweets"), ("POST", "/v1/predictions")])
def test_missing_content_type_is_415(client, check_problem, method, path):
    response = client.request(method, path, content=json.dumps(BODIES[path]))
    assert "missing" in check_problem(response, 415)["detail"]


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_content_encoding_is_415(client, check_problem, encoding):
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    response = client.post("/tweets", content=b"\x1f\x8b", headers=headers)
    assert encoding in check_problem(response, 415)["detail"]


def test_content_encoding_that_is_none_is_taken_in_any_case(client):
    headers = {"Content-Type": "application/json", "Content-Encoding": "Identity"}
    assert client.post("/tweets", content=b'{"text": "a"}', headers=headers).status_code == 200


def test_long_names_of_a_query_are_not_repeated_whole(client, check_problem):
    response = client.post(f"/tweets?{'a' * 1000}=b", json={"text": "a"})
    assert len(check_problem(response, 400)["detail"]) < 200


@given(body=st.binary(max_size=40) | st.text(max_size=20).map(str.encode))
@pytest.mark.parametrize("path", PATHS)
def test_any_bytes_get_200_400_or_422(client, path, body):
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
def test_any_json_gets_200_400_or_422(client, path, body):
    response = client.post_bytes(path, json.dumps(body).encode("ascii"))
    assert response.status_code in {200, 400, 422}
    assert isinstance(response.json(), dict)


@given(text=st.text(st.characters(codec=None), max_size=200))
def test_any_text_gets_the_same_response_in_body_and_query(client, text):
    expected = client.post_bytes("/tweets", json.dumps({"text": text}).encode("ascii"))
    assert expected.status_code == 200
    if not any("\ud800" <= sign <= "\udfff" for sign in text):  # no UTF-8 holds half a character
        assert client.get("/tweets", params=httpx.QueryParams(text=text)).content == expected.content

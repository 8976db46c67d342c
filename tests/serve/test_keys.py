"""API keys: which paths need one, how one is sent, what a refusal says, and how keys are read."""

import gc
import hashlib

import pytest
from openapi_spec_validator import validate

from tweetmoji import SettingError
from tweetmoji.serve import create_app
from tweetmoji.serve.keys import ApiKeys, read_keys

KEY, OTHER = "0123456789abcdef", "fedcba9876543210fedcba9876543210"
GUARDED = [
    ("GET", "/tweets?text=happy"),
    ("HEAD", "/tweets?text=happy"),
    ("POST", "/tweets"),
    ("POST", "/v1/predictions"),
    ("POST", "/v1/suggestions"),
    ("POST", "/v1/explanations"),
    ("GET", "/v1/labels"),
    ("GET", "/v1/model"),
    ("GET", "/metrics"),
]
OPEN = ["/", "/page/page.js", "/swagger-ui", "/swagger-ui/assets/favicon.png", "/openapi.json", "/healthz", "/readyz"]


@pytest.fixture(scope="module")
def guarded(make_client, heads_emojifier):
    """A client of an application that wants one of two keys."""
    client = make_client(heads_emojifier)
    client.app = create_app(heads_emojifier, api_keys=ApiKeys([KEY, OTHER]))
    yield client
    client.shut_down()


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_guarded_path_without_a_key_is_401_with_the_scheme(guarded, method, path):
    response = guarded.request(method, path)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="tweetmoji"'
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), GUARDED)
@pytest.mark.parametrize("key", [KEY, OTHER])
def test_guarded_path_with_either_key_is_served(guarded, method, path, key):
    body = {"text": "happy"} if path in {"/tweets", "/v1/explanations"} else {"texts": ["happy"]}
    arguments = {"json": body} if method == "POST" else {}
    assert guarded.request(method, path, headers=bearer(key), **arguments).status_code == 200


@pytest.mark.parametrize("path", OPEN)
def test_open_path_needs_no_key(guarded, path):
    assert guarded.get(path).status_code == 200


def test_every_documented_path_but_health_is_guarded(guarded):
    paths = guarded.get("/openapi.json").json()["paths"]
    assert {path for path in paths if guarded.request("PUT", path).status_code != 401} == {"/healthz", "/readyz"}


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {KEY}x",
        f"Bearer {KEY[:-1]}",
        "Bearer",
        "Bearer ",
        f"Basic {KEY}",
        KEY,
        f"Bearer {KEY}, {OTHER}",
        "Bearer ü",
    ],
)
def test_wrong_key_is_an_invalid_token(guarded, check_problem, header):
    response = guarded.get("/v1/model", headers={"Authorization": header.encode("utf-8")})
    check_problem(response, 401)
    assert response.headers["www-authenticate"] == 'Bearer realm="tweetmoji", error="invalid_token"'
    assert KEY not in response.text


def test_scheme_is_read_in_any_case(guarded):
    assert guarded.get("/v1/model", headers={"Authorization": f"bEARER {KEY}"}).status_code == 200


def test_two_authorization_headers_are_refused(guarded):
    headers = [("Authorization", f"Bearer {KEY}")] * 2
    assert guarded.get("/v1/model", headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/tweets/", "http://test//tweets", "/V1/model", "/metrics/"])
def test_other_spellings_of_a_path_reach_nothing(guarded, path):
    assert guarded.get(path).status_code in {401, 404}


def test_refused_body_ends_the_connection_unread(guarded):
    reads = []
    sent = guarded.call(
        reads, {"method": "POST", "path": "/tweets", "headers": [(b"host", b"a"), (b"content-length", b"9")]}
    )
    assert (b"connection", b"close") in sent[0]["headers"]
    assert sent[0]["status"] == 401


def test_document_declares_the_scheme_and_the_refusal(guarded):
    document = guarded.get("/openapi.json").json()
    validate(document)
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    operation = document["paths"]["/v1/predictions"]["post"]
    assert operation["security"] == [{"key": []}]
    assert "WWW-Authenticate" in operation["responses"]["401"]["headers"]
    assert "security" not in document["paths"]["/healthz"]["get"]


def test_document_without_keys_declares_none(client):
    document = client.get("/openapi.json").json()
    assert "securitySchemes" not in document["components"]
    assert "401" not in document["paths"]["/v1/model"]["get"]["responses"]


def test_replaced_keys_count_from_then_on():
    keys = ApiKeys([KEY])
    keys.replace(ApiKeys([OTHER]))
    assert not keys.has(KEY)
    assert keys.has(OTHER)


def test_only_digests_are_kept(tmp_path):
    key = hashlib.sha256(b"made up here").hexdigest()
    path = tmp_path / "keys"
    path.write_text(f"{key}\n", encoding="utf-8")
    keys = read_keys(str(path), None)
    assert keys.has(key)
    held = [item for item in gc.get_referents(keys, vars(keys), *vars(keys).values()) if isinstance(item, str | bytes)]
    assert all(key not in str(item) and key.encode() not in bytes(str(item), "utf-8") for item in held)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_file_has_a_key_a_line_and_comments(tmp_path, encoding):
    path = tmp_path / "keys"
    path.write_text(f"# of the shop\n\n  {KEY}  \n{OTHER}\n", encoding=encoding)
    keys = read_keys(str(path), None)
    assert len(keys) == 2
    assert keys.has(KEY)
    assert not keys.has("# of the shop")


@pytest.mark.parametrize("variable", [f"{KEY},{OTHER}", f" {KEY}\n{OTHER} ", f"{KEY}, {OTHER},"])
def test_variable_has_keys_between_commas_or_spaces(variable):
    keys = read_keys(None, variable)
    assert len(keys) == 2
    assert keys.has(OTHER)


@pytest.mark.parametrize("variable", [None, "", " , "])
def test_no_file_and_no_variable_are_no_keys(variable):
    assert len(read_keys(None, variable)) == 0


@pytest.mark.parametrize("content", ["", "# only this\n\n"])
def test_file_without_keys_is_refused(tmp_path, content):
    path = tmp_path / "keys"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingError, match=r"api_key_file is .*keys.*no key"):
        read_keys(str(path), None)


@pytest.mark.parametrize("key", ["short", "with a space in it", "a" * 257, "ümlaut-0123456789"])
def test_malformed_key_is_named_by_its_line_and_not_repeated(tmp_path, key):
    path = tmp_path / "keys"
    path.write_text(f"{KEY}\n{key}\n", encoding="utf-8")
    with pytest.raises(SettingError, match=r"keys: line 2 is malformed; expected 16 to 256") as caught:
        read_keys(str(path), None)
    assert key not in str(caught.value)


@pytest.mark.parametrize("name", ["missing", "."])
def test_unreadable_file_is_named(tmp_path, name):
    with pytest.raises(SettingError, match="api_key_file is"):
        read_keys(str(tmp_path / name), None)

"""``/openapi.json``: a valid 3.1 document that describes every route, and tells the truth about each."""

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tweetmoji.serve.settings import MAX_TEXTS
from tweetmoji.text import MAX_CHARS

READING = {"200", "400", "408", "413", "415", "422", "500", "503"}
OPERATIONS = {
    ("get", "/tweets"): READING,
    ("post", "/tweets"): READING,
    ("post", "/v1/predictions"): READING,
    ("get", "/v1/labels"): {"200", "500"},
    ("get", "/v1/model"): {"200", "500"},
    ("get", "/healthz"): {"200", "500"},
    ("get", "/readyz"): {"200", "500", "503"},
}
every_operation = pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=" ".join)


@pytest.fixture(scope="module")
def document(client):
    response = client.get("/openapi.json")
    assert response.headers["content-type"] == "application/json"
    return response.json()


@pytest.fixture(scope="module")
def resolve(document):
    """Put what a reference names in its place, all the way down."""

    def put(node):
        if isinstance(node, list):
            return [put(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            target = document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            return put(target)
        return {key: put(value) for key, value in node.items()}

    return put


def make_example(schema):
    """The example that the descriptions of the fields make up together; fails where there is none."""
    if "examples" in schema:
        return schema["examples"][0]
    if schema["type"] == "array":
        return [make_example(schema["items"])]
    assert schema["type"] == "object", f"no example: {schema}"
    return {name: make_example(field) for name, field in schema["properties"].items()}


def fits(value, schema):
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(value)
    return True


def test_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    validate(document)


def test_document_says_what_it_describes(document):
    from importlib.metadata import version

    assert document["info"]["title"] == "tweetmoji"
    assert document["info"]["version"] == version("tweetmoji")
    assert document["info"]["description"].strip()


def test_every_route_is_described_and_no_other(document):
    described = {(method, path) for path, item in document["paths"].items() for method in item}
    assert described == set(OPERATIONS)


@every_operation
def test_operation_documents_each_of_its_statuses(document, method, path):
    operation = document["paths"][path][method]
    assert set(operation["responses"]) == OPERATIONS[method, path]
    assert operation["summary"]
    assert operation["description"]
    assert all(response["description"] for response in operation["responses"].values())


@every_operation
def test_every_problem_is_documented_as_one_with_an_example(document, resolve, method, path):
    for status, response in document["paths"][path][method]["responses"].items():
        if int(status) >= 400:
            [(kind, content)] = response["content"].items()
            assert kind == "application/problem+json"
            assert content["example"]["status"] == int(status)
            assert fits(content["example"], resolve(content["schema"]))


@every_operation
def test_every_answer_has_an_example_that_fits_its_schema(document, resolve, method, path):
    [(kind, content)] = document["paths"][path][method]["responses"]["200"]["content"].items()
    schema = resolve(content["schema"])
    assert kind == "application/json"
    assert fits(content.get("example") or make_example(schema), schema)


def test_get_tweets_documents_the_query_parameter_and_its_body_in_prose_alone(document):
    operation = document["paths"]["/tweets"]["get"]
    [parameter] = operation["parameters"]
    assert (parameter["name"], parameter["in"], parameter.get("required", False)) == ("text", "query", False)
    assert parameter["schema"]["type"] == "string"
    assert parameter["schema"]["maxLength"] == MAX_CHARS
    assert parameter["description"]
    assert parameter["example"]
    assert "requestBody" not in operation
    assert '{"text": …}' in operation["description"]


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions"])
def test_post_documents_its_body(document, resolve, path):
    operation = document["paths"][path]["post"]
    [(kind, content)] = operation["requestBody"]["content"].items()
    schema = resolve(content["schema"])
    assert operation["requestBody"]["required"] is True
    assert kind == "application/json"
    assert fits(content.get("example") or make_example(schema), schema)
    assert "parameters" not in operation


def test_limits_of_the_bodies_are_documented(document, resolve):
    def read(path):
        return resolve(document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"])

    tweet, many = read("/tweets"), read("/v1/predictions")
    assert tweet["required"] == ["text"]
    assert tweet["properties"]["text"]["maxLength"] == MAX_CHARS
    assert many["required"] == ["texts"]
    texts, least = many["properties"]["texts"], many["properties"]["min_confidence"]
    assert (texts["minItems"], texts["maxItems"], texts["items"]["maxLength"]) == (1, MAX_TEXTS, MAX_CHARS)
    assert (least["minimum"], least["maximum"], least["default"]) == (0, 1, 0)


@every_operation
def test_example_request_works_and_its_answer_fits_the_document(client, document, resolve, method, path):
    operation = document["paths"][path][method]
    arguments = {"params": {field["name"]: field["example"] for field in operation.get("parameters", [])}}
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        arguments = {"json": content.get("example") or make_example(resolve(content["schema"]))}
    response = client.request(method.upper(), path, **arguments)
    assert response.status_code == 200
    schema = resolve(operation["responses"]["200"]["content"]["application/json"]["schema"])
    assert fits(response.json(), schema)
    assert list(response.json()) == list(schema["properties"])


JSON_TYPE = {"Content-Type": "application/json"}
PROBLEMS = {
    400: {"content": b"{", "headers": JSON_TYPE},
    413: {"content": b" " * (1024 * 1024 + 1), "headers": JSON_TYPE},
    415: {"content": b"{}", "headers": {"Content-Type": "text/plain"}},
    422: {"content": b"{}", "headers": JSON_TYPE},
}


@pytest.mark.parametrize("status", PROBLEMS)
@pytest.mark.parametrize(("method", "path"), [key for key in OPERATIONS if OPERATIONS[key] == READING], ids=" ".join)
def test_problem_comes_as_documented(client, document, resolve, check_problem, method, path, status):
    response = client.request(method.upper(), path, **PROBLEMS[status])
    check_problem(response, status)
    documented = document["paths"][path][method]["responses"][str(status)]["content"]["application/problem+json"]
    assert fits(response.json(), resolve(documented["schema"]))


def test_confidence_string_is_documented_as_a_string(document, resolve):
    content = document["paths"]["/tweets"]["get"]["responses"]["200"]["content"]["application/json"]
    schema = resolve(content["schema"])
    assert schema["required"] == ["confidence", "emoji"]
    assert schema["properties"]["confidence"]["type"] == "string"

"""`create_app`: the models that it takes, ``/openapi.json``, which describes every route, and ``/swagger-ui``."""

import re
from importlib.metadata import version
from importlib.resources import files
from urllib.parse import urljoin

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tweetmoji.serve.settings import MAX_SUGGESTIONS, MAX_TEXTS
from tweetmoji.text import MAX_CHARS

TEXT_STATUSES = {"200", "400", "408", "413", "415", "422", "429", "500", "503", "504"}
OPERATIONS = {
    ("get", "/tweets"): TEXT_STATUSES,
    ("post", "/tweets"): TEXT_STATUSES,
    ("post", "/v1/predictions"): TEXT_STATUSES,
    ("post", "/v1/suggestions"): TEXT_STATUSES | {"404"},
    ("post", "/v1/explanations"): TEXT_STATUSES,
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
def page(client):
    response = client.get("/swagger-ui")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    return response.text


@pytest.fixture(scope="module")
def resolve(document):
    """Replace references by what they refer to, recursively."""

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
    """The example made of those of the fields; fails where there is none."""
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


def find_assets(page):
    """Paths of what Swagger UI, which is at /swagger-ui, loads."""
    return [urljoin("/swagger-ui", address) for address in re.findall(r'(?:src|href)="([^"]*)"', page)]


def test_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    validate(document)


def test_document_has_title_version_and_description(document):
    assert document["info"]["title"] == "tweetmoji"
    assert document["info"]["version"] == version("tweetmoji")
    assert document["info"]["description"].strip()


def test_document_describes_every_route_and_no_other(document):
    described = {(method, path) for path, item in document["paths"].items() for method in item}
    assert described == set(OPERATIONS)


@every_operation
def test_operation_documents_its_statuses(document, method, path):
    operation = document["paths"][path][method]
    assert set(operation["responses"]) == OPERATIONS[method, path]
    assert operation["summary"]
    assert operation["description"]
    assert all(response["description"] for response in operation["responses"].values())


@every_operation
def test_operation_documents_problems_with_an_example(document, resolve, method, path):
    for status, response in document["paths"][path][method]["responses"].items():
        if int(status) >= 400:
            [(kind, content)] = response["content"].items()
            assert kind == "application/problem+json"
            assert content["example"]["status"] == int(status)
            assert fits(content["example"], resolve(content["schema"]))


@every_operation
def test_operation_documents_a_response_whose_example_fits(document, resolve, method, path):
    [(kind, content)] = document["paths"][path][method]["responses"]["200"]["content"].items()
    schema = resolve(content["schema"])
    assert kind == "application/json"
    assert fits(content.get("example") or make_example(schema), schema)


def test_get_tweets_documents_the_query_parameter_and_no_body(document):
    operation = document["paths"]["/tweets"]["get"]
    [parameter] = operation["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("text", "query", True)
    assert parameter["schema"]["type"] == "string"
    assert parameter["schema"]["maxLength"] == MAX_CHARS
    assert parameter["description"]
    assert parameter["example"]
    assert "requestBody" not in operation
    assert '{"text": …}' in operation["description"]


def test_get_tweets_without_a_required_parameter_is_422_as_documented(client, document, resolve, check_problem):
    operation = document["paths"]["/tweets"]["get"]
    [required] = [parameter["name"] for parameter in operation["parameters"] if parameter["required"]]
    problem = check_problem(client.get("/tweets"), 422)
    assert [error["field"] for error in problem["errors"]] == [required]
    assert fits(problem, resolve(operation["responses"]["422"]["content"]["application/problem+json"]["schema"]))


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions", "/v1/suggestions", "/v1/explanations"])
def test_post_documents_its_body_with_an_example(document, resolve, path):
    operation = document["paths"][path]["post"]
    [(kind, content)] = operation["requestBody"]["content"].items()
    schema = resolve(content["schema"])
    assert operation["requestBody"]["required"] is True
    assert kind == "application/json"
    assert fits(content.get("example") or make_example(schema), schema)
    assert "parameters" not in operation


def test_bodies_document_their_limits(document, resolve):
    def read(path):
        return resolve(document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"])

    tweet, many, suggested = read("/tweets"), read("/v1/predictions"), read("/v1/suggestions")
    assert tweet["required"] == ["text"]
    assert tweet["properties"]["text"]["maxLength"] == MAX_CHARS
    assert read("/v1/explanations")["properties"] == tweet["properties"]
    assert many["required"] == ["texts"]
    texts, least = many["properties"]["texts"], many["properties"]["min_confidence"]
    assert (texts["minItems"], texts["maxItems"], texts["items"]["maxLength"]) == (1, MAX_TEXTS, MAX_CHARS)
    assert (least["minimum"], least["maximum"], least["default"]) == (0, 1, 0)
    assert suggested["required"] == ["texts"]
    assert suggested["properties"]["texts"] == texts
    k = suggested["properties"]["k"]
    assert (k["minimum"], k["maximum"], k["default"]) == (1, MAX_SUGGESTIONS, 3)


@every_operation
def test_example_request_gets_the_documented_response(heads_client, document, resolve, method, path):
    operation = document["paths"][path][method]
    arguments = {"params": {field["name"]: field["example"] for field in operation.get("parameters", [])}}
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        arguments = {"json": content.get("example") or make_example(resolve(content["schema"]))}
    response = heads_client.request(method.upper(), path, **arguments)
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
@pytest.mark.parametrize(
    ("method", "path"), [key for key in OPERATIONS if OPERATIONS[key] >= TEXT_STATUSES], ids=" ".join
)
def test_problem_fits_its_documented_schema(client, document, resolve, check_problem, method, path, status):
    response = client.request(method.upper(), path, **PROBLEMS[status])
    check_problem(response, status)
    documented = document["paths"][path][method]["responses"][str(status)]["content"]["application/problem+json"]
    assert fits(response.json(), resolve(documented["schema"]))


def test_404_of_a_model_without_suggestions_is_as_documented(client, document, check_problem):
    documented = document["paths"]["/v1/suggestions"]["post"]["responses"]["404"]["content"]
    problem = check_problem(client.post("/v1/suggestions", json={"texts": ["a"]}), 404)
    assert documented["application/problem+json"]["example"] | {"request_id": problem["request_id"]} == problem


def test_confidence_of_tweets_is_documented_as_a_string(document, resolve):
    content = document["paths"]["/tweets"]["get"]["responses"]["200"]["content"]["application/json"]
    schema = resolve(content["schema"])
    assert schema["required"] == ["confidence", "emoji"]
    assert schema["properties"]["confidence"]["type"] == "string"


def test_swagger_ui_reads_the_document_of_this_server(page):
    assert "url: 'openapi.json'" in page


def test_swagger_ui_names_no_other_host(client, page):
    assert "://" not in page
    assert all(asset.startswith("/swagger-ui/assets/") for asset in find_assets(page))
    [style] = [asset for asset in find_assets(page) if asset.endswith(".css")]
    sources = re.findall(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)", client.get(style).text)
    assert all(url.startswith("data:") for pair in sources for url in pair if url)


def test_swagger_ui_assets_are_the_files_of_fastapi_offline(client, page):
    types = {"js": "text/javascript", "css": "text/css", "png": "image/png"}
    assets = find_assets(page)
    assert {asset.rpartition(".")[2] for asset in assets} == set(types)
    for asset in assets:
        response = client.get(asset)
        name = asset.rpartition("/")[2]
        assert response.status_code == 200, asset
        assert response.headers["content-type"].partition(";")[0] == types[name.rpartition(".")[2]]
        assert response.content == (files("fastapi_offline") / "static" / name).read_bytes()


@pytest.mark.parametrize("path", ["..%2f..%2fpyproject.toml", "%2e%2e/__init__.py", "..%5c__init__.py"])
def test_path_outside_the_assets_is_404(client, check_problem, path):
    check_problem(client.get(f"/swagger-ui/assets/{path}"), 404)


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_pages_that_load_from_a_cdn_are_404(client, check_problem, path):
    check_problem(client.get(path), 404)

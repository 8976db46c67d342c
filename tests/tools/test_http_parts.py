"""`tools/http_parts.py`: the OpenAPI document as Markdown."""

import re

import pytest

pytest.importorskip("fastapi", reason="fastapi is not installed: pip install '.[serve]'")

from http_parts import describe_type, read_openapi, render_fields, render_http


@pytest.fixture(scope="module")
def document():
    return read_openapi()


@pytest.fixture(scope="module")
def rendered(document):
    return render_http(document)


def test_every_operation_is_there_with_its_statuses(document, rendered):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            [section] = re.findall(
                rf"^### {method.upper()} {re.escape(path)}$(.*?)(?=^##)", rendered, re.MULTILINE | re.DOTALL
            )
            assert operation["summary"] in section
            assert "?." not in section
            for status in operation["responses"]:
                assert re.search(rf"\b{status}\b", section), (path, method, status)


@pytest.mark.parametrize("status", [400, 401, 404, 405, 408, 414, 429, 431])
def test_problems_have_those_that_come_before_any_route(rendered, status):
    [section] = re.findall(r"^## Problems$(.*?)(?=^## )", rendered, re.MULTILINE | re.DOTALL)
    assert re.search(rf"^\| {status} \|", section, re.MULTILINE)


def test_every_link_leads_to_an_object(document, rendered):
    objects = set(re.findall(r"^### (\w+)$", rendered, re.MULTILINE))
    assert objects == set(document["components"]["schemas"])
    assert set(re.findall(r"\(#(\w+)\)", rendered)) - {"problems"} <= {name.lower() for name in objects}


def test_a_field_shows_type_limits_and_default():
    schema = {
        "required": ["texts"],
        "properties": {
            "texts": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1024},
            "k": {"type": "integer", "description": "Most of | them.", "maximum": 100, "default": 3},
        },
    }
    assert render_fields(schema).splitlines()[2:] == [
        "| `texts` | array of string | yes | At least 1 elements, at most 1,024 elements. |",
        "| `k` | integer | no | Most of \\| them. ≤ 100. Default: `3`. |",
    ]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"$ref": "#/components/schemas/Problem"}, "[Problem](#problem)"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object of number"),
        ({"type": "object", "additionalProperties": False}, "object"),
    ],
)
def test_describe_type(schema, expected):
    assert describe_type(schema) == expected

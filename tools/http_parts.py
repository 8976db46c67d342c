"""The generated part of docs/http.md: the OpenAPI document of the server, as pages for people."""

from collections.abc import Iterator
from typing import Any

import tweetmoji
from tweetmoji.serve import problems
from tweetmoji.serve.app import create_app

METHODS = ("get", "post", "put", "patch", "delete")

PROBLEM = "application/problem+json"

LIMITS = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "minLength": "at least {} code points",
    "maxLength": "at most {} code points",
    "minItems": "at least {} elements",
    "maxItems": "at most {} elements",
}
"""A limit in JSON Schema to how it reads."""


def read_openapi() -> dict[str, Any]:
    """The OpenAPI document of the server with the shipped model."""
    app = create_app(tweetmoji.load())
    try:
        document: dict[str, Any] = app.openapi()
    finally:
        app.state.predictor.close()
    return document


def render_http(document: dict[str, Any] | None = None) -> str:
    """Every path with its parameters, body and responses, then every object."""
    document = document or read_openapi()
    operations = [
        render_operation(f"{method.upper()} {path}", item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]
    schemas = document["components"]["schemas"]
    objects = [render_object(name, schemas[name]) for name in sorted(schemas)]
    return "\n\n".join(["## Paths", *operations, "## Problems", render_problems(document), "## Objects", *objects])


def render_operation(name: str, operation: dict[str, Any]) -> str:
    """One method of one path."""
    summary = operation["summary"]
    end = "" if summary.endswith("?") else "."
    parts = [f"### {name}", f"{summary}{end} {operation.get('description', '')}".strip()]
    if parameters := operation.get("parameters"):
        rows = [
            [
                f"`{row['name']}` ({row['in']})",
                describe_type(row["schema"]),
                _yes(row.get("required", False)),
                _cell(row.get("description", "")),
            ]
            for row in parameters
        ]
        parts.append(_tabulate(["parameter", "type", "required", "meaning"], rows))
    for body in operation.get("requestBody", {}).get("content", {}).values():
        parts += ["The body is JSON:", render_fields(body["schema"])]
    answers = {status: row for status, row in operation["responses"].items() if not is_problem(row)}
    rows = [[status, _cell(row["description"]), _describe_body(row)] for status, row in answers.items()]
    parts.append(_tabulate(["status", "meaning", "body"], rows))
    if failures := [status for status in operation["responses"] if status not in answers]:
        parts.append(f"[Problems](#problems): {', '.join(failures)}.")
    return "\n\n".join(parts)


def render_problems(document: dict[str, Any]) -> str:
    """Every status that is a problem, with a detail as an example, also those that come before any route."""
    found = {str(status): response for status, response in problems.document(*problems.EXAMPLES).items()} | {
        status: response
        for item in document["paths"].values()
        for method in METHODS
        for status, response in item.get(method, {}).get("responses", {}).items()
        if is_problem(response)
    }
    rows = [
        [status, _cell(response["description"]), _cell(read_detail(response)), ", ".join(response.get("headers", {}))]
        for status, response in sorted(found.items())
    ]
    return _tabulate(["status", "title", "a detail", "header"], rows)


def is_problem(response: dict[str, Any]) -> bool:
    """Whether a response is a problem (RFC 9457)."""
    return PROBLEM in response.get("content", {})


def read_detail(response: dict[str, Any]) -> str:
    """The detail of a problem's example."""
    return str(response["content"][PROBLEM].get("example", {}).get("detail", ""))


def render_object(name: str, schema: dict[str, Any]) -> str:
    """One object of the document."""
    about = [schema["description"]] if "description" in schema else []
    return "\n\n".join([f"### {name}", *about, render_fields(schema)])


def render_fields(schema: dict[str, Any]) -> str:
    """The fields of an object."""
    required = schema.get("required", ())
    rows = [
        [f"`{name}`", describe_type(field), _yes(name in required), _cell(" ".join(_describe_field(field)))]
        for name, field in schema["properties"].items()
    ]
    return _tabulate(["field", "type", "required", "meaning"], rows)


def describe_type(schema: dict[str, Any]) -> str:
    """The type of a value, with a link to the object that it is."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(map(describe_type, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"array of {describe_type(schema['items'])}"
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        return f"object of {describe_type(values)}"
    return str(schema.get("type", "any"))


def _describe_field(schema: dict[str, Any]) -> Iterator[str]:
    if "description" in schema:
        yield schema["description"]
    limits = [text.format(f"{schema[key]:,}") for key, text in LIMITS.items() if key in schema]
    if limits:
        yield f"{', '.join(limits).capitalize()}."
    if "default" in schema:
        yield f"Default: `{schema['default']}`."


def _describe_body(response: dict[str, Any]) -> str:
    return " or ".join(describe_type(content.get("schema", {})) for content in response.get("content", {}).values())


def _tabulate(header: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, ["---"] * len(header), *rows])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _yes(value: bool) -> str:
    return "yes" if value else "no"

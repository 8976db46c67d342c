"""From the body or the query of a request to checked fields; what does not fit becomes a `Problem`.

FastAPI's own parsing takes no body with GET, accepts NaN and UTF-16, and reports bad JSON as 422.
"""

import json
from collections import Counter
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError

from tweetmoji.serve.problems import Problem
from tweetmoji.serve.schemas import EXPECTED
from tweetmoji.text import replace_surrogates

Model = TypeVar("Model", bound=BaseModel)

MAX_SHOWN_CHARS: Final = 80
"""Characters of a client's own words that a message repeats."""


async def read_fields(request: Request, model: type[Model], *, query: bool = False) -> Model:
    """Read the fields of a request from its JSON body.

    Args:
        request: The request; the middleware has limited its body.
        model: The fields and their limits.
        query: Whether the query may hold the fields instead of a body.

    Raises:
        Problem: 400 for bad UTF-8, bad JSON, a name twice in an object, or both a query and a body, 415 for another
            content type, 422 for fields that do not fit.
    """
    body = await request.body()
    fields: Any = _parse_query(request.scope["query_string"]) if query else {}
    if fields and body:
        names = ", ".join(fields)[:MAX_SHOWN_CHARS]
        raise Problem(400, f"{names} in the query and a body as well; send one of the two")
    if body or not query:
        _check_content_type(request)
        fields = _parse_json(body)
    return _validate(model, fields)


def _parse_query(query: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(query.decode("utf-8"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Problem(400, "the query is not UTF-8; expected percent-encoded UTF-8") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Problem(422, "a query parameter is given more than once; for many texts, POST /v1/predictions")
    return fields


def _check_content_type(request: Request) -> None:
    content_type = request.headers.get("content-type", "")
    kind, _, parameters = content_type.partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        got = f"is {content_type[:MAX_SHOWN_CHARS]!r}" if content_type else "is missing"
        raise Problem(415, f"the content type {got}; expected application/json, in UTF-8")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        raise Problem(415, f"the content encoding is {encoding[:MAX_SHOWN_CHARS]!r}; expected none")


def _parse_json(body: bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_make_object)
    except (ValueError, RecursionError) as error:  # ValueError includes bad UTF-8
        raise Problem(400, f"the body is not valid JSON in UTF-8: {error}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # pydantic refuses a whole object for one lone surrogate in a name, without saying in which
    fields = {replace_surrogates(name): value for name, value in pairs}
    if len(fields) < len(pairs):  # parsers differ in which one they take
        counts = Counter(replace_surrogates(name) for name, _ in pairs)
        [(name, _)] = counts.most_common(1)
        raise Problem(400, f"the body has {name[:MAX_SHOWN_CHARS]!r} more than once; expected each name once")
    return fields


def _validate(model: type[Model], fields: Any) -> Model:  # noqa: ANN401
    if not isinstance(fields, dict):
        raise Problem(422, f"the body is {_describe(fields)}; expected an object")
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        rows = error.errors(include_url=False)
    errors = [{"field": _name_field(row["loc"]), "message": _explain(row, model)} for row in rows]
    raise Problem(422, "; ".join(f"{row['field']}: {row['message']}" for row in errors[:3]), errors=errors)


def _name_field(location: tuple[int | str, ...]) -> str:
    """``("texts", 3)`` as ``texts[3]``."""
    name, *index = location
    return str(name)[:MAX_SHOWN_CHARS] + "".join(f"[{i}]" for i in index)


def _explain(error: Any, model: type[BaseModel]) -> str:  # noqa: ANN401
    if error["type"] == "extra_forbidden":
        return f"unknown; expected only {', '.join(model.model_fields)}"
    got = "missing" if error["type"] == "missing" else _describe(error["input"])
    name, *index = error["loc"]
    return f"{got}; expected {EXPECTED['text' if index else name]}"


def _describe(value: Any) -> str:  # noqa: ANN401
    kinds: dict[type, str] = {str: "a string", list: "an array", dict: "an object"}
    kind = kinds.get(type(value))
    return f"{kind} of length {len(value)}" if kind else json.dumps(value)[:MAX_SHOWN_CHARS]

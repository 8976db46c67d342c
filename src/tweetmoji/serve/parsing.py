"""From the bytes of a request to checked fields; whatever is wrong becomes a `Problem` that says where and what."""

import asyncio
import json
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from tweetmoji.serve.problems import Problem
from tweetmoji.serve.settings import MAX_BODY_BYTES
from tweetmoji.text import replace_surrogates

Model = TypeVar("Model", bound=BaseModel)

SHOWN_CHARS: Final = 80
"""Characters of a caller's own words that a message repeats at most."""

EXPECTED_TYPES: Final = {
    "string_type": "a string",
    "list_type": "an array of strings",
    "float_type": "a number from 0 to 1",
}
"""Pydantic's kinds of wrong types, and what to say was expected."""


async def parse_body(request: Request, model: type[Model], *, timeout_s: float) -> Model:
    """Read a JSON body.

    Raises:
        Problem: 415 for another content type, 413 for too large a body, 408 for one that does not arrive, 400 for
            bad UTF-8 or JSON, 422 for fields that do not fit.
    """
    check_content_type(request)
    return validate(model, _load_json(await read_body(request, timeout_s=timeout_s)))


async def parse_query_or_body(request: Request, model: type[Model], *, timeout_s: float) -> Model:
    """Read the query parameters or, if there are none, a JSON body.

    Raises:
        Problem: As `parse_body`, and 400 if there is both or the query is bad UTF-8.
    """
    query = _parse_query(request)
    body = await read_body(request, timeout_s=timeout_s)
    if query and body:
        raise Problem(400, f"{', '.join(query)} in the query and a body as well; send one of the two")
    if not body:
        return validate(model, query)
    check_content_type(request)
    return validate(model, _load_json(body))


async def read_body(request: Request, *, timeout_s: float) -> bytes:
    """Read a body of at most `MAX_BODY_BYTES`, refusing a larger one as early as it shows.

    Raises:
        Problem: 413 for a larger body, 408 for one that takes longer than ``timeout_s`` seconds.
    """
    too_large = Problem(413, f"the body is larger than {MAX_BODY_BYTES} bytes; send less at a time")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise too_large
    except TimeoutError:
        raise Problem(408, f"the body did not arrive within {timeout_s:g} seconds") from None
    except ClientDisconnect:  # nobody hears this, but it is no failure of ours either
        raise Problem(400, "the client left before the body had arrived") from None
    return bytes(body)


def check_content_type(request: Request) -> None:
    """Accept JSON in UTF-8, not compressed.

    Raises:
        Problem: 415 for anything else.
    """
    given = request.headers.get("content-type", "")
    kind, _, parameters = given.partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        came = f"is {_show(given)}" if given else "is missing"
        raise Problem(415, f"the content type {came}; expected application/json, in UTF-8")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise Problem(415, f"the content encoding is {_show(encoding)}; expected none")


def validate(model: type[Model], value: Any) -> Model:  # noqa: ANN401
    """Check parsed values against a model.

    Raises:
        Problem: 422, naming every field that does not fit and its limit.
    """
    if not isinstance(value, dict):
        raise Problem(422, f"the body is a JSON {_name_type(value)}; expected an object")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        errors = [_describe(detail, model) for detail in error.errors(include_url=False)]
    raise Problem(422, "; ".join(f"{row['field']}: {row['message']}" for row in errors[:3]), errors=errors)


def _parse_query(request: Request) -> dict[str, str]:
    raw = request.url.query
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Problem(400, "the query is not percent-encoded UTF-8") from None
    query = dict(pairs)
    if len(query) < len(pairs):
        raise Problem(422, "a query parameter is given more than once; for many texts, POST /v1/predictions")
    return query


def _load_json(body: bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_mend_names)
    except UnicodeDecodeError as error:
        raise Problem(400, f"the body is not UTF-8: byte {error.start + 1} is 0x{body[error.start]:02x}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, f"the body is not valid JSON: {error.msg} at {place}") from None
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the body is not valid JSON: {error}") from None


def _mend_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON can escape half a character, in names too; pydantic would refuse the whole object for it."""
    return {replace_surrogates(name): value for name, value in pairs}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _describe(detail: Any, model: type[BaseModel]) -> dict[str, str]:  # noqa: ANN401
    """Say of one failed check which field it was, what came and what was expected."""
    return {"field": _name_field(detail["loc"]), "message": _explain(detail, model)}


def _explain(detail: Any, model: type[BaseModel]) -> str:  # noqa: ANN401
    value = detail["input"]
    match detail["type"]:
        case "missing":
            return "missing; expected it in the request"
        case "extra_forbidden":
            return f"unknown; expected only {', '.join(model.model_fields)}"
        case "string_too_long":
            return f"{len(value)} code points; expected at most {detail['ctx']['max_length']}"
        case "too_long":
            return f"{len(value)} of them; expected at most {detail['ctx']['max_length']}"
        case "too_short":
            return f"{len(value)} of them; expected at least {detail['ctx']['min_length']}"
        case "greater_than_equal" | "less_than_equal":
            return f"{_show(value)}; expected a number from 0 to 1"
        case kind if kind in EXPECTED_TYPES:
            return f"a JSON {_name_type(value)}; expected {EXPECTED_TYPES[kind]}"
        case _:
            message: str = detail["msg"]
            return message


def _name_field(location: tuple[int | str, ...]) -> str:
    """``("texts", 3)`` as ``texts[3]``."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")[:SHOWN_CHARS]


def _name_type(value: object) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null")


def _show(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= SHOWN_CHARS else f"{shown[:SHOWN_CHARS]}…"

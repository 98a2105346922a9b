"""What a call of the Web API was given: in the URL, as a form or as JSON, and whether the method wants it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from playground.slack.errors import RefusedError
from playground.slack.methods import Method
from playground.slack.model import Json

_STRUCTURED = frozenset({"attachments", "blocks", "files", "metadata", "users", "view"})
_FLAGS = frozenset(
    {
        "include_all_metadata",
        "include_locale",
        "include_num_members",
        "inclusive",
        "mrkdwn",
        "prevent_creation",
        "reply_broadcast",
        "return_im",
        "test",
        "unfurl_links",
        "unfurl_media",
    }
)


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of a call, which of them stood in the URL, and the token, wherever that stood."""

    args: Json
    in_url: frozenset[str]
    token: str
    is_get: bool


async def read(request: Request) -> Given:
    """Collect a call's arguments; a body that is no JSON where it says so is refused."""
    in_url = dict(request.query_params)
    args = {**in_url, **_body(request, await request.body())}
    token = args.pop("token", "") or request.headers.get("authorization", "").removeprefix("Bearer ")
    return Given({name: _value(name, value) for name, value in args.items()}, frozenset(in_url), token, request.method == "GET")


def check(method: Method, given: Given, request: Request) -> None:
    """Refuse what the method does not know, what it lacks, and a way of calling that it has not."""
    if given.is_get and not method.is_read:
        raise RefusedError("invalid_arguments", ["this method must be called by POST"])
    if _is_json(request) and not method.takes_json:
        raise RefusedError("invalid_arguments", ["this method takes no JSON body"])
    lacking = [f"missing required field: {name}" for name in sorted(method.required - given.args.keys())]
    strange = [f"unknown field: {name}" for name in sorted(given.args.keys() - method.allowed)]
    if lacking or strange:
        raise RefusedError("invalid_arguments", [*lacking, *strange])


def _body(request: Request, body: bytes) -> Json:
    if not _is_json(request):
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    try:
        args = json.loads(body)
    except ValueError as error:
        raise RefusedError("invalid_json") from error
    if not isinstance(args, dict):
        raise RefusedError("json_not_object")
    return args


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  # JSON
    """Forms carry structures and flags as strings; `users` is a list of ids in one method, JSON in others."""
    if not isinstance(value, str):
        return value
    if name in _FLAGS:
        return value in {"1", "true", "True"}
    if name in _STRUCTURED and value[:1] in {"[", "{"}:
        return _decoded(name, value)
    return value


def _decoded(name: str, value: str) -> Any:  # noqa: ANN401  # JSON
    try:
        return json.loads(value)
    except ValueError as error:
        raise RefusedError("invalid_arguments", [f"/{name}: is no JSON"]) from error

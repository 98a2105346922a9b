"""What a call of the Web API was given: in the URL, as a form or as JSON, and whether the method wants it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.slack.model import Json
from sandbox.slack.web_api.methods import Method
from sandbox.slack.web_api.protocol.errors import RefusedError

_STRUCTURED = frozenset({"attachments", "blocks", "files", "metadata", "outputs", "unfurls", "users", "view"})
_FLAGS = frozenset(
    {
        "exclude_archived",
        "include_disabled",
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
    is_json: bool


async def read(request: Request) -> Given:
    """Collect a call's arguments; a body that is no JSON where it says so is refused."""
    in_url = dict(request.query_params)
    is_json = request.headers.get("content-type", "").startswith("application/json")
    body = await request.body()
    args = {**in_url, **(_json(body) if is_json else _form(body)), **_client(request)}
    token = args.pop("token", "") or _bearer(request)
    return Given(
        args={name: _value(name, value) for name, value in args.items()},
        in_url=frozenset(in_url),
        token=token,
        is_get=request.method == "GET",
        is_json=is_json,
    )


def check(method: Method, given: Given) -> None:
    """Refuse what the method does not know, what it lacks, and a way of calling that it has not."""
    if given.is_get and not method.is_read:
        raise RefusedError("invalid_arguments", ["this method must be called by POST"])
    if given.is_json and not method.takes_json:
        raise RefusedError("invalid_arguments", ["this method takes no JSON body"])
    lacking = [f"missing required field: {name}" for name in sorted(method.required - given.args.keys())]
    strange = [f"unknown field: {name}" for name in sorted(given.args.keys() - method.allowed)]
    if lacking or strange:
        raise RefusedError("invalid_arguments", [*lacking, *strange])


def _form(body: bytes) -> Json:
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _json(body: bytes) -> Json:
    try:
        args = json.loads(body)
    except ValueError as error:
        raise RefusedError("invalid_json") from error
    if not isinstance(args, dict):
        raise RefusedError("json_not_object")
    return args


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def _client(request: Request) -> Json:
    """OAuth clients may send their id and secret as basic authentication."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return {}
    client_id, _, secret = base64.b64decode(encoded).decode(errors="replace").partition(":")
    return {"client_id": client_id, "client_secret": secret}


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

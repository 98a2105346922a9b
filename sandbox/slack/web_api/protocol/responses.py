"""What an app says in answer to a command, or to a response URL: for the user alone, or for the channel.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.slack.client.triggers import ResponseUrl
from sandbox.slack.middleware import Answer, ApiCall, run, send_outcome
from sandbox.slack.model import Json, Message
from sandbox.slack.web_api.chat import by_bot, checked_content, publish
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

METHOD = "response_url"
_KNOWN = frozenset(
    {
        "blocks",
        "delete_original",
        "metadata",
        "replace_original",
        "response_type",
        "text",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
    }
)


class ResponseUrlEndpoint:
    """The ASGI endpoint of all response URLs; in the log of calls and for faults its method is `response_url`."""

    def __init__(self, workspaces: Sequence[Workspace]) -> None:
        self._workspaces = workspaces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `ok`, or 404 and why not."""
        request = Request(scope, receive)
        token, body = request.path_params["token"], await request.body()
        workspace = next((one for one in self._workspaces if one.response_urls.knows(token)), None)
        if workspace is None:
            await _respond(RefusedError("invalid_url"))(scope, receive, send)
            return
        payload = _payload(body)
        api_call = ApiCall(workspace, METHOD, partial(_work, workspace, token, payload), _respond, payload or {})
        await send_outcome(await run(api_call), scope, receive, send)


def respond(workspace: Workspace, url: ResponseUrl, payload: Mapping[str, Any]) -> None:
    """Do what a response asks for; refuses an unknown field, and content that Slack would not take."""
    if strange := sorted(payload.keys() - _KNOWN):
        raise RefusedError("invalid_payload", [f"unknown field: {name}" for name in strange])
    if payload.get("delete_original"):
        _delete(workspace, url)
    elif payload.get("replace_original") and url.original is not None:
        _replace(workspace, url.original, payload)
    else:
        _say(workspace, url, payload)


def _work(workspace: Workspace, token: str, payload: Json | None) -> Json:
    url = workspace.response_urls.use(token)
    if payload is None:
        raise RefusedError("invalid_payload")
    respond(workspace, url, payload)
    return {}


def _respond(answer: Answer) -> Response:
    return JSONResponse(answer.answer(), 404) if isinstance(answer, RefusedError) else PlainTextResponse("ok")


def _payload(body: bytes) -> Json | None:
    try:
        payload = json.loads(body)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None


def _say(workspace: Workspace, url: ResponseUrl, payload: Mapping[str, Any]) -> None:
    message = by_bot(workspace, url.channel, checked_content(workspace, payload))
    message.thread_ts = payload.get("thread_ts")
    if payload.get("response_type", "ephemeral") == "ephemeral":
        message.visible_to = url.user
        workspace.add(message)
    else:
        publish(workspace, message)


def _replace(workspace: Workspace, original: Message, payload: Mapping[str, Any]) -> None:
    content = checked_content(workspace, payload)
    original.text, original.blocks = content["text"], content["blocks"]
    workspace.changed()


def _delete(workspace: Workspace, url: ResponseUrl) -> None:
    if url.original is None:
        raise RefusedError("invalid_payload", ["there is no original message"])
    workspace.remove(url.original)

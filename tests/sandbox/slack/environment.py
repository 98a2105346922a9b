"""What the tests of the sandbox Slack share: a clock that stands still, blocks, and a bot with given answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Json = dict[str, Any]


@dataclass
class Clock:
    """Time that passes when a test says so; Unix seconds."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class _SlacksClock(SlackClock):
    """The same time for Slack's own library."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock()


@dataclass
class Bot:
    """An app that answers everything with `says`, and remembers what it was sent."""

    says: Json | str = ""
    status: int = 200
    received: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/slack/events", self._receive, methods=["POST"])])

    @property
    def last(self) -> Json:
        """The payload it was sent last: of an interaction, of an event, or the fields of a command."""
        headers, body = self.received[-1]
        if headers["content-type"] == "application/json":
            return dict(json.loads(body))
        fields = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        return dict(json.loads(fields["payload"])) if "payload" in fields else fields

    def was_signed(self, secret: str, clock: Clock) -> bool:
        """Whether the last request passes the check of Slack's own library."""
        headers, body = self.received[-1]
        return SignatureVerifier(secret, _SlacksClock(clock)).is_valid_request(body, dict(headers))

    async def _receive(self, request: Request) -> Response:
        self.received.append((dict(request.headers), await request.body()))
        if isinstance(self.says, dict):
            return JSONResponse(self.says, self.status)
        return PlainTextResponse(self.says, self.status)


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str = "v") -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Press"), "value": value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


def field_of(name: str, element: Json, *, optional: bool = False) -> Json:
    labelled = {"type": "input", "block_id": name, "label": plain(name), "optional": optional}
    return labelled | {"element": {**element, "action_id": name}}


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain("A form"), "submit": plain("Send"), "blocks": list(blocks), **more}

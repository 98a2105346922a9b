"""What went over the wire, newest first, with its secrets blacked out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final
from urllib.parse import urlencode

from playground.page.stage import Stage
from playground.slack.records import Delivery

BLACKED_OUT: Final = "█████"
MOST_SHOWN: Final = 60

_SECRET_NAMES: Final = frozenset({"challenge", "response_url", "token", "trigger_id"})
_SECRET_PARTS: Final = re.compile(r"((?:access_token|convId|pwd)=|/join/|/response/|/meet/private/|/m/)[\w%.=/-]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """One request: when, from whom to whom, what it was about in a line, what it held, how it was answered."""

    at: float
    way: str
    title: str
    content: str
    status: int | None

    @property
    def is_well(self) -> bool:
        """Whether it was answered, and well."""
        return self.status is not None and self.status < 400  # noqa: PLR2004  # where HTTP's errors begin

    @property
    def time(self) -> str:
        """The time of day on this machine."""
        return f"{datetime.fromtimestamp(self.at).astimezone():%H:%M:%S}"


def passages(stage: Stage) -> list[tuple[int, Passage]]:
    """The latest requests between Slack, the bot and Apizee, newest first, each with its number."""
    every = chain(_to_bot(stage), _to_slack(stage), _to_apizee(stage))
    return list(enumerate(sorted(every, key=lambda passage: passage.at)))[: -MOST_SHOWN - 1 : -1]


def _to_bot(stage: Stage) -> Iterator[Passage]:
    for sent in stage.tap.sent:
        title, content = _title(sent.delivery), _content(sent.delivery.payload)
        yield Passage(sent.at, "Slack → bot", title, content, sent.status)


def _to_slack(stage: Stage) -> Iterator[Passage]:
    for call in stage.workspace.calls:
        title = call.method if call.ok else f"{call.method}: {call.error}"
        yield Passage(call.at, "bot → Slack", title, _content(call.args), call.status)


def _to_apizee(stage: Stage) -> Iterator[Passage]:
    for request in stage.world.requests:
        path = request.path.removeprefix("/apizee")
        content = _without_secrets(urlencode(request.query))
        yield Passage(request.at.timestamp(), "bot → Apizee", f"{request.method} {path}", content, request.status)


def _title(delivery: Delivery) -> str:
    payload = delivery.payload
    match payload.get("type"):
        case None:
            return f"{payload['command']} {payload['text']}".strip()
        case "block_actions":
            return f"block_actions {payload['actions'][0]['action_id']}"
        case "view_submission" | "view_closed" as kind:
            return f"{kind} {payload['view']['callback_id']}"
        case "event_callback":
            return f"event {payload['event']['type']}"
        case kind:
            return f"{kind} {payload.get('callback_id', '')}".strip()


def _content(payload: Mapping[str, Any]) -> str:
    return json.dumps(_blackened(payload), indent=2, ensure_ascii=False)


def _blackened(value: object, name: str = "") -> object:
    """The value without what would let its reader act for somebody else."""
    match value:
        case str() if name in _SECRET_NAMES:
            return BLACKED_OUT
        case str():
            return _without_secrets(value)
        case Mapping():
            return {str(key): _blackened(inner, str(key)) for key, inner in value.items()}
        case list() | tuple():
            return [_blackened(inner) for inner in value]
        case _:
            return value


def _without_secrets(text: str) -> str:
    return _SECRET_PARTS.sub(rf"\1{BLACKED_OUT}", text)

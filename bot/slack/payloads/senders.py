"""Who sent something that could not be read, or could not be done."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.model.people import Requester
from bot.slack.payloads.interactions import Click, Interaction, MessageShortcut


@dataclass(frozen=True, slots=True)
class Sender:
    """How somebody can be told why nothing came of what they sent; `asker` is there where the payload names them."""

    is_command: bool
    is_event: bool
    workspace: str
    requester: Requester | None


def sender_of(body: Mapping[str, Any]) -> Sender:
    """Who sent a payload, as far as it says; never raises."""
    requester = _person_of(body)
    given = body.get("team_id")
    workspace = requester.conversation.team if requester else given if isinstance(given, str) else ""
    return Sender("command" in body, "event" in body, workspace, requester)


def _person_of(body: Mapping[str, Any]) -> Requester | None:
    for kind in (Click, MessageShortcut, Interaction):
        with suppress(ValidationError):
            return kind.model_validate(body).requester
    return None

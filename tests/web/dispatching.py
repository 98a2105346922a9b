"""What Slack sends, and what a dispatcher answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse

from bot.slack.errors import NotInstalled
from bot.web.slack import Dispatcher, Listeners

COMMAND = {
    "command": "/assist",
    "text": "+33662682193",
    "team_id": "T0ACME",
    "channel_id": "C1",
    "user_id": "U1",
    "trigger_id": "1.2.3",
}
EVENT = {"type": "event_callback", "team_id": "T0ACME", "event_id": "Ev1", "event_time": 1_700_000_000}
BY_ANNA = {"team": {"id": "T0ACME"}, "user": {"id": "U1"}, "trigger_id": "1.2.3"}


async def admit(team: str, _organisation: str) -> None:
    if team != "T0ACME":
        raise NotInstalled(team)


async def answered(listeners: Listeners, payload: Mapping[str, Any]) -> BoltResponse:
    return await Dispatcher(admit, listeners).answer(payload)

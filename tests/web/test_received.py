"""What the log says of each thing that Slack sends: who, what, what came of it, how long; never what was typed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from structlog.testing import capture_logs

from bot.model.errors import StoreUnavailable
from bot.slack.received.payloads import Command, HomeOpened, Payload
from bot.web.received import ReceivedLog, Taken
from bot.web.slack import Dispatcher, Listeners
from tests.web.dispatching import BY_ANNA, COMMAND, EVENT, admit


async def noted(listeners: Listeners, payload: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the line about a payload, and the kinds of which times were measured."""
    timed: list[str] = []
    received = ReceivedLog(lambda kind, seconds: timed.append(kind) if 0 <= seconds < 5 else None)
    with capture_logs() as lines:
        await Dispatcher(admit, listeners, received=received).answer(payload)
        assert [line for line in lines if line["event"] == "received"] == []  # the answer goes first
        await asyncio.sleep(0)
    (line,) = [line for line in lines if line["event"] == "received"]
    return dict(line), timed


async def test_the_log_says_who_asked_for_what_and_what_became_of_it(listeners: Listeners) -> None:
    async def take(ack: AsyncAck, _command: Command) -> Taken:
        await ack()
        return Taken(verb="start_assistance")

    listeners.command("/assist")(take)
    line, timed = await noted(listeners, COMMAND)
    assert {
        "kind": "command",
        "what": "/assist",
        "verb": "start_assistance",
        "outcome": "accepted",
    }.items() <= line.items()
    assert (line["user"], line["team"], line["channel"], line["log_level"]) == ("U1", "T0ACME", "C1", "info")
    assert 0 <= line["ms"] < 5000
    assert "662682193" not in str(line)
    assert timed == ["command"]


async def test_what_was_not_taken_in_is_logged_by_the_name_of_its_error(listeners: Listeners) -> None:
    async def away(_ack: AsyncAck, _click: Payload) -> None:
        raise StoreUnavailable

    listeners.action("session_open")(away)
    click = {**BY_ANNA, "type": "block_actions", "actions": [{"action_id": "session_open", "value": "+33662682193"}]}
    line, _ = await noted(listeners, click)
    assert (line["what"], line["outcome"], line["user"]) == ("session_open", "store_unavailable", "U1")
    assert "662682193" not in str(line)


async def test_events_are_logged_for_debugging_alone(listeners: Listeners) -> None:
    async def see(ack: AsyncAck, _opened: HomeOpened) -> None:
        await ack()

    listeners.event("app_home_opened", HomeOpened)(see)
    line, timed = await noted(listeners, {**EVENT, "event": {"type": "app_home_opened", "user": "U1"}})
    assert (line["log_level"], line["what"], timed) == ("debug", "app_home_opened", ["event"])

"""A planned session from `at:` to its start: the card, the reminder, and the invitation when its time has come."""

from __future__ import annotations

import re

from bot.policy.audit import as_facts
from sandbox.slack.default_world import U_EN
from tests.scenarios.environment import Environment, button, said
from tests.scenarios.planning.clock import StoryClock
from tests.scenarios.waiting import direct_message

CUSTOMER = "+33 6 62 68 21 93"


async def test_a_session_is_planned_reminded_of_and_started(environment: Environment, clock: StoryClock) -> None:
    await environment.assist(f"{CUSTOMER} ref:1234 at:{clock.in_minutes(30)}")
    card = await environment.card("Planned for <!date^")
    assert card.metadata == {
        "event_type": "apizee_session",
        "event_payload": {"kind": "assistance", "session": re.findall("session:(.{16})", said(card))[0]},
    }
    assert "+33 6 •• •• •• 93" in card.text
    assert f"Planned by <@{U_EN}>" in said(card)
    for action in ("session_start_now", "session_move", "session_cancel"):
        button(card, action)
    assert "confirm" in button(card, "session_cancel")
    await environment.settled()
    assert not environment.apizee.requests

    await clock.pass_time(minutes=20)
    reminder = await direct_message(environment, U_EN, "starts as planned: <!date^")
    button(reminder, "session_start_now")
    await environment.settled()
    assert not environment.apizee.requests

    await clock.pass_time(minutes=10)
    await environment.private_message("Your video assistance is ready")
    card = await environment.card("Invited by SMS")
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193"]
    payload = (card.metadata or {})["event_payload"]
    ticket = next(iter(environment.apizee.tickets.values()))
    assert (payload["id"], payload["reference"]) == (ticket.id, "1234")
    assert payload["session"]
    await environment.settled()
    assert len(environment.slack.direct_messages(U_EN).messages) == 1
    acts = [as_facts(one)["act"] for one in await environment.audited(U_EN)]
    assert acts == ["plan", "plan", "start"]


async def test_what_is_planned_for_soon_has_no_reminder(environment: Environment, clock: StoryClock) -> None:
    await environment.assist(f"{CUSTOMER} at:{clock.in_minutes(8)}")
    await environment.card("Planned for")
    await clock.pass_time(minutes=4)
    await environment.settled()
    await clock.pass_time(minutes=4)
    await environment.card("Invited by SMS")
    await environment.settled()
    assert not environment.slack.direct_messages(U_EN).messages

"""A bot is killed between a note, its card and its thread: another one shows it, and nobody reads it twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.timing import Timing
from sandbox.slack.default_world import U_EN
from tests.scenarios.environment import Environment, Vendors, new_environment, said
from tests.scenarios.kills import SOON_TAKEN_OVER, Kill, bot_of, done, not_done
from tests.scenarios.receiver import SECRET, receiving


@pytest.fixture
def timing() -> Timing:
    return SOON_TAKEN_OVER


async def form_over_what_is_done(environment: Environment) -> None:
    """Have the agent's form open over a session that is done, whose end is shown."""
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    environment.customer_comes(ticket)
    environment.apizee.hangs_up(ticket.id)
    await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    asked = await environment.private_message("session_note")
    await environment.people.click(U_EN, asked, "session_note")
    await environment.form()


def notes(environment: Environment) -> list[str]:
    return [one.text for one in environment.cards() if one.is_reply and "note:" in said(one)]


@pytest.mark.parametrize(
    "kill",
    [
        not_done("chat.update"),
        done("chat.update"),
        not_done("chat.postMessage"),
        done("chat.postMessage"),
    ],
    ids=str,
)
async def test_a_note_comes_to_card_and_thread_once_wherever_the_bot_dies(
    around: Vendors, tmp_path: Path, kill: Kill
) -> None:
    async with receiving() as receiver:
        events = {"EVENTS_URL": receiver.url, "EVENTS_SECRET": SECRET}
        here = replace(around, environment={**around.environment, **events})
        async with bot_of(here, tmp_path) as (bot, environment):
            await form_over_what_is_done(environment)
            await receiver.receives("session.done")
            killing = asyncio.create_task(kill.strikes(around, bot))
            await environment.people.submit(U_EN, {"outcome": "Solved", "note": "Boiler off"})
            await killing
        async with new_environment(here) as environment:
            await environment.slack.wait_for(lambda: "*Solved*" in said(environment.cards()[0]))
            await environment.slack.wait_for(lambda: notes(environment))
            await environment.settled()
            await receiver.receives("session.note")
            assert len(notes(environment)) == 1
        sent = [(one["id"], one["session"]["outcome"]) for one in receiver.events if one["type"] == "session.note"]
        assert {outcome for _, outcome in sent} == {"Solved"}
        assert len({event_id for event_id, _ in sent}) == 1

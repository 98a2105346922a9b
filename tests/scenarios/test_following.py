"""What an agent can do while a session goes on: be reminded of a late customer, invite again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.model.timing import FollowTiming
from bot.timing import Timing
from sandbox.apizee.model import Ticket
from sandbox.slack.default_world import SUPPORT, U_FR
from sandbox.slack.model import Message
from tests.fixtures.patience import PATIENT
from tests.scenarios.environment import Stage, Vendors, button, said, staged
from tests.scenarios.waiting import rounds_pass


@pytest.fixture
def timing() -> Timing:
    return replace(PATIENT, follow=FollowTiming(nudged_after=timedelta(seconds=1.5)))


@pytest.fixture
async def stage(around: Vendors) -> AsyncIterator[Stage]:
    async with staged(around, apizee_poll_seconds=1) as stage:
        yield stage


async def assisted(stage: Stage) -> Ticket:
    await stage.assist("+33 6 62 68 21 93")
    return await stage.invited()


async def says(stage: Stage, word: str) -> Message:
    def found() -> Message | None:
        return next((card for card in stage.cards() if word in card.text), None)

    card = await stage.slack.wait_for(found)
    assert card is not None
    return card


async def test_an_agent_whose_customer_does_not_come_is_told_so_once(stage: Stage, redis: Redis) -> None:
    await assisted(stage)
    nudge = await stage.whisper("has not come yet")
    assert "convId=" in said(nudge)
    assert "+33662682193" not in said(nudge)
    assert button(nudge, "session_invite_again")["confirm"]
    await rounds_pass(redis, 2)
    assert len([one for one in stage.whispers() if "has not come yet" in one]) == 1


async def test_an_agent_whose_customer_came_is_not_nudged(stage: Stage, redis: Redis) -> None:
    ticket = await assisted(stage)
    stage.apizee.customer_opens(ticket.id)
    stage.apizee.accepts(ticket.id)
    await says(stage, "In progress")
    await rounds_pass(redis, 2)
    assert not [one for one in stage.whispers() if "has not come yet" in one]


async def test_a_customer_who_declined_can_be_invited_again(stage: Stage) -> None:
    ticket = await assisted(stage)
    stage.apizee.declines(ticket.id)
    card = await says(stage, "declined")
    await stage.people.click(U_FR, card, "session_invite_again")
    await stage.apizee.wait_for(lambda: len(stage.apizee.tickets) == 2)
    again = list(stage.apizee.tickets.values())[1]
    assert again.contacts == ticket.contacts
    assert again.reference != ticket.reference
    assert [one.channel for one in stage.cards()] == [SUPPORT, SUPPORT]
    await stage.whisper("prête", user=U_FR)


async def test_a_running_session_offers_no_second_invitation(stage: Stage) -> None:
    await assisted(stage)
    assert "session_invite_again" not in said(stage.cards()[0])

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
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.waiting import rounds_pass


@pytest.fixture
def timing() -> Timing:
    return replace(SLOW_MACHINE, follow=FollowTiming(reminded_after=timedelta(seconds=1.5)))


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        yield environment


async def assisted(environment: Environment) -> Ticket:
    await environment.assist("+33 6 62 68 21 93")
    return await environment.invited()


async def says(environment: Environment, word: str) -> Message:
    def found() -> Message | None:
        return next((card for card in environment.cards() if word in card.text), None)

    card = await environment.slack.wait_for(found)
    assert card is not None
    return card


async def test_an_agent_whose_customer_does_not_come_reads_so_once(environment: Environment, redis: Redis) -> None:
    await assisted(environment)
    remind = await environment.private_message("has not come yet")
    assert "convId=" in said(remind)
    assert "+33662682193" not in said(remind)
    assert button(remind, "session_invite_again")["confirm"]
    await rounds_pass(redis, 2)
    assert len([one for one in environment.ephemeral_messages() if "has not come yet" in one]) == 1


async def test_an_agent_whose_customer_came_is_not_nudged(environment: Environment, redis: Redis) -> None:
    ticket = await assisted(environment)
    environment.apizee.customer_opens(ticket.id)
    environment.apizee.accepts(ticket.id)
    await says(environment, "In progress")
    await rounds_pass(redis, 2)
    assert not [one for one in environment.ephemeral_messages() if "has not come yet" in one]


async def test_a_customer_who_declined_can_be_invited_again(environment: Environment) -> None:
    ticket = await assisted(environment)
    environment.apizee.declines(ticket.id)
    card = await says(environment, "declined")
    await environment.people.click(U_FR, card, "session_invite_again")
    await environment.apizee.wait_for(lambda: len(environment.apizee.tickets) == 2)
    again = list(environment.apizee.tickets.values())[1]
    assert again.contacts == ticket.contacts
    assert again.reference != ticket.reference
    assert [one.channel for one in environment.cards()] == [SUPPORT, SUPPORT]
    await environment.private_message("prête", user=U_FR)


async def test_a_running_session_offers_no_second_invitation(environment: Environment) -> None:
    await assisted(environment)
    assert "session_invite_again" not in said(environment.cards()[0])

"""Apizee allows few requests a minute: the bot never asks for more, says how long it takes, and loses nothing.

A minute is shortened to some seconds, at Apizee and in the bot.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.apizee.timing import ApizeeTiming
from bot.model.timing import RequestTiming
from bot.timing import Timing
from sandbox.apizee.accounts import RequestLimit
from sandbox.apizee.faults import Limited
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import U_EN, U_FR
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, new_environment
from tests.scenarios.webhooks import listening

MINUTE = 3.0
# Requests do not arrive equally fast: as in a whole minute, a second is left for that.
MINUTE_AT_APIZEE = timedelta(seconds=2)


@pytest.fixture
def timing() -> Timing:
    """Minutes are short."""
    short = ApizeeTiming(budget_window=MINUTE)
    return replace(SLOW_MACHINE, apizee=short, deferred=RequestTiming(worth_telling=1.0))


def limit(around: Vendors, per_minute: int) -> None:
    """Have Apizee count."""
    around.apizee.limit = RequestLimit(per_minute, around.apizee.clock)
    around.apizee.limit.window = MINUTE_AT_APIZEE


@asynccontextmanager
async def allowing(per_minute: int, around: Vendors) -> AsyncIterator[Environment]:
    """Yield a bot whose Apizee allows so many requests in one of these minutes, and notices every one above."""
    limit(around, per_minute)
    async with new_environment(around, apizee_requests_per_minute=per_minute) as environment:
        yield environment
    assert not around.apizee.limit.violations


def waits_sent(environment: Environment) -> set[int]:
    """In how many seconds the cards have ever said that an invitation goes out."""
    said = " ".join(str(call.args.get("text")) for call in environment.slack.calls_of("chat.update"))
    return {int(seconds) for seconds in re.findall(r"The invitation goes out in about (\d+) s", said)}


async def all_invited(environment: Environment, count: int) -> None:
    await environment.slack.wait_for(lambda: sum("Invited" in card.text for card in environment.cards()) == count, 60)


@pytest.mark.slow
async def test_twelve_commands_keep_to_the_limit_and_each_customer_is_invited(around: Vendors) -> None:
    async with allowing(5, around) as environment:
        await asyncio.gather(*(environment.assist(f"customer{number}@client.com") for number in range(12)))
        await all_invited(environment, 12)
    assert len({one.to for one in environment.apizee.outbox}) == len(environment.apizee.outbox) == 12
    assert len(environment.apizee.requests) == 13
    assert 2 <= max(waits_sent(environment)) <= 2 * MINUTE


@pytest.mark.slow
async def test_two_processes_keep_to_the_limit_together(around: Vendors) -> None:
    async with allowing(4, around) as first, new_environment(around, apizee_requests_per_minute=4) as second:
        await asyncio.gather(
            *(
                bot.assist(f"customer{n}@client{number}.com")
                for n in range(3)
                for number, bot in enumerate((first, second))
            )
        )
        await all_invited(first, 6)
    assert len(first.apizee.outbox) == 6


async def test_one_person_s_many_invitations_do_not_keep_another_one_waiting(around: Vendors) -> None:
    """The first ones are gone when the colleague comes; of those that wait, the colleague's goes within a few turns."""
    async with allowing(3, around) as environment:
        await asyncio.gather(*(environment.assist(f"customer{number}@client.com") for number in range(14)))
        await environment.slack.wait_for(lambda: len(waits_sent(environment)) > 2)
        await environment.assist("colleague@client.com", user=U_FR)
        await environment.slack.wait_for(
            lambda: any(one.to == "colleague@client.com" for one in environment.apizee.outbox), 30
        )
        before = len(environment.apizee.outbox)
    assert before <= 3 + 4


async def test_a_question_that_has_to_wait_is_answered_so_and_then_answered(around: Vendors) -> None:
    async with allowing(2, around) as environment:
        await environment.assist("first@client.com ref:1234")
        ticket = await environment.invited()
        await environment.assist("find 1234", user=U_FR)
        await environment.private_message("Votre réponse arrive dans", user=U_FR)
        await environment.private_message(str(ticket.id), user=U_FR)


async def test_a_button_that_has_to_wait_is_answered_so_and_then_answered(around: Vendors) -> None:
    async with allowing(2, around) as environment:
        await environment.assist("first@client.com")
        await environment.invited()
        await environment.people.click(U_EN, await environment.card("Invited"), "session_open")
        await environment.modal("Your answer comes in about")
        await environment.modal("gave no sign-in link")
    assert len(environment.slack.calls_of("views.update")) == 2


async def test_who_is_refused_with_429_waits_as_long_as_it_says_for_everybody(around: Vendors) -> None:
    around.apizee.faults.switch_on(Limited(reset=2), Operation.CREATE_TICKET, times=1)
    async with new_environment(around) as environment:
        await asyncio.gather(*(environment.assist(f"customer{number}@client.com") for number in range(3)))
        await all_invited(environment, 3)
    refused = next(one.at for one in environment.apizee.requests if one.status == 429)
    later = [one.at for one in environment.apizee.requests if one.at > refused + timedelta(seconds=0.5)]
    assert min(later) - refused >= timedelta(seconds=2)
    assert len(environment.apizee.outbox) == 3


async def test_webhooks_of_many_sessions_at_once_take_no_request_each(around: Vendors) -> None:
    customers = 6
    limit(around, 4)
    async with listening(around, apizee_requests_per_minute=4) as listener:
        environment = listener.environment
        for number in range(customers):
            await environment.assist(f"+33 6 62 68 21 {number:02}")
        await environment.slack.wait_for(
            lambda: sum("Your video assistance" in one for one in environment.ephemeral_messages()) == customers
        )
        before = len(environment.apizee.requests)
        for ticket in list(environment.apizee.tickets):
            environment.apizee.declines(ticket)
        await environment.slack.wait_for(
            lambda: sum("declined" in one.text for one in environment.cards()) == customers
        )
        assert len(environment.apizee.requests) - before < customers

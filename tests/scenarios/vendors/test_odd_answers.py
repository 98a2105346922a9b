"""Apizee answers oddly: what is odd costs itself only, and what says nothing is not taken for an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import stamina
from redis.asyncio import Redis

from bot.model.accounts import account_key
from bot.model.timing import StartTiming
from sandbox.apizee.faults import (
    AnswerLost,
    Contradiction,
    Empty,
    Fault,
    Html,
    Limited,
    Malformed,
    Misshapen,
    OddItem,
    PhpLists,
)
from sandbox.apizee.model import Operation
from sandbox.apizee.world import API_USER
from sandbox.slack.default_world import U_EN, U_FR
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, new_environment, said

PHONE = "+33662682193"
ASSIST = f"{PHONE} ref:1234"


@pytest.fixture(autouse=True)
def quick_retries() -> Iterator[None]:
    """Repeated questions follow each other at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def reached(environment: Environment) -> list[str]:
    """Return the contacts that Apizee has sent an invitation."""
    return [one.to for one in environment.apizee.outbox]


@pytest.mark.parametrize("fault", [PhpLists(), OddItem()], ids=lambda fault: type(fault).__name__)
async def test_cards_follow_though_lists_are_odd(around: Vendors, fault: Fault) -> None:
    around.apizee.faults.switch_on(fault)
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        await environment.assist(ASSIST)
        ticket = await environment.invited()
        environment.customer_comes(ticket)
        await environment.card("In progress")
        environment.apizee.hangs_up(ticket.id)
        await environment.card("Done")


@pytest.fixture
async def persistent(around: Vendors) -> AsyncIterator[Environment]:
    """Yield an environment in which a lost invitation is looked for at once, and once more after four seconds."""
    twice = StartTiming(settled_after=4.0, looked_up_after=0.1)
    async with new_environment(around, timing=replace(SLOW_MACHINE, start=twice)) as environment:
        yield environment


@pytest.fixture
async def hasty(around: Vendors) -> AsyncIterator[Environment]:
    """Yield an environment in which an invitation is given up after four seconds."""
    short = StartTiming(settled_after=0.3, given_up_after=4.0, pause=0.7, looked_up_after=0.1)
    async with new_environment(around, timing=replace(SLOW_MACHINE, start=short)) as environment:
        yield environment


@pytest.mark.parametrize("fault", [PhpLists(), Html(), Malformed()], ids=lambda fault: type(fault).__name__)
async def test_a_lost_invitation_is_found_though_the_first_list_is_odd(persistent: Environment, fault: Fault) -> None:
    persistent.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    persistent.apizee.faults.switch_on(fault, Operation.LIST_TICKETS, times=1)
    await persistent.assist(ASSIST)
    await persistent.invited()
    assert reached(persistent) == [PHONE]


@pytest.mark.parametrize("fault", [Contradiction(), OddItem()], ids=lambda fault: type(fault).__name__)
async def test_a_list_that_says_nothing_never_reads_as_not_invited(hasty: Environment, fault: Fault) -> None:
    environment = hasty
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    environment.apizee.faults.switch_on(fault, Operation.LIST_TICKETS)
    await environment.assist(ASSIST)
    # The ticket of an odd list may be among what can be read of it; of a contradiction nothing can.
    await environment.card("Invited" if isinstance(fault, OddItem) else "did not confirm the invitation")
    assert reached(environment) == [PHONE]


@pytest.mark.parametrize("fault", [Contradiction(), OddItem()], ids=lambda fault: type(fault).__name__)
async def test_a_lost_meeting_is_not_made_again_while_nobody_can_tell(hasty: Environment, fault: Fault) -> None:
    environment = hasty
    environment.apizee.faults.switch_on(Html(502), Operation.CREATE_CONFERENCE, times=1)
    environment.apizee.faults.switch_on(fault, Operation.LIST_CONFERENCES)
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("invited" if isinstance(fault, OddItem) else "did not confirm the invitation")
    assert reached(environment) == ["ann@example.com"]


async def test_a_wait_of_an_hour_is_not_believed_and_the_agent_reads_a_minute(
    environment: Environment, redis: Redis
) -> None:
    environment.apizee.faults.switch_on(Limited(3600), Operation.LIST_TICKETS, times=1)
    await environment.assist("find 1234")
    assert "in about 60 s" in (await environment.private_message("only so many requests a minute")).text
    shut = await redis.get(f"{account_key(API_USER)}:budget:blocked")
    seconds, microseconds = await redis.time()
    assert 0 < int(shut or 0) - (seconds * 1_000_000 + microseconds) <= 61_000_000


@pytest.mark.parametrize("fault", [Html(), Malformed(), Empty(200), Empty(204)], ids=["a page", "half", "200", "204"])
async def test_a_question_that_comes_back_garbled_is_asked_again(environment: Environment, fault: Fault) -> None:
    await environment.assist(ASSIST)
    ticket = await environment.invited()
    environment.apizee.faults.switch_on(fault, Operation.LIST_TICKETS, times=1)
    await environment.assist("find 1234")
    await environment.slack.wait_for(lambda: len(environment.slack.ephemerals(U_EN)) == 2)
    assert str(ticket.id) in said(environment.slack.ephemerals(U_EN)[-1])
    assert len(environment.asked("GET", "/api/tickets")) == 2


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("find 1234", id="found"),
        pytest.param("media 900001", id="media"),
        pytest.param("stats 2023-07-13", id="figures"),
    ],
)
async def test_an_answer_of_another_shape_is_explained_and_not_asked_for_again(
    environment: Environment, command: str
) -> None:
    await environment.assist(ASSIST)
    await environment.invited()
    before = len(environment.apizee.requests)
    environment.apizee.faults.switch_on(Misshapen())
    await environment.assist(command)
    await environment.private_message("This bot does not understand Apizee's answer. Please try again in a minute")
    await environment.assist(command, user=U_FR)
    await environment.private_message("Ce bot ne comprend pas la réponse d’Apizee.", user=U_FR)  # noqa: RUF001  # as French has it
    assert len(environment.apizee.requests) == before + 2

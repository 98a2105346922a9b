"""Apizee answers oddly: what is odd costs itself only, and what says nothing is not taken for an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import stamina
from redis.asyncio import Redis

from bot.apizee.budget import account_key
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
from tests.fixtures.patience import PATIENT
from tests.scenarios.environment import Stage, Vendors, said, staged

PHONE = "+33662682193"
ASSIST = f"{PHONE} ref:1234"


@pytest.fixture(autouse=True)
def impatience() -> Iterator[None]:
    """Repeated questions follow each other at once."""
    with stamina.set_testing(True, attempts=3):
        yield


def reached(stage: Stage) -> list[str]:
    """Whom Apizee has sent an invitation."""
    return [one.to for one in stage.apizee.outbox]


@pytest.mark.parametrize("fault", [PhpLists(), OddItem()], ids=lambda fault: type(fault).__name__)
async def test_cards_follow_though_lists_are_odd(around: Vendors, fault: Fault) -> None:
    around.apizee.faults.switch_on(fault)
    async with staged(around, apizee_poll_seconds=1) as stage:
        await stage.assist(ASSIST)
        ticket = await stage.invited()
        stage.customer_comes(ticket)
        await stage.card("In progress")
        stage.apizee.hangs_up(ticket.id)
        await stage.card("Done")


@pytest.mark.parametrize("fault", [PhpLists(), Html(), Malformed()], ids=lambda fault: type(fault).__name__)
async def test_a_lost_invitation_is_found_though_the_first_list_is_odd(stage: Stage, fault: Fault) -> None:
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    stage.apizee.faults.switch_on(fault, Operation.LIST_TICKETS, times=1)
    await stage.assist(ASSIST)
    await stage.invited()
    assert reached(stage) == [PHONE]


@pytest.fixture
async def hasty(around: Vendors) -> AsyncIterator[Stage]:
    """A stage on which an invitation is given up after a second and a half."""
    short = StartTiming(settled_after=0.3, given_up_after=1.5, pause_at_most=0.2, looked_up_after=0.1)
    async with staged(around, timing=replace(PATIENT, start=short)) as stage:
        yield stage


@pytest.mark.parametrize("fault", [Contradiction(), OddItem()], ids=lambda fault: type(fault).__name__)
async def test_a_list_that_says_nothing_never_reads_as_not_invited(hasty: Stage, fault: Fault) -> None:
    stage = hasty
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    stage.apizee.faults.switch_on(fault, Operation.LIST_TICKETS)
    await stage.assist(ASSIST)
    # The ticket of an odd list may be among what can be read of it; of a contradiction nothing can.
    await stage.card("Invited" if isinstance(fault, OddItem) else "did not confirm the invitation")
    assert reached(stage) == [PHONE]


@pytest.mark.parametrize("fault", [Contradiction(), OddItem()], ids=lambda fault: type(fault).__name__)
async def test_a_lost_meeting_is_not_made_again_while_nobody_can_tell(hasty: Stage, fault: Fault) -> None:
    stage = hasty
    stage.apizee.faults.switch_on(Html(502), Operation.CREATE_CONFERENCE, times=1)
    stage.apizee.faults.switch_on(fault, Operation.LIST_CONFERENCES)
    await stage.meet('ann@example.com name:"Site visit"')
    await stage.card("invited" if isinstance(fault, OddItem) else "did not confirm the invitation")
    assert reached(stage) == ["ann@example.com"]


async def test_a_wait_of_an_hour_is_not_believed_and_the_agent_is_told_a_minute(stage: Stage, redis: Redis) -> None:
    stage.apizee.faults.switch_on(Limited(3600), Operation.LIST_TICKETS, times=1)
    await stage.assist("find 1234")
    assert "in about 60 s" in (await stage.whisper("only so many requests a minute")).text
    shut = await redis.get(f"{account_key(API_USER)}:budget:blocked")
    seconds, microseconds = await redis.time()
    assert 0 < int(shut or 0) - (seconds * 1_000_000 + microseconds) <= 61_000_000


@pytest.mark.parametrize("fault", [Html(), Malformed(), Empty(200), Empty(204)], ids=["a page", "half", "200", "204"])
async def test_a_question_that_comes_back_garbled_is_asked_again(stage: Stage, fault: Fault) -> None:
    await stage.assist(ASSIST)
    ticket = await stage.invited()
    stage.apizee.faults.switch_on(fault, Operation.LIST_TICKETS, times=2)
    await stage.assist("find 1234")
    await stage.slack.wait_for(lambda: len(stage.slack.ephemerals(U_EN)) == 2)
    assert str(ticket.id) in said(stage.slack.ephemerals(U_EN)[-1])
    assert len(stage.asked("GET", "/api/tickets")) == 3


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("find 1234", id="found"),
        pytest.param("media 900001", id="media"),
        pytest.param("stats 2023-07-13", id="figures"),
    ],
)
async def test_an_answer_of_another_shape_is_told_in_words_and_not_asked_for_again(stage: Stage, command: str) -> None:
    await stage.assist(ASSIST)
    await stage.invited()
    before = len(stage.apizee.requests)
    stage.apizee.faults.switch_on(Misshapen())
    await stage.assist(command)
    await stage.whisper("Apizee answered something that this bot does not understand. Please try again in a minute")
    await stage.assist(command, user=U_FR)
    await stage.whisper("Apizee a répondu quelque chose que ce bot ne comprend pas.", user=U_FR)
    assert len(stage.apizee.requests) == before + 2

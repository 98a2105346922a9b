"""A bad day at Apizee costs few requests, each is counted, and people read what is wrong: it does not answer."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import httpx
import pytest

from bot.model.timing import StartTiming
from bot.timing import Timing
from sandbox.apizee.faults import AnswerLost, Broken, Down, Fault
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import U_EN
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment

ASSIST = "+33662682193 ref:1234"


@pytest.fixture
def timing() -> Timing:
    """Return the bot's waits in their order, in tenths of seconds."""
    return replace(
        SLOW_MACHINE, start=StartTiming(settled_after=0.8, given_up_after=1.2, pause=0.6, looked_up_after=0.1)
    )


async def signed_in(environment: Environment) -> None:
    """Let a first session go well, and forget what it cost."""
    await environment.assist("+33687654321")
    await environment.card("Invited")
    await environment.settled()
    environment.apizee.requests.clear()


async def are_counted(environment: Environment, requests: int) -> None:
    """Return once the bot says that it has sent so many requests: its numbers are brought together now and then."""
    counted = -1
    async with httpx.AsyncClient() as operator:
        for _ in range(100):
            shown = (await operator.get(f"{environment.bot_url}/metrics")).text
            counted = sum(int(float(number)) for number in re.findall(r"apizee_requests_total\{.*\} (.+)", shown))
            if counted == requests:
                return
            await asyncio.sleep(0.1)
    assert counted == requests


@pytest.mark.parametrize("fault", [Down(), Broken(503), AnswerLost()], ids=lambda one: type(one).__name__)
async def test_what_is_counted_is_what_goes_over_the_wire(environment: Environment, fault: Fault) -> None:
    environment.apizee.faults.switch_on(fault, Operation.LIST_TICKETS)
    environment.apizee.faults.switch_on(fault, Operation.TICKET, times=1)
    await environment.assist(ASSIST)
    card = await environment.card("Invited")
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.assist("find 1234")
    await environment.private_message("Apizee does not answer right now")
    await environment.settled()
    await are_counted(environment, len(environment.apizee.requests))


async def test_an_assistance_looks_twice_at_most_and_says_that_apizee_does_not_answer(environment: Environment) -> None:
    await signed_in(environment)
    environment.apizee.faults.switch_on(Down())
    await environment.assist(ASSIST)
    await environment.private_message("Apizee does not answer")
    await environment.settled()
    assert [one.operation for one in environment.apizee.requests] == [
        Operation.CREATE_TICKET,
        Operation.LIST_TICKETS,
        Operation.LIST_TICKETS,
    ]
    assert not any("only so many requests" in one.text for one in environment.cards())
    assert any("Apizee does not answer" in one.text for one in environment.cards())


async def test_a_bot_that_cannot_sign_in_tries_three_times(environment: Environment) -> None:
    environment.apizee.faults.switch_on(Down())
    await environment.assist(ASSIST)
    await environment.card("Apizee does not answer. Nobody was invited.")
    await environment.settled()
    assert [one.operation for one in environment.apizee.requests] == [Operation.TOKEN] * 3


async def test_a_question_is_asked_twice_at_most(environment: Environment) -> None:
    await signed_in(environment)
    environment.apizee.faults.switch_on(Down())
    await environment.assist("find 1234")
    await environment.private_message("Apizee does not answer right now")
    assert [one.operation for one in environment.apizee.requests] == [Operation.LIST_TICKETS] * 2

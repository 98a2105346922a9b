"""A bot is killed over a planned session: it is never lost, and nobody is invited twice."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from playground.redis_process import bring_forward
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import U_EN
from tests.scenarios.environment import Environment, Vendors, new_environment
from tests.scenarios.kills import SOON_TAKEN_OVER, Kill, done, not_done
from tests.scenarios.planning.clock import StoryClock
from tests.scenarios.process import forked, in_environment
from tests.scenarios.waiting import direct_message

CUSTOMER = "+33 6 62 68 21 93"


@dataclass(frozen=True)
class Ahead:
    """A clock that a bot in a process of its own can be given."""

    seconds: float

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        return time.time() + self.seconds


@dataclass
class Bots:
    """The bots of a story, one after the other, with the clock set ahead between them."""

    around: Vendors
    folder: Path
    clock: StoryClock

    async def pass_time(self, minutes: float) -> None:
        """Let time pass while no bot is there."""
        await self.clock.pass_time(minutes=minutes)

    async def plan(self) -> None:
        """Have a session planned by a bot that ends in order."""
        async with new_environment(self.around) as environment:
            await self.type(environment)
            await environment.card("Planned for")
            await environment.settled()

    async def type(self, environment: Environment) -> None:
        """Plan a session for half an hour later."""
        await environment.assist(f"{CUSTOMER} at:{self.clock.in_minutes(30)}")

    async def is_killed(self, kill: Kill, *, types: bool = False, presses: str = "") -> None:
        """Let a bot do what is due, typed or pressed, and die."""
        timing = replace(SOON_TAKEN_OVER, clock=Ahead(self.clock.ahead))
        async with (
            forked(self.around.environment, self.folder, timing=timing) as bot,
            in_environment(bot.url, self.around) as environment,
        ):
            killing = asyncio.create_task(kill.strikes(self.around, bot))
            if types:
                await self.type(environment)
            if presses:
                await environment.people.click(U_EN, environment.cards()[0], presses)
            await killing


@pytest.fixture
def bots(around: Vendors, tmp_path: Path, clock: StoryClock) -> Bots:
    timing = replace(SOON_TAKEN_OVER, clock=clock, start=replace(SOON_TAKEN_OVER.start, settled_after=3.0))
    return Bots(replace(around, timing=timing), tmp_path, clock)


async def is_invited_once(environment: Environment) -> None:
    await environment.card("Invited by SMS", within=30)
    await environment.private_message("Your video assistance is ready")
    await environment.settled()
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193"]
    assert len(environment.apizee.tickets) == 1


@pytest.mark.parametrize("kill", [not_done("chat.postMessage"), done("chat.postMessage")], ids=str)
async def test_between_the_card_and_its_job(bots: Bots, kill: Kill) -> None:
    await bots.is_killed(kill, types=True)
    async with new_environment(bots.around) as environment:
        await environment.card("Planned for", within=30)
        await environment.settled()
        assert not environment.apizee.requests
        await bots.pass_time(31)
        await is_invited_once(environment)


@pytest.mark.parametrize("kill", [not_done("chat.postMessage"), done("chat.postMessage")], ids=str)
async def test_between_the_reminder_and_its_note(bots: Bots, kill: Kill) -> None:
    await bots.plan()
    await bots.pass_time(21)
    await bots.is_killed(kill)
    async with new_environment(bots.around) as environment:
        await environment.slack.wait_for(lambda: environment.slack.direct_messages(U_EN).messages, 30)
        await environment.settled()
        assert not environment.apizee.requests
        await bots.pass_time(10)
        await is_invited_once(environment)


AT_ITS_TIME = [
    pytest.param(not_done("chat.update"), id="between its claim and its job"),
    pytest.param(not_done(Operation.CREATE_TICKET), id="before the ticket"),
    pytest.param(done(Operation.CREATE_TICKET), id="after the ticket"),
]


@pytest.mark.parametrize("kill", AT_ITS_TIME)
async def test_at_its_time(bots: Bots, kill: Kill) -> None:
    await bots.plan()
    await bots.pass_time(31)
    await bots.is_killed(kill)
    async with new_environment(bots.around) as environment:
        await is_invited_once(environment)


async def test_at_its_time_by_a_bot_that_stays_away(bots: Bots) -> None:
    await bots.plan()
    await bots.pass_time(31)
    await bots.is_killed(not_done("chat.update"))
    await bots.pass_time(16)
    async with new_environment(bots.around) as environment:
        await direct_message(environment, U_EN, "I could not start it then")
        await environment.card("waits for its agent")
        await environment.settled()
        assert not environment.apizee.requests
        await environment.people.click(U_EN, environment.cards()[0], "session_start_now")
        await is_invited_once(environment)


async def test_over_start_now(bots: Bots) -> None:
    await bots.plan()
    await bots.is_killed(not_done("chat.update"), presses="session_start_now")
    async with new_environment(bots.around) as environment:
        await is_invited_once(environment)
        await bots.pass_time(31)
        await is_invited_once(environment)


async def test_over_cancel(bots: Bots) -> None:
    await bots.plan()
    await bots.is_killed(not_done("chat.update"), presses="session_cancel")
    async with new_environment(bots.around) as environment:
        await environment.card("Cancelled", within=30)
        await bring_forward(bots.clock.redis_url, timedelta(hours=1))
        await environment.settled()
        assert not environment.apizee.requests

"""A bot dies between the state of a session and its event, or between an event and the note that it was accepted."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.timing import EventTiming
from bot.timing import Timing
from tests.scenarios.environment import Vendors, new_environment
from tests.scenarios.kills import SOON_TAKEN_OVER, bot_of
from tests.scenarios.receiver import SECRET, EventReceiver, receiving
from tests.scenarios.way_to_redis import watched

FIRST_OF_AN_EVENT = b":slot:send_events:"
SOON_REPAIRED = replace(SOON_TAKEN_OVER, events=EventTiming(repaired_every=0.2))


@pytest.fixture
def timing() -> Timing:
    return SOON_REPAIRED


def sending_to(receiver: EventReceiver, around: Vendors) -> Vendors:
    events = {"EVENTS_URL": receiver.url, "EVENTS_SECRET": SECRET}
    return replace(around, environment={**around.environment, **events, "APIZEE_POLL_SECONDS": "1"})


async def test_an_event_that_was_accepted_before_the_bot_died_comes_again_and_the_others_after_it(
    around: Vendors, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        here, dead = sending_to(receiver, around), asyncio.Event()
        async with bot_of(here, tmp_path) as (bot, environment):

            async def die() -> None:
                if receiver.types[-1] == "session.invited":
                    receiver.before = None
                    await bot.end(signal.SIGKILL)
                    dead.set()

            receiver.before = die
            await environment.assist("+33 6 62 68 21 93")
            await asyncio.wait_for(dead.wait(), 20)
        async with new_environment(here) as environment:
            environment.customer_comes(await environment.invited())
            await receiver.receives("session.in_progress")
        assert receiver.types == ["session.inviting", "session.invited", "session.invited", "session.in_progress"]
        first, again = receiver.events[1:3]
        assert first == again


async def test_an_event_that_was_recorded_and_never_requested_is_sent_by_the_next_bot(
    around: Vendors, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        here = sending_to(receiver, around)
        async with watched(here, FIRST_OF_AN_EVENT) as (there, way), bot_of(there, tmp_path) as (bot, environment):
            await environment.assist("+33 6 62 68 21 93")
            ticket = await environment.invited()
            await receiver.receives("session.invited")
            way.is_armed = True
            environment.customer_comes(ticket)
            await asyncio.wait_for(way.reached.wait(), 20)
            await bot.end(signal.SIGKILL)
        assert "session.in_progress" not in receiver.types
        async with new_environment(here):
            await receiver.receives("session.in_progress")
        assert receiver.types == ["session.inviting", "session.invited", "session.in_progress"]

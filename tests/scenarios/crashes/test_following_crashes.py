"""A bot dies after it has recorded what is new in a session, and before anybody was to update its card."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from bot.timing import Timing
from tests.scenarios.environment import Vendors, new_environment
from tests.scenarios.kills import SOON_TAKEN_OVER, bot_of
from tests.scenarios.way_to_redis import watched

FIRST_OF_A_REDRAW = b":slot:redraw:"


@pytest.fixture
def timing() -> Timing:
    return SOON_TAKEN_OVER


async def test_a_card_shows_what_a_bot_has_recorded_before_it_died(around: Vendors, tmp_path: Path) -> None:
    async with watched(around, FIRST_OF_A_REDRAW) as (here, way), bot_of(here, tmp_path) as (bot, environment):
        await environment.assist("+33 6 62 68 21 93")
        ticket = await environment.invited()
        way.is_armed = True
        environment.customer_comes(ticket)
        await asyncio.wait_for(way.reached.wait(), 20)
        await bot.end(signal.SIGKILL)
    assert "In progress" not in environment.cards()[0].text
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        await environment.card("In progress")

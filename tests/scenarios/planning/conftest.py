"""The bot among its vendors, with a clock of the story's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.timing import AgentsTiming
from bot.timing import Timing
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Vendors
from tests.scenarios.planning.clock import StoryClock


@pytest.fixture
def clock(redis_url: str) -> StoryClock:
    return StoryClock(redis_url)


@pytest.fixture
def timing(clock: StoryClock) -> Timing:
    """How long the bot waits, by the story's clock; for the time zone as well, without which nothing is planned."""
    return replace(SLOW_MACHINE, agents=AgentsTiming(language_worth_waiting=2.0), clock=clock)


@pytest.fixture
async def around(around: Vendors, clock: StoryClock) -> Vendors:
    """Both sandboxes, which live by the story's clock."""
    around.slack.clock = clock
    around.apizee.clock = clock.now
    return around

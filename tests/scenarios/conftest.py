"""An environment for each story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.timing import Timing
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, new_environment, vendors


@pytest.fixture
def timing() -> Timing:
    """How long the bot waits; stories of bad days have their own."""
    return SLOW_MACHINE


@pytest.fixture
async def around(redis: Redis, redis_url: str, tmp_path: Path, timing: Timing) -> AsyncIterator[Vendors]:  # noqa: ARG001  # emptied
    async with vendors(redis_url, tmp_path, timing=timing) as both:
        yield both


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around) as environment:
        yield environment

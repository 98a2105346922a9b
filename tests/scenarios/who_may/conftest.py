"""Two workspaces, each with an Apizee account of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.timing import Timing
from sandbox.apizee import World
from tests.scenarios.two_workspaces import Two, two_workspaces, worlds


@pytest.fixture
def accounts() -> tuple[World, World]:
    """Both Apizee accounts: the operator's, and the one that a workspace may connect."""
    return worlds()


@pytest.fixture
async def two(
    redis: Redis,  # noqa: ARG001  # emptied
    redis_url: str,
    tmp_path: Path,
    accounts: tuple[World, World],
    timing: Timing,
) -> AsyncIterator[Two]:
    """Yield one bot for both; a file with a `timing` of its own has the bot wait so."""
    async with two_workspaces(redis_url, tmp_path, accounts, timing=timing, invitations_per_hour=1000) as both:
        yield both

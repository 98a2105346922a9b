"""A stage for each story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.fixtures.patience import redis_may_be_slow
from tests.scenarios.stage import Stage, Vendors, staged, vendors

__all__ = ["redis_may_be_slow"]


@pytest.fixture
async def around(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Vendors]:  # noqa: ARG001  # emptied
    async with vendors(redis_url, tmp_path) as both:
        yield both


@pytest.fixture
async def stage(around: Vendors) -> AsyncIterator[Stage]:
    async with staged(around) as stage:
        yield stage

"""A stage for each story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.scenarios.stage import Stage, Vendors, staged, vendors


@pytest.fixture
async def around(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Vendors]:  # noqa: ARG001  # emptied
    async with vendors(redis_url, tmp_path) as both:
        yield both


@pytest.fixture
async def stage(around: Vendors) -> AsyncIterator[Stage]:
    async with staged(around) as stage:
        yield stage


@pytest.fixture(autouse=True)
def redis_may_be_slow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many stories run at once on a small machine; how soon a slow Redis is given up is told by its own stories."""
    if not request.module.__name__.endswith("test_redis_away"):
        monkeypatch.setattr("bot.services.intake.PATIENCE", 2.5)
        monkeypatch.setattr("bot.store.connection.PATIENCE_SECONDS", 2.5)

"""What delivers media, between both sandboxes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.container import build
from tests.scenarios.environment import settings_of
from tests.scenarios.environment import vendors as sandboxes
from tests.sessions.media_services import Services


@pytest.fixture
async def services(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Services]:  # noqa: ARG001  # emptied
    async with sandboxes(redis_url, tmp_path) as both, build(settings_of(both.environment)) as parts:
        yield Services(both.slack, both.apizee, parts)

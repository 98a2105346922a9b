"""Keeps what is used: what nobody uses any more expires by itself."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis

from bot.store.workspaces.installations import UNUSED_FOR

_NOTED_EVERY: Final = timedelta(days=1)
_ASKED_EVERY: Final = timedelta(hours=1)
_REMEMBERED_AT_MOST: Final = 10_000


class Uses:
    """Notes that keys are used, once a day each: every write waits for the disk. A process asks for it once an hour."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._not_before: dict[str, float] = {}

    async def note(self, key: str) -> None:
        """Let a key live for `UNUSED_FOR` from now, to the day; raises what redis-py raises."""
        now = time.monotonic()
        if now < self._not_before.get(key, 0.0):
            return
        if 0 < await self._redis.ttl(key) < (UNUSED_FOR - _NOTED_EVERY).total_seconds():
            await self._redis.expire(key, UNUSED_FOR)
        if len(self._not_before) >= _REMEMBERED_AT_MOST:
            self._not_before.clear()
        self._not_before[key] = now + _ASKED_EVERY.total_seconds()

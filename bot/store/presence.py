"""Stores which processes of the bot run on a Redis: what may not happen beside them is refused."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis

from bot.model.errors import StoreUnavailable
from bot.outages import translated
from bot.repeating import repeat
from bot.store import keys

COUNTS_FOR: Final = timedelta(seconds=15)
"""So long a process counts that was killed."""

_SAID_EVERY: Final = 5.0


class Presence:
    """The presence of this process, and of all others on the same Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._key = keys.process(secrets.token_hex(8))

    @asynccontextmanager
    async def announced(self) -> AsyncIterator[None]:
        """Say that this process runs, until left; where Redis is away, as soon as it is back."""
        with suppress(StoreUnavailable):
            await self._announce()
        announcing = asyncio.create_task(repeat("presence", self._announce, every=_SAID_EVERY))
        try:
            yield
        finally:
            announcing.cancel()
            with suppress(StoreUnavailable), translated():
                await self._redis.unlink(self._key)

    async def running(self) -> int:
        """Return how many processes run; raises `StoreUnavailable`."""
        with translated():
            return len({key async for key in self._redis.scan_iter(match=keys.process("*"))})

    async def _announce(self) -> None:
        with translated():
            await self._redis.set(self._key, b"1", ex=COUNTS_FOR)

"""One process at a time, by a lock in Redis that ends by itself where its holder dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from bot.model.errors import StoreUnavailable, TryLater
from bot.store.server.connection import translated

_ASKED_AGAIN_AFTER: Final = 1.0
_LAST_RENEWAL_ENDS_WITHIN: Final = 1.0


class Locks:
    """Locks in Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @asynccontextmanager
    async def held(self, key: str, *, expires: timedelta) -> AsyncIterator[None]:
        """Hold a lock inside of this `async with`.

        Raises `TryLater` where somebody else holds it, and `StoreUnavailable`. The lock is renewed until it is left,
        and lost `expires` after its holder died or froze.
        """
        lock = self._redis.lock(key, timeout=expires.total_seconds(), blocking=False, thread_local=False)
        with translated():
            if not await lock.acquire():
                raise TryLater(_ASKED_AGAIN_AFTER)
        done = asyncio.Event()
        renewing = asyncio.create_task(_renew(lock, done, every=expires / 4))
        try:
            yield
        finally:
            # The renewal is told to end and never cancelled: before Python 3.12 redis-py may swallow a cancel, and
            # whoever waited for it would wait for ever.
            done.set()
            await asyncio.wait({renewing}, timeout=_LAST_RENEWAL_ENDS_WITHIN)
            with suppress(LockError, StoreUnavailable), translated():
                await lock.release()


async def _renew(lock: Lock, done: asyncio.Event, *, every: timedelta) -> None:
    while not await _is_set_within(done, every):
        with suppress(StoreUnavailable), translated():
            try:
                await lock.reacquire()
            except LockError:  # it was lost while this process stood still
                return


async def _is_set_within(event: asyncio.Event, patience: timedelta) -> bool:
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({waiting}, timeout=patience.total_seconds())
        return event.is_set()
    finally:
        waiting.cancel()

"""Lets one process at a time do something, by a lock in Redis that ends by itself where its holder dies."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from bot.model.errors import StoreUnavailable, TryLater
from bot.outages import translated

_ASKED_AGAIN_AFTER: Final = 1.0
_LAST_RENEWAL_ENDS_WITHIN: Final = 1.0


class Holding(NamedTuple):
    """Who holds a lock: a name that no other holding has, `None` where it is free; and how long it lasts at most."""

    name: str | None
    ends_in: timedelta
    now: datetime
    """The time by Redis' clock, which is the same for all processes."""


class LockHeld(TryLater):
    """Somebody else holds the lock; `holder` is the name of that holding, `None` where it has just ended."""

    def __init__(self, retry_in: float, holder: str | None) -> None:
        super().__init__(retry_in)
        self.holder = holder


class Locks:
    """Keeps locks in Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @asynccontextmanager
    async def held(
        self, key: str, *, expires: timedelta, at_least: timedelta = timedelta(), name: str | None = None
    ) -> AsyncIterator[None]:
        """Hold a lock inside of this `async with`, and until `at_least` so long after its beginning.

        `name` is that of this holding, and no other one's. Raises `LockHeld` where somebody else holds it, and
        `StoreUnavailable`. The lock is renewed until it is left, and lost `expires` after its holder died or froze.
        """
        free_at = time.monotonic() + at_least.total_seconds()
        lock = self._redis.lock(key, timeout=expires.total_seconds(), blocking=False, thread_local=False)
        with translated():
            if not await lock.acquire(token=name or secrets.token_hex(8)):
                raise await self._held_by_another(key, max(expires, at_least))
        done = asyncio.Event()
        renewing = asyncio.create_task(_renew(lock, done, every=expires / 4))
        try:
            yield
        finally:
            # The renewal is asked to end and not cancelled: Redis might carry it out after what follows, and the lock
            # would be held for longer.
            done.set()
            await asyncio.wait({renewing}, timeout=_LAST_RENEWAL_ENDS_WITHIN)
            with suppress(LockError, StoreUnavailable), translated():
                await _release_in(lock, free_at - time.monotonic())

    async def holding(self, key: str) -> Holding:
        """Return who holds a lock now; raises `StoreUnavailable`."""
        with translated():
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.get(key)
                pipeline.pttl(key)
                pipeline.time()
                name, milliseconds, (seconds, micros) = await pipeline.execute()
        now = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)
        return Holding(name and name.decode(), timedelta(milliseconds=max(0, milliseconds)), now)

    async def _held_by_another(self, key: str, longest: timedelta) -> LockHeld:
        other = await self.holding(key)
        if other.ends_in > longest:
            # The clock by which it ends was set back since. A living holder renews it in time.
            await self._redis.pexpire(key, longest)
        return LockHeld(min(_ASKED_AGAIN_AFTER, other.ends_in.total_seconds()), other.name)


async def _release_in(lock: Lock, seconds: float) -> None:
    """Release a lock that many seconds from now."""
    if seconds > 0:
        await lock.extend(seconds, replace_ttl=True)
    else:
        await lock.release()


async def _renew(lock: Lock, done: asyncio.Event, *, every: timedelta) -> None:
    while not await _is_set_within(done, every):
        with suppress(StoreUnavailable), translated():
            try:
                await lock.reacquire()
            except LockError:  # it was lost while this process stood still
                return


async def _is_set_within(event: asyncio.Event, at_most: timedelta) -> bool:
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({waiting}, timeout=at_most.total_seconds())
        return event.is_set()
    finally:
        waiting.cancel()

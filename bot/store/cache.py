"""Caches what was looked up and need not be asked again for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from redis.asyncio import Redis

from bot.model.errors import Unreadable
from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing


class Cache:
    """Texts of a workspace, sealed, under names that say nothing of anybody.

    Raises `StoreUnavailable` without Redis.
    """

    def __init__(self, redis: Redis, sealer: KeyRing) -> None:
        self._redis = redis
        self._sealer = sealer

    async def get(self, team: str, what: str) -> str | None:
        """Return what was cached under this name, or `None` where that has expired or its key is gone."""
        key = keys.cached(team, what)
        with translated():
            sealed = await self._redis.get(key)
        try:
            return self._sealer.open_value(cast("bytes", sealed).decode(), key) if sealed else None
        except Unreadable:
            return None

    async def set(self, team: str, what: str, text: str, *, lasts: timedelta) -> None:
        """Store a text under this name for some time."""
        key = keys.cached(team, what)
        with translated():
            await self._redis.set(key, self._sealer.seal_value(text, key), ex=lasts)

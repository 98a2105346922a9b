"""Stores which browser opened a link first: in any other the link leads nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from redis.asyncio import Redis

from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing

_KEPT_FOR: Final = timedelta(hours=24)
"""As long as such a link is valid."""


class OpenedLinks:
    """The links into tickets that were opened, each with the browser that was first; both as fingerprints."""

    def __init__(self, redis: Redis, keys: KeyRing) -> None:
        self._redis = redis
        self._keys = keys

    async def belongs_to(self, browser: str, *, team: str, token: str) -> bool:
        """Return whether no other browser opened the link before; from then on it is this one's.

        Raises `bot.model.errors.StoreUnavailable` when Redis does not answer.
        """
        key, mine = keys.opened_link(team, self._keys.fingerprint(token)), self._keys.fingerprint(browser).encode()
        with translated():
            is_first = await self._redis.set(key, mine, nx=True, ex=_KEPT_FOR)
            return bool(is_first) or await self._redis.get(key) == mine

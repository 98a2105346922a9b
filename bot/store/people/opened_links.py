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
        key, *former = (keys.opened_link(team, one) for one in self._keys.fingerprints(token))
        mine = [one.encode() for one in self._keys.fingerprints(browser)]
        with translated():
            # Opened before the first key of the ring was another one.
            owners = [one for one in await self._redis.mget(former) if one] if former else []
            if owners:
                return owners[0] in mine
            is_first = await self._redis.set(key, mine[0], nx=True, ex=_KEPT_FOR)
            return bool(is_first) or await self._redis.get(key) in mine

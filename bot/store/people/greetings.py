"""Stores who was greeted in the Messages tab: each person is, once."""

from __future__ import annotations

from collections.abc import Awaitable
from enum import Enum, auto
from typing import cast

from redis.asyncio import Redis

from bot.outages import translated
from bot.store import keys
from bot.store.workspaces.installations import UNUSED_FOR


class Claim(Enum):
    """Whether a request greets: it is the first, it is the first and runs again, or another one has greeted."""

    FIRST = auto()
    AGAIN = auto()
    TAKEN = auto()


class Greetings:
    """The greeted people of each workspace, by their Slack ids; raises `StoreUnavailable` without Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def claim(self, team: str, user: str, *, by: str) -> Claim:
        """Claim to greet a person, by the id of a request."""
        key = keys.greeted(team)
        with translated():
            async with self._redis.pipeline() as both:
                both.hsetnx(key, user, by)
                both.expire(key, UNUSED_FOR)
                is_first, _ = await both.execute()
            if is_first:
                return Claim.FIRST
            first = await cast("Awaitable[bytes | None]", self._redis.hget(key, user))
        return Claim.AGAIN if first == by.encode() else Claim.TAKEN

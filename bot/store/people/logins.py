"""Stores the logins at Apizee that administrators gave to people of their workspace, on the bot's Home."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Final, cast

from redis.asyncio import Redis

from bot.model.errors import Unreadable
from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing
from bot.store.uses import Uses
from bot.store.workspaces.installations import UNUSED_FOR

_BATCH: Final = 500


class LoginStore:
    """Logins by workspace and user, each sealed for its user alone; all methods raise `StoreUnavailable`."""

    def __init__(self, redis: Redis, ring: KeyRing) -> None:
        self._redis = redis
        self._ring = ring
        self._uses = Uses(redis)

    async def give(self, team: str, user: str, login: str) -> None:
        """Record a user's login; it replaces the one before."""
        key = keys.logins(team)
        with translated():
            async with self._redis.pipeline() as both:
                both.hset(key, user, self._ring.seal_value(login, _sealed_for(key, user)))
                both.expire(key, UNUSED_FOR)
                await both.execute()

    async def of(self, team: str, user: str) -> str | None:
        """Return a user's login, which counts as a use of all the workspace's; `None` where none can be read."""
        key = keys.logins(team)
        with translated():
            sealed = await cast("Awaitable[bytes | None]", self._redis.hget(key, user))
            await self._uses.note(key)
        return self._opened(key, user, sealed) if sealed else None

    async def all_of(self, team: str) -> dict[str, str | None]:
        """Return all logins of a workspace, by users in a fixed order; `None` where no key opens one any more."""
        return await self._all_under(keys.logins(team))

    async def remove(self, team: str, user: str) -> None:
        """Remove a user's login."""
        with translated():
            await self._redis.hdel(keys.logins(team), user)

    async def users_of(self, login: str) -> list[tuple[str, str]]:
        """Return the workspaces and users who were given a login, however it is capitalised. It goes over all keys."""
        with translated():
            found = sorted({key.decode() async for key in self._redis.scan_iter(keys.logins("*"), count=_BATCH)})
        return [
            (keys.team_in(key), user)
            for key in found
            for user, given in (await self._all_under(key)).items()
            if given and given.casefold() == login.casefold()
        ]

    def resealed(self, kept: bytes, key: str, user: str) -> bytes | None:
        """Return what is kept of a user sealed with the first key; `None` where it is; raises `Unreadable`."""
        again = self._ring.resealed_value(kept.decode(errors="replace"), _sealed_for(key, user))
        return None if again is None else again.encode()

    async def _all_under(self, key: str) -> dict[str, str | None]:
        with translated():
            kept = await cast("Awaitable[Mapping[bytes, bytes]]", self._redis.hgetall(key))
        by_user = sorted((user.decode(), sealed) for user, sealed in kept.items())
        return {user: self._opened(key, user, sealed) for user, sealed in by_user}

    def _opened(self, key: str, user: str, sealed: bytes) -> str | None:
        try:
            return self._ring.open_value(sealed.decode(errors="replace"), _sealed_for(key, user))
        except Unreadable:
            return None


def _sealed_for(key: str, user: str) -> str:
    """Return the name to which a login is bound: another user's does not open in its place."""
    return f"{key}:{user}"

"""Stores which channels get the weekly digest, and when; each sealed for its channel alone."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Final, cast

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.model.digest import Digest
from bot.model.errors import Unreadable
from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing
from bot.store.workspaces.installations import UNUSED_FOR

_DIGEST: Final = TypeAdapter(Digest)

# KEYS: the digests of a workspace. ARGV: the channel, the value as it was, as it will be (nothing: none), and how long
# it is kept.
_REPLACE: Final = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
    redis.call('HDEL', KEYS[1], ARGV[1])
else
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
    redis.call('EXPIRE', KEYS[1], ARGV[4])
end
return 1
"""


class DigestStore:
    """Digests by workspace and channel; all methods raise `StoreUnavailable`. What no key opens is not there."""

    def __init__(self, redis: Redis, ring: KeyRing) -> None:
        self._redis = redis
        self._ring = ring
        self._replace = redis.register_script(_REPLACE)

    async def put(self, team: str, digest: Digest) -> None:
        """Record a channel's digest; it replaces the one before."""
        key = keys.digests(team)
        with translated():
            async with self._redis.pipeline() as both:
                both.hset(key, digest.channel, self._sealed(key, digest))
                both.expire(key, UNUSED_FOR)
                await both.execute()

    async def of(self, team: str, channel: str) -> Digest | None:
        """Return a channel's digest."""
        _, digest = await self._read(keys.digests(team), channel)
        return digest

    async def all_of(self, team: str) -> list[Digest]:
        """Return a workspace's digests, in a fixed order."""
        key = keys.digests(team)
        with translated():
            kept = await cast("Awaitable[Mapping[bytes, bytes]]", self._redis.hgetall(key))
        found = [self._opened(key, channel.decode(), kept[channel]) for channel in sorted(kept)]
        return [one for one in found if one]

    async def change(self, team: str, before: Digest, after: Digest | None) -> bool:
        """Replace or remove a channel's digest; returns whether it was as it is said to be, and is not any more."""
        key = keys.digests(team)
        while True:
            kept, latest = await self._read(key, before.channel)
            if kept is None or latest != before:
                return False
            sealed = self._sealed(key, after) if after else ""
            lives = int(UNUSED_FOR.total_seconds())
            with translated():
                if await self._replace(keys=[key], args=[before.channel, kept, sealed, lives]):
                    return True
            # It was sealed again meanwhile, or changed: then the next reading says so.

    async def remove(self, team: str, channel: str) -> None:
        """Remove a channel's digest."""
        with translated():
            await self._redis.hdel(keys.digests(team), channel)

    def resealed(self, kept: bytes, key: str, channel: str) -> bytes | None:
        """Return what is kept of a channel sealed with the first key; `None` where it is; raises `Unreadable`."""
        again = self._ring.resealed_value(kept.decode(errors="replace"), _sealed_for(key, channel))
        return None if again is None else again.encode()

    async def _read(self, key: str, channel: str) -> tuple[bytes | None, Digest | None]:
        with translated():
            kept = await cast("Awaitable[bytes | None]", self._redis.hget(key, channel))
        return kept, self._opened(key, channel, kept) if kept else None

    def _sealed(self, key: str, digest: Digest) -> str:
        return self._ring.seal_value(_DIGEST.dump_json(digest).decode(), _sealed_for(key, digest.channel))

    def _opened(self, key: str, channel: str, kept: bytes) -> Digest | None:
        try:
            return _DIGEST.validate_json(
                self._ring.open_value(kept.decode(errors="replace"), _sealed_for(key, channel))
            )
        except (Unreadable, ValueError):
            return None


def _sealed_for(key: str, channel: str) -> str:
    """Return the name to which a digest is bound: another channel's does not open in its place."""
    return f"{key}:{channel}"

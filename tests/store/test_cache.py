"""What was looked up is cached for a while, and for those with the key alone."""

from __future__ import annotations

from datetime import timedelta

from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.store.cache import Cache
from bot.store.sealing.keyring import KeyRing

TEAM = "T0001"


def cache_of(redis: Redis) -> Cache:
    return Cache(redis, KeyRing([Fernet.generate_key().decode()]))


async def test_what_was_cached_is_found_in_its_workspace(redis: Redis) -> None:
    cache = cache_of(redis)
    await cache.set(TEAM, "figures", "12 sessions", lasts=timedelta(minutes=1))
    assert await cache.get(TEAM, "figures") == "12 sessions"
    assert await cache.get("T0002", "figures") is None


async def test_it_is_sealed_and_ends(redis: Redis) -> None:
    await cache_of(redis).set(TEAM, "figures", "12 sessions", lasts=timedelta(minutes=1))
    (key,) = await redis.keys()
    assert "12 sessions" not in str(await redis.get(key))
    assert 0 < await redis.ttl(key) <= 60


async def test_whose_key_is_gone_is_forgotten(redis: Redis) -> None:
    await cache_of(redis).set(TEAM, "figures", "12 sessions", lasts=timedelta(minutes=1))
    assert await cache_of(redis).get(TEAM, "figures") is None

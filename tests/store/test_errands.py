"""An errand is kept, sealed, until it is done or nobody could be answered any more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model import Asker, Place
from bot.store.errands import KEPT_FOR, Errand, Errands
from bot.store.secrets import KeyRing
from tests.fixtures.redis_contents import everything_in

TEAM = "T0001"
ASKER = Asker("U0001", Place(TEAM, "C0001"), "https://hooks.slack.com/commands/secret")


@pytest.fixture
def errands(redis: Redis) -> Errands:
    return Errands(redis, KeyRing([Fernet.generate_key().decode()]))


def errand(errand_id: str = "e1") -> Errand:
    return Errand(errand_id, "find", ASKER, asked_at=1_700_000_000.0, details={"text": "+33662682193"})


async def test_an_errand_comes_back_as_it_was_written_until_it_is_done(errands: Errands) -> None:
    await errands.record(errand(), delivery="trigger-1")
    assert await errands.get(TEAM, "e1") == errand()
    await errands.done(errand())
    assert await errands.get(TEAM, "e1") is None


async def test_the_same_delivery_again_leads_to_the_first_errand(errands: Errands) -> None:
    assert await errands.record(errand("e1"), delivery="trigger-1") == "e1"
    assert await errands.record(errand("e2"), delivery="trigger-1") == "e1"
    assert await errands.get(TEAM, "e2") is None


async def test_a_change_lives_no_longer_than_the_errand(errands: Errands, redis: Redis) -> None:
    await errands.record(errand(), delivery="trigger-1")
    await errands.keep(replace(errand(), announced=True))
    kept = await errands.get(TEAM, "e1")
    assert kept is not None
    assert kept.announced
    for key in await redis.keys("*errand*"):
        assert 0 < await redis.ttl(key) <= KEPT_FOR.total_seconds()


async def test_what_was_asked_for_cannot_be_read_in_redis(errands: Errands, redis: Redis) -> None:
    await errands.record(errand(), delivery="trigger-1")
    held = b"".join(key + value for key, value in (await everything_in(redis)).items())
    assert b"662682193" not in held
    assert b"hooks.slack.com" not in held

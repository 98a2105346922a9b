"""Logins that administrators gave: sealed each for its person, found by their value, kept while they are used."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.store.people.logins import LoginStore
from bot.store.sealing.keyring import KeyRing
from bot.store.workspaces.installations import UNUSED_FOR

KEPT = int(UNUSED_FOR.total_seconds())


@pytest.fixture
async def logins(redis: Redis, keys: KeyRing) -> LoginStore:
    store = LoginStore(redis, keys)
    await store.give("T1", "U1", "Anna@Client.com")
    await store.give("T2", "U2", "anna@client.com")
    await store.give("T2", "U3", "bert@client.com")
    return store


async def test_a_login_is_its_persons_in_its_workspace(logins: LoginStore) -> None:
    assert await logins.of("T1", "U1") == "Anna@Client.com"
    assert [await logins.of("T1", "U2"), await logins.of("T3", "U1")] == [None, None]
    await logins.remove("T2", "U2")
    assert await logins.all_of("T2") == {"U3": "bert@client.com"}


async def test_everybody_with_a_login_is_found_however_it_is_capitalised(logins: LoginStore) -> None:
    assert await logins.users_of("ANNA@client.com") == [("T1", "U1"), ("T2", "U2")]
    assert await logins.users_of("nobody@client.com") == []


@pytest.mark.parametrize(("left", "then"), [(KEPT - 3 * 86_400, KEPT), (KEPT - 3600, KEPT - 3600)])
async def test_a_use_is_noted_once_a_day(logins: LoginStore, redis: Redis, left: int, then: int) -> None:
    await redis.expire("apizee:{T1}:logins", left)
    await logins.of("T1", "U9")
    assert then - 60 < await redis.ttl("apizee:{T1}:logins") <= then

"""Whose people they are is decided once, and Redis does not show who they are."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Invitation, Kind, Session
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.invitees import Invitees
from tests.fixtures.redis_contents import everything_in


@pytest.fixture
def guests(redis: Redis) -> Invitees:
    return Invitees(redis, KeyRing([Fernet.generate_key().decode()]), timedelta(days=90))


def session(name: str, **more: object) -> Session:
    """Return an assistance whose invitation is given in parts."""
    requester = Requester("U0001", Conversation("T0001", "C0001"))
    made = Session(
        name, Kind.ASSISTANCE, requester, invitation=Invitation(contacts=(Contact("+33662682193"),)), created_at=1.0
    )
    return made.with_invitation(**more)


async def test_each_session_learns_whose_its_people_were_before_however_often_it_asks(guests: Invitees) -> None:
    assert await guests.claim(session("first")) == []
    assert await guests.claim(session("second")) == ["first"]
    assert await guests.claim(session("third")) == ["second", "first"]
    assert await guests.claim(session("first")) == []
    assert await guests.claim(session("second")) == ["first"]


async def test_of_those_who_come_at_once_only_one_was_there_before_nobody(guests: Invitees) -> None:
    before = await asyncio.gather(*(guests.claim(session(f"s{number}")) for number in range(10)))
    assert sorted(map(len, before)) == list(range(10))


async def test_the_order_of_guests_says_nothing(guests: Invitees) -> None:
    ann, bob = Contact("ann@example.com"), Contact("bob@example.com")
    assert await guests.claim(session("first", contacts=(ann, bob), colleagues=("U2", "U3"))) == []
    assert await guests.claim(session("second", contacts=(bob, ann), colleagues=("U3", "U2"))) == ["first"]
    assert await guests.claim(session("third", contacts=(bob,), colleagues=("U3", "U2"))) == []


async def test_only_the_latest_sessions_of_the_same_people_are_kept(guests: Invitees, redis: Redis) -> None:
    for number in range(30):
        await guests.claim(session(f"s{number}"))
    assert (await guests.claim(session("last")))[0] == "s29"
    assert [await redis.zcard(key) for key in await everything_in(redis)] == [20]


async def test_who_is_forgotten_is_forgotten_unless_somebody_else_invited_them(guests: Invitees, redis: Redis) -> None:
    await guests.claim(session("first"))
    await guests.forget(session("second"))
    assert await guests.claim(session("second")) == ["first"]
    await guests.forget(session("first"))
    assert await guests.claim(session("third")) == ["second"]
    for name in ("second", "third"):
        await guests.forget(session(name))
    assert await everything_in(redis) == {}


async def test_redis_does_not_tell_who_they_are_and_forgets_them(guests: Invitees, redis: Redis) -> None:
    await guests.claim(session("first"))
    kept = await everything_in(redis)
    assert "662682193" not in str(kept)
    assert all([await redis.ttl(key) > 0 for key in kept])

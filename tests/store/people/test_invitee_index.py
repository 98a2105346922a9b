"""What is kept of somebody is found by their number or address, which Redis does not hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Invitation, Kind, Session, State
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.entries import name_in
from bot.store.sessions.invitee_index import InviteeIndex
from bot.store.sessions.store import Sessions
from tests.fixtures.redis_contents import everything_in

TEAM = "T0001"
KEY, ANOTHER_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
JEAN, ANN = Contact("+33662682193"), Contact("ann@example.com")
KEPT = timedelta(days=1)


def stored(redis: Redis, *its_keys: str) -> tuple[Sessions, InviteeIndex]:
    ring = KeyRing(its_keys or [KEY])
    sessions = Sessions(redis, ring, KEPT, account="apizee:{api:1}")
    return sessions, InviteeIndex(redis, ring, sessions, KEPT)


def a_session(name: str, *contacts: Contact, team: str = TEAM) -> Session:
    requester = Requester("U0001", Conversation(team, "C0001"))
    return Session(name, Kind.MEETING, requester, 1_700_000_000.0, invitation=Invitation(contacts=contacts))


async def found(index: InviteeIndex, contact: Contact, team: str = TEAM) -> set[str]:
    return {session.id for session in await index.sessions_with(team, index.fingerprints(contact))}


async def test_sessions_are_found_by_each_of_their_invitees_in_their_workspace_alone(redis: Redis) -> None:
    sessions, index = stored(redis)
    for session in (a_session("a", JEAN), a_session("b", ANN, JEAN), a_session("c", JEAN, team="T0002")):
        await sessions.record(session, delivery=session.id)

    assert await found(index, JEAN) == {"a", "b"}
    assert await found(index, Contact("ANN@example.com")) == {"b"}
    assert await found(index, JEAN, "T0002") == {"c"}
    held = b"".join(key + value for key, value in (await everything_in(redis)).items())
    assert b"662682193" not in held
    assert b"ann@example.com" not in held


async def test_what_is_forgotten_is_found_no_more_and_leaves_no_entry(redis: Redis) -> None:
    sessions, index = stored(redis)
    await sessions.record(a_session("a", JEAN, ANN), delivery="a")
    kept = await sessions.change(TEAM, "a", lambda latest: replace(latest, state=State.INVITED))
    await sessions.forget(kept)

    assert await found(index, JEAN) == set()
    assert not [key async for key in redis.scan_iter(match="*:found-by:*")]


async def test_sessions_of_a_version_without_this_index_are_found(redis: Redis) -> None:
    sessions, index = stored(redis)
    for number in range(120):
        await sessions.record(a_session(f"s{number}", JEAN), delivery=f"s{number}")
    async for key in redis.scan_iter(match="*:found-by:*"):
        await redis.delete(key)

    assert len(await found(index, JEAN)) == 120


async def test_under_a_new_first_key_those_who_were_invited_before_are_found(redis: Redis) -> None:
    sessions, index = stored(redis)
    await sessions.record(a_session("before", JEAN), delivery="1")
    await found(index, JEAN)
    sessions, index = stored(redis, ANOTHER_KEY, KEY)
    await sessions.record(a_session("after", JEAN), delivery="2")

    assert await found(index, JEAN) == {"before", "after"}
    for session in await sessions.those_of(TEAM, ["before", "after"]):
        await sessions.forget(session)
    assert not [key async for key in redis.scan_iter(match="*:found-by:*")]


async def test_an_entry_lives_no_longer_than_its_session(redis: Redis) -> None:
    sessions, index = stored(redis)
    await sessions.record(a_session("a", JEAN), delivery="a")

    (fingerprint,) = index.fingerprints(JEAN)
    assert 0 < await redis.ttl(name_in(TEAM, fingerprint).key) <= KEPT.total_seconds()

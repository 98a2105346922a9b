"""A person's sessions are those that they started, and those that a colleague started for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.people import Conversation, Requester
from bot.model.session import Invitation, Kind, Session, State
from bot.store import keys
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.of_people import PeoplesSessions
from bot.store.sessions.store import Sessions
from tests.fixtures.redis_contents import everything_in

TEAM, ALICE, BRUNO = "T0001", "U0001", "U0002"
KEPT = timedelta(days=1)


@pytest.fixture
def sessions(redis: Redis) -> Sessions:
    return Sessions(redis, KeyRing([Fernet.generate_key().decode()]), KEPT, account="apizee:{api:1}")


@pytest.fixture
def peoples(redis: Redis, sessions: Sessions) -> PeoplesSessions:
    return PeoplesSessions(redis, sessions, KEPT)


def started(name: str, by: str, *, agent: str = "", at: float = 0.0, team: str = TEAM) -> Session:
    requester, invitation = Requester(by, Conversation(team, "C0001")), Invitation(for_user=agent)
    return Session(name, Kind.ASSISTANCE, requester, 1_700_000_000.0 + at, invitation=invitation)


async def test_a_session_is_its_requesters_and_its_agents(sessions: Sessions, peoples: PeoplesSessions) -> None:
    mine, for_bruno = started("mine", ALICE, at=1), started("for Bruno", ALICE, agent=BRUNO, at=2)
    ended = replace(started("ended", ALICE, agent=BRUNO, at=3), state=State.DONE)
    ended = ended.with_progress(end_sent=True)
    for session in (mine, for_bruno, ended, started("elsewhere", BRUNO, team="T0002")):
        await sessions.record(session, delivery=session.id)

    assert [one.id for one in await peoples.open(TEAM, ALICE, limit=5)] == ["for Bruno", "mine"]
    assert [one.id for one in await peoples.open(TEAM, BRUNO, limit=5)] == ["for Bruno"]
    assert [one.id for one in await peoples.latest(TEAM, BRUNO, limit=5)] == ["ended", "for Bruno"]
    assert [one.id for one in await peoples.latest(TEAM, ALICE, limit=2)] == ["ended", "for Bruno"]


async def test_what_is_forgotten_is_forgotten_of_both(
    redis: Redis, sessions: Sessions, peoples: PeoplesSessions
) -> None:
    await sessions.record(started("a", ALICE, agent=BRUNO), delivery="a")
    kept = await sessions.change(TEAM, "a", lambda latest: replace(latest, state=State.INVITED))
    await sessions.forget(kept)
    assert await peoples.latest(TEAM, BRUNO, limit=5) == await peoples.latest(TEAM, ALICE, limit=5) == []
    assert not [key for key in await everything_in(redis) if b"sessions" in key]


async def test_open_sessions_of_an_earlier_version_are_found_by_their_agent_too(
    redis: Redis, sessions: Sessions, peoples: PeoplesSessions
) -> None:
    for number in range(120):
        await sessions.record(started(f"{number}", ALICE, agent=BRUNO, at=number), delivery=f"{number}")
    await redis.unlink(keys.sessions_for(TEAM, BRUNO))
    assert len(await peoples.open(TEAM, BRUNO, limit=1000)) == 120
    assert 0 < await redis.ttl(keys.sessions_for(TEAM, BRUNO)) <= KEPT.total_seconds()
    assert 0 < await redis.ttl(keys.agents_indexed(TEAM)) <= 86_400


async def test_however_many_were_started_since_one_that_is_open_is_found(
    sessions: Sessions, peoples: PeoplesSessions
) -> None:
    """A session that is planned for months ahead was started long before the latest ones."""
    await sessions.record(started("early", ALICE), delivery="early")
    for number in range(1, 250):
        over = replace(started(f"{number}", ALICE, at=number), state=State.FAILED)
        await sessions.record(over, delivery=f"{number}")
    assert [one.id for one in await peoples.open(TEAM, ALICE, limit=5)] == ["early"]

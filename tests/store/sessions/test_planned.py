"""What is planned is kept until its time, listed in the order in which it comes, and costs the rounds nothing."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Invitation, Kind, Session, State
from bot.model.session.plans import Plan
from bot.store import keys
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.invitee_index import InviteeIndex
from bot.store.sessions.of_people import PeoplesSessions
from bot.store.sessions.store import Sessions

TEAM, USER = "T0001", "U0001"
CUSTOMER = Contact("+33662682193")
DAY = 86_400
RING = KeyRing([Fernet.generate_key().decode()])
RETENTION = timedelta(days=7)


@pytest.fixture
def sessions(redis: Redis) -> Sessions:
    return Sessions(redis, RING, RETENTION, account="apizee:{api:1}")


def planned(name: str, *, days: float, **more: object) -> Session:
    now = time.time()
    session = Session(
        name,
        Kind.ASSISTANCE,
        Requester(USER, Conversation(TEAM, "C0001")),
        created_at=now,
        invitation=Invitation(contacts=(CUSTOMER,)),
        state=State.PLANNED,
        card=Card("C0001", "1.000001"),
        plan=Plan(now + days * DAY, now),
    )
    return replace(session, **more)  # type: ignore[arg-type]  # names are checked by replace()


async def test_what_is_open_comes_first_and_then_what_is_planned_next(sessions: Sessions, redis: Redis) -> None:
    now = time.time()
    both = [planned("later", days=2), planned("soon", days=1), planned("open", days=0, state=State.INVITED)]
    for session in [*both, replace(both[-1], id="older", created_at=now - 60)]:
        await sessions.record(session, delivery=session.id)
    listed = ["open", "older", "soon", "later"]
    peoples = PeoplesSessions(redis, sessions, RETENTION)
    assert [one.id for one in await peoples.open(TEAM, USER, limit=10)] == listed
    assert [one.id for one in await peoples.latest(TEAM, USER, limit=10)] == listed
    assert [one.id for one in await sessions.longest_open(TEAM, limit=10)] == ["older", "open", "soon", "later"]
    assert [one.id for one in await sessions.all_open(TEAM, limit=10)] == listed


async def test_what_waits_longer_than_it_would_be_kept_is_kept(sessions: Sessions, redis: Redis) -> None:
    session = planned("a1", days=30)
    await sessions.record(session, delivery="1")
    week, month = RETENTION.total_seconds(), 30 * DAY
    for key in (keys.session(TEAM, "a1"), keys.open_sessions(TEAM), keys.sessions_of(TEAM, USER)):
        assert await redis.ttl(key) > month + week - 60
    # A session of a time when it would long be forgotten shortens nothing.
    in_three_weeks = replace(session, id="a2", created_at=time.time() + 21 * DAY, plan=None, state=State.INVITED)
    await sessions.record(in_three_weeks, delivery="2")
    assert await redis.ttl(keys.sessions_of(TEAM, USER)) > month + week - 60
    peoples = PeoplesSessions(redis, sessions, RETENTION)
    assert [one.id for one in await peoples.open(TEAM, USER, limit=10)] == ["a2", "a1"]
    assert await redis.zscore(keys.changed_sessions(TEAM), "a1") == pytest.approx(time.time() + month, abs=60)
    index = InviteeIndex(redis, RING, sessions, RETENTION)
    assert {one.id for one in await index.sessions_with(TEAM, index.fingerprints(CUSTOMER))} == {"a1", "a2"}


async def test_once_begun_it_is_kept_like_any_other(sessions: Sessions, redis: Redis) -> None:
    await sessions.record(planned("a1", days=30), delivery="1")
    await sessions.change(TEAM, "a1", lambda latest: replace(latest, state=State.INVITING))
    assert await redis.ttl(keys.session(TEAM, "a1")) <= RETENTION.total_seconds()
    assert [one.id for one in await sessions.followed([TEAM])] == ["a1"]


async def test_what_is_planned_is_not_counted_as_started(sessions: Sessions) -> None:
    for session in (planned("a1", days=1), planned("a2", days=1, state=State.INVITED)):
        await sessions.record(session, delivery=session.id)
    now = time.time()
    started = await sessions.started_in(TEAM, since=now - 60, until=now + 60, now=now)
    assert [one.id for one in started] == ["a2"]


async def test_what_has_no_card_yet_is_looked_after_by_the_rounds(sessions: Sessions) -> None:
    await sessions.record(planned("a1", days=1, card=None), delivery="1")
    assert [one.id for one in await sessions.followed([TEAM])] == ["a1"]


async def cost_of_a_round(sessions: Sessions, redis: Redis) -> tuple[int, int]:
    """Return how many commands Redis runs for a round's reading, and how many bytes it answers."""
    before = await redis.info("stats")
    assert [one.id for one in await sessions.followed()] == ["open"]
    assert await sessions.overdue() == []
    after = await redis.info("stats")
    commands, sent = "total_commands_processed", "total_net_output_bytes"
    return after[commands] - before[commands], after[sent] - before[sent]


@pytest.mark.skipif("TEST_REDIS_URL" in os.environ, reason="the server counts what all its clients do")
async def test_a_round_costs_the_same_however_many_are_planned(sessions: Sessions, redis: Redis) -> None:
    """A round reads what stands from zero on, and what was changed long ago: what is planned is neither."""
    await redis.zadd(keys.workspaces(), {TEAM: time.time()})
    await sessions.record(planned("open", days=0, state=State.INVITED), delivery="open")
    commands, sent = await cost_of_a_round(sessions, redis)
    for number in range(300):
        await sessions.record(planned(f"p{number}", days=1 + number / 10), delivery=str(number))
    now_commands, now_sent = await cost_of_a_round(sessions, redis)
    assert now_commands == commands
    assert now_sent == pytest.approx(sent, abs=100)  # the figures themselves have more digits

"""What was written down about a session is found again: by id, thread, ticket and person, and only by us."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.errors import NoSession, StaleRecord
from bot.model.session import Card, Links, State
from bot.store import keys
from bot.store.sealing.keyring import KeyRing
from bot.store.server.pieces import AT_ONCE, let_go
from bot.store.sessions.store import Sessions
from tests.fixtures.redis_contents import everything_in
from tests.fixtures.round_trips import RoundTrips
from tests.store.sessions.examples import ACCOUNT, CHANNEL, TEAM, USER, assistance


async def test_a_session_comes_back_as_it_was_written(sessions: Sessions) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    found = await sessions.get(TEAM, "a1")
    assert found == replace(assistance(), version=1)


async def test_the_same_delivery_again_leads_to_the_first_session(sessions: Sessions) -> None:
    first = await sessions.record(assistance("a1"), delivery="trigger-1")
    second = await sessions.record(assistance("a2"), delivery="trigger-1")
    assert (first, second) == ("a1", "a1")
    assert await sessions.get(TEAM, "a2") is None


async def test_changes_made_at_the_same_time_are_all_kept(sessions: Sessions) -> None:
    await sessions.record(assistance(), delivery="trigger-1")

    async def promote(number: int) -> None:
        await sessions.change(
            TEAM,
            "a1",
            lambda latest: latest.with_invitation(colleagues=(*latest.invitation.colleagues, f"U{number}")),
        )

    await asyncio.gather(*(promote(number) for number in range(10)))
    found = await sessions.get(TEAM, "a1")
    assert found is not None
    assert set(found.invitation.colleagues) == {f"U{number}" for number in range(10)}


async def test_a_change_of_what_was_forgotten_says_so(sessions: Sessions) -> None:
    with pytest.raises(NoSession):
        await sessions.change(TEAM, "never", lambda latest: replace(latest, state=State.DONE))


async def test_a_stale_write_changes_nothing(sessions: Sessions) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    read = await sessions.get(TEAM, "a1")
    assert read
    written = await sessions.write(read, read.with_invitation(name="first"))
    with pytest.raises(StaleRecord):
        await sessions.write(read, read.with_invitation(name="second"))
    assert (
        await sessions.write(read, read.with_invitation(name="first")) == written
    )  # the connection broke before the answer
    assert await sessions.get(TEAM, "a1") == written


async def test_who_holds_the_latest_version_writes_without_reading_it(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    held = await sessions.change(TEAM, "a1", lambda latest: latest.with_invitation(name="known"))
    round_trips = RoundTrips(monkeypatch)
    written = await sessions.update(held, lambda latest: latest.with_remote(id=7))
    assert round_trips.sent == 1
    assert await sessions.get(TEAM, "a1") == written
    late = await sessions.update(held, lambda latest: latest.with_invitation(agent="agent@client.com"))
    assert (late.remote.id, late.invitation.agent) == (7, "agent@client.com")


@pytest.mark.parametrize("kept", [10, 200])
async def test_reading_open_sessions_costs_the_same_however_many_are_kept(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    for number in range(kept):
        await sessions.record(assistance(f"a{number}", state=State.FAILED), delivery=f"d{number}")
    for name in ("open", "open too"):
        await sessions.record(assistance(name), delivery=name)
        await sessions.load_for_start(TEAM, name)
    round_trips, read = RoundTrips(monkeypatch), len(await sessions.followed())
    assert (read, round_trips.sent) == (2, 3)
    assert await sessions.overdue() == []


async def test_a_write_that_moves_nothing_leaves_all_that_points_at_the_session(
    sessions: Sessions, redis: Redis
) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    record, pointing = keys.session(TEAM, "a1").encode(), await everything_in(redis)
    written = await sessions.change(TEAM, "a1", lambda latest: latest.with_progress(reminded=True))
    assert pointing.pop(record) != (latest := await everything_in(redis)).pop(record)
    assert pointing == latest
    assert await sessions.get(TEAM, "a1") == written
    assert written.progress.reminded


async def test_what_points_at_a_session_is_renewed_before_it_expires(sessions: Sessions, redis: Redis) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    left = [
        keys.session(TEAM, "a1"),
        keys.sessions_of(TEAM, USER),
        keys.open_sessions(TEAM),
        keys.changed_sessions(TEAM),
    ]
    for key in left:
        await redis.expire(key, timedelta(days=90) - timedelta(minutes=11))
    await sessions.change(TEAM, "a1", lambda latest: latest.with_progress(reminded=True))
    assert [await redis.ttl(key) > timedelta(days=89, hours=23, minutes=59).total_seconds() for key in left] == [
        True
    ] * 4


async def test_a_record_alone_is_not_written_over_another_processs(sessions: Sessions) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    read = await sessions.get(TEAM, "a1")
    assert read
    await sessions.change(TEAM, "a1", lambda latest: latest.with_progress(reminded=True))
    with pytest.raises(StaleRecord):
        await sessions.write(read, read.with_progress(links_sent=True))


async def test_others_have_their_turns_while_many_sessions_are_read(sessions: Sessions) -> None:
    many = 5 * AT_ONCE
    for number in range(many):
        await sessions.record(assistance(f"a{number}"), delivery=f"d{number}")
    await sessions.load_for_start(TEAM, "a0")
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    assert [len(some) async for some in sessions.followed_in_pieces()] == [AT_ONCE] * 5
    found = await sessions.followed()
    assert len(found) == many
    before_freed = turns
    assert before_freed >= 2 * many // AT_ONCE
    await let_go(found)
    beside.cancel()
    assert not found
    assert turns >= before_freed + many // AT_ONCE


async def test_each_state_is_reported_once(redis: Redis) -> None:
    reported: list[State] = []
    ring = KeyRing([Fernet.generate_key().decode()])
    sessions = Sessions(
        redis, ring, timedelta(days=1), account=ACCOUNT, on_state=lambda session: reported.append(session.state)
    )
    await sessions.record(assistance(), delivery="trigger-1")
    await sessions.record(assistance("a2"), delivery="trigger-1")
    await sessions.change(TEAM, "a1", lambda latest: replace(latest, state=State.INVITED))
    await sessions.change(TEAM, "a1", lambda latest: latest.with_invitation(name="same state"))
    assert reported == [State.INVITING, State.INVITED]


async def test_redis_holds_nothing_readable_and_nothing_for_ever(sessions: Sessions, redis: Redis) -> None:
    links = Links(customer="https://diag.apizee.com?convId=88a2c81a&pwd=798042")
    await sessions.record(assistance(), delivery="trigger-1")
    card = Card(CHANNEL, "1700000001.000100")
    changed = await sessions.change(
        TEAM, "a1", lambda latest: replace(latest.with_remote(links=links, id=7), card=card)
    )
    await sessions.claim(changed, 7)
    held = await everything_in(redis)
    assert len(held) >= 6
    for key, value in held.items():
        assert 0 < await redis.ttl(key) <= timedelta(days=90).total_seconds(), key
        for secret in (b"662682193", b"798042", b"hooks.slack.com"):
            assert secret not in key + value

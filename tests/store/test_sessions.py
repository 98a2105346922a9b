"""What was written down about a session is found again: by id, thread, ticket and person, and only by us."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.errors import NoSession, StaleRecord
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Invitation, Kind, Links, Session, State
from bot.store import keys
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.server.pieces import AT_ONCE, let_go
from bot.store.sessions.store import Sessions
from tests.fixtures.redis_contents import everything_in
from tests.fixtures.round_trips import RoundTrips

TEAM, USER, CHANNEL = "T0001", "U0001", "C0001"
ACCOUNT = "apizee:{api:1}"
CUSTOMER = Contact("+33662682193")


@pytest.fixture
def sessions(redis: Redis) -> Sessions:
    return Sessions(redis, KeyRing([Fernet.generate_key().decode()]), timedelta(days=90), account=ACCOUNT)


def assistance(session_id: str = "a1", **more: object) -> Session:
    requester = Requester(USER, Conversation(TEAM, CHANNEL), "https://hooks.slack.com/commands/secret")
    session = Session(
        session_id, Kind.ASSISTANCE, requester, invitation=Invitation(contacts=(CUSTOMER,)), created_at=1_700_000_000.0
    )
    return replace(session, **more)  # type: ignore[arg-type]  # names are checked by replace()


async def test_a_session_comes_back_as_it_was_written(sessions: Sessions) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    found = await sessions.get(TEAM, "a1")
    assert found == replace(assistance(), version=1)


async def test_the_same_delivery_again_leads_to_the_first_session(sessions: Sessions) -> None:
    first = await sessions.record(assistance("a1"), delivery="trigger-1")
    second = await sessions.record(assistance("a2"), delivery="trigger-1")
    assert (first, second) == ("a1", "a1")
    assert await sessions.get(TEAM, "a2") is None


async def test_a_session_is_found_by_its_card_its_thread_and_its_ticket(sessions: Sessions) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    card = Card(CHANNEL, ts="1700000001.000100", thread_ts="1700000000.000100")
    changed = await sessions.change(TEAM, "a1", lambda latest: replace(latest.with_remote(id=82070), card=card))
    assert await sessions.claim(changed, 82070)
    assert await sessions.in_thread(TEAM, CHANNEL, card.ts) == changed
    assert await sessions.in_thread(TEAM, CHANNEL, "1700000000.000100") == changed
    assert await sessions.of_remote(TEAM, Kind.ASSISTANCE, 82070) == changed
    assert await sessions.of_remote(TEAM, Kind.MEETING, 82070) is None


async def test_a_thread_has_the_latest_session_whichever_changed_or_was_forgotten_last(sessions: Sessions) -> None:
    thread = "1700000000.000100"
    for number, name in enumerate(["older", "newer"]):
        await sessions.record(assistance(name, created_at=1_700_000_000.0 + number), delivery=name)
        card = Card(CHANNEL, f"170000000{number}.000200", thread)
        await sessions.change(TEAM, name, lambda latest, card=card: replace(latest, card=card))  # type: ignore[misc]  # mypy forgets defaults
    older = await sessions.change(TEAM, "older", lambda latest: replace(latest, state=State.DONE))
    assert (await sessions.in_thread(TEAM, CHANNEL, thread) or older).id == "newer"
    await sessions.forget(older)
    newer = await sessions.in_thread(TEAM, CHANNEL, thread)
    assert newer
    assert newer.id == "newer"
    assert await sessions.in_thread(TEAM, CHANNEL, "1700000000.000200") is None
    await sessions.forget(newer)
    assert await sessions.in_thread(TEAM, CHANNEL, thread) is None


async def test_where_the_newer_session_of_a_thread_is_forgotten_the_older_one_is_found_again(
    sessions: Sessions,
) -> None:
    thread = "1700000000.000100"
    for number, name in enumerate(["older", "newer"]):
        card = Card(CHANNEL, f"170000000{number}.000200", thread)
        await sessions.record(assistance(name, created_at=1_700_000_000.0 + number, card=card), delivery=name)
    newer = await sessions.in_thread(TEAM, CHANNEL, thread)
    assert newer
    await sessions.forget(newer)
    older = await sessions.in_thread(TEAM, CHANNEL, thread)
    assert older
    assert older.id == "older"


async def test_what_points_at_a_session_from_a_version_before_is_still_followed(
    sessions: Sessions, redis: Redis
) -> None:
    await sessions.record(assistance(), delivery="trigger-1")
    await redis.set(former.thread(TEAM, CHANNEL, "1700000001.000100"), "a1")
    found = await sessions.in_thread(TEAM, CHANNEL, "1700000001.000100")
    assert found
    assert found.id == "a1"


def meeting(session_id: str, name: str) -> Session:
    return replace(assistance(session_id).with_remote(id=7).with_invitation(name=name), kind=Kind.MEETING)


async def test_a_claim_that_comes_too_late_takes_nothing(sessions: Sessions) -> None:
    for name in ("first", "late"):
        await sessions.record(meeting(name, "Site visit"), delivery=name)
    assert await sessions.claim(meeting("first", "Site visit"), 7)
    assert not await sessions.claim(meeting("late", "Site visit"), 7)
    assert [one.id for one in await sessions.open_meetings_named(ACCOUNT, "Site visit")] == ["first"]


async def test_forgetting_a_session_whose_claim_came_too_late_leaves_the_owners(sessions: Sessions) -> None:
    for name in ("first", "late"):
        await sessions.record(meeting(name, "Site visit"), delivery=name)
        await sessions.claim(meeting(name, "Site visit"), 7)
    await sessions.forget(meeting("late", "Site visit"))
    assert await sessions.owner(ACCOUNT, Kind.MEETING, 7) == (TEAM, "first")
    assert [one.id for one in await sessions.open_meetings_named(ACCOUNT, "Site visit")] == ["first"]


async def test_all_open_meetings_of_a_name_are_found(sessions: Sessions) -> None:
    for number, name in enumerate(["one", "two"]):
        await sessions.record(meeting(name, "Site visit"), delivery=name)
        assert await sessions.claim(meeting(name, "Site visit"), 7 + number)
    assert {one.id for one in await sessions.open_meetings_named(ACCOUNT, "Site visit")} == {"one", "two"}
    await sessions.change(TEAM, "two", lambda latest: replace(latest, state=State.DONE))
    assert [one.id for one in await sessions.open_meetings_named(ACCOUNT, "Site visit")] == ["one"]


async def test_a_ticket_belongs_to_the_session_that_claims_it_first(sessions: Sessions) -> None:
    assert await sessions.claim(assistance("a1"), 82070)
    assert await sessions.claim(assistance("a1"), 82070)
    assert not await sessions.claim(assistance("a2"), 82070)


async def test_a_ticket_is_written_with_its_claim_and_not_where_another_session_has_it(sessions: Sessions) -> None:
    first, second = assistance("a1", version=1), assistance("a2", version=1)
    await sessions.record(first, delivery="1")
    await sessions.record(second, delivery="2")
    invited = await sessions.write_owner(first, first.with_remote(id=82070))
    assert invited == await sessions.get(TEAM, "a1")
    assert await sessions.owner(ACCOUNT, Kind.ASSISTANCE, 82070) == (TEAM, "a1")
    assert await sessions.write_owner(second, second.with_remote(id=82070)) is None
    assert await sessions.get(TEAM, "a2") == second
    # The connection broke after the write, and it is asked for again; then another process has gone on.
    assert await sessions.write_owner(first, first.with_remote(id=82070)) == invited
    await sessions.change(TEAM, "a1", lambda latest: replace(latest, state=State.DONE))
    with pytest.raises(StaleRecord):
        await sessions.write_owner(first, first.with_remote(id=82070))


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

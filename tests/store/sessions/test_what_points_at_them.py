"""A session is found by its card, its thread, its ticket and the name of its meeting."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.model.errors import StaleRecord
from bot.model.session import Card, Kind, State
from bot.store.keys import former
from bot.store.sessions.store import Sessions
from tests.store.sessions.examples import ACCOUNT, CHANNEL, TEAM, assistance, meeting


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

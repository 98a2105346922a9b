"""Whether the same people are invited already: also after one that failed, and beside one that nobody can read."""

from __future__ import annotations

from dataclasses import replace

from redis.asyncio import Redis

from bot.model.session import Session, State
from bot.sessions.duplicates import DuplicateCheck
from bot.store import keys
from bot.store.sessions.store import Sessions
from sandbox.slack.default_world import TEAM


async def recorded(sessions: Sessions, session: Session, name: str, **more: object) -> Session:
    made = replace(session, id=name, **more)  # type: ignore[arg-type]  # names are checked by replace()
    await sessions.record(made, delivery=name)
    found = await sessions.get(TEAM, name)
    assert found
    return found


async def test_one_that_failed_does_not_hide_the_open_one_before_it(
    sessions: Sessions, duplicates: DuplicateCheck, session: Session
) -> None:
    first = await recorded(sessions, session, "first", state=State.INVITED)
    assert await duplicates.find(first) is None
    knowing = await recorded(sessions, session.with_invitation(duplicate_confirmed=True), "second")
    assert await duplicates.find(knowing) is None
    await sessions.change(TEAM, "second", lambda latest: replace(latest, state=State.FAILED))
    assert await duplicates.find(await recorded(sessions, session, "third")) == first
    await sessions.change(TEAM, "first", lambda latest: replace(latest, state=State.DONE))
    assert await duplicates.find(await recorded(sessions, session, "fourth")) == await sessions.get(TEAM, "third")


async def test_one_that_cannot_be_read_keeps_nobody_from_being_invited(
    sessions: Sessions, duplicates: DuplicateCheck, session: Session, redis: Redis
) -> None:
    await duplicates.find(await recorded(sessions, session, "odd", state=State.INVITED))
    await redis.hset(keys.session(TEAM, "odd"), "body", "odd")
    assert await duplicates.find(await recorded(sessions, session, "next")) is None

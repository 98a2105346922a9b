"""The audit holds nobody up, keeps what Redis does not take yet, and says where it has a hole."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.log import configure
from bot.model.acts import Act, Refusal
from bot.model.audit import OPERATOR, AuditEntry
from bot.model.session import Kind
from bot.policy.audit import Audit, AuditTiming
from bot.store.audit import AuditStore
from bot.store.server.connection import connect

LONG_AGO = datetime.fromtimestamp(0, UTC)
NOBODY_LISTENS = "unix:///nobody/listens"


def entry(act: Act = Act.START, *, ago: timedelta = timedelta(), team: str = "T1") -> AuditEntry:
    return AuditEntry(
        at=datetime.now(UTC) - ago,
        team=team,
        user="U1",
        act=act,
        refusal=Refusal.GUEST,
        kind=Kind.ASSISTANCE,
        session="s1",
        remote_id=12,
        channel="C1",
        person="U2",
    )


async def acts(trail: AuditStore) -> list[str]:
    return [one.act for one in await trail.since(LONG_AGO)]


async def until_written(trail: AuditStore, number: int) -> None:
    async with asyncio.timeout(5):
        while len(await acts(trail)) < number:  # noqa: ASYNC110  # the event would be in Redis
            await asyncio.sleep(0.01)


async def test_what_is_recorded_is_read_again_as_it_was(audit: Audit, trail: AuditStore) -> None:
    given = [entry(Act.START), entry(Act.FORGET, team="T2"), AuditEntry(datetime.now(UTC), "T1", "U2", "of the future")]
    async with audit.kept():
        for one in given:
            audit.record(one)
        await until_written(trail, 3)
    assert await trail.since(LONG_AGO) == given
    assert await trail.since(datetime.now(UTC)) == []


async def test_nobody_waits_for_the_audit(trail: AuditStore, lost: list[int]) -> None:
    """Recording is no waiting at all: it is done before anything else of the process runs."""
    async with connect(NOBODY_LISTENS, patience=0.1) as away:
        audit = Audit(AuditStore(away, timedelta(days=1)), on_lost=lost.append, timing=AuditTiming(ends_within=0.2))
        with capture_logs() as logs:
            async with audit.kept():
                audit.record(entry())
                await asyncio.sleep(0)
    assert [one["event"] for one in logs if one["event"] in {"denied", "audit_lost"}] == ["denied", "audit_lost"]
    assert lost == [1]
    assert await acts(trail) == []


async def test_what_redis_did_not_take_is_written_when_it_is_back(
    redis: Redis, trail: AuditStore, lost: list[int]
) -> None:
    class Recovering(AuditStore):
        """A store whose Redis is away for the first two tries."""

        tries = 0

        async def add(self, entries: object) -> None:
            self.tries += 1
            if self.tries < 3:
                async with connect(NOBODY_LISTENS, patience=0.1) as away:
                    await AuditStore(away, timedelta(days=1)).add(entries)  # type: ignore[arg-type]  # as given
            await super().add(entries)  # type: ignore[arg-type]  # likewise

    store = Recovering(redis, timedelta(days=1))
    audit = Audit(store, on_lost=lost.append, timing=AuditTiming(tried_again_after=0.01))
    async with audit.kept():
        audit.record(entry())
        await until_written(trail, 1)
    assert (store.tries, lost) == (3, [])


async def test_of_too_many_that_wait_the_oldest_are_lost_and_counted(trail: AuditStore, lost: list[int]) -> None:
    audit = Audit(trail, on_lost=lost.append, waiting_at_most=2)
    for act in (Act.START, Act.MEDIA, Act.FORGET):
        audit.record(entry(act))
    async with audit.kept():
        await until_written(trail, 2)
    assert (await acts(trail), lost) == (["media", "forget"], [1])


async def test_entries_of_an_earlier_version_are_read(redis: Redis, trail: AuditStore) -> None:
    given = entry(ago=timedelta(minutes=1))
    former = asdict(given) | {"at": given.at.isoformat(), "name": "a name"}
    await redis.zadd("apizee:{T1}:audit", {json.dumps(former): given.at.timestamp()})
    operators = replace(entry(), user=OPERATOR)
    await trail.add([("another", operators)])
    assert await trail.since(LONG_AGO) == [given, operators]


async def test_an_entry_that_is_written_twice_is_one(trail: AuditStore) -> None:
    given = [("a name", entry())]
    await trail.add(given)
    await trail.add(given)
    assert await acts(trail) == ["start"]


async def test_the_audit_is_kept_for_as_long_as_sessions_and_no_longer(redis: Redis, trail: AuditStore) -> None:
    await trail.add([("old", entry(Act.MEDIA, ago=timedelta(hours=25))), ("new", entry(Act.START))])
    assert await acts(trail) == ["start"]
    await trail.add([("newer", entry(Act.FIND))])
    assert await redis.zcard("apizee:{T1}:audit") == 2
    assert 0 < await redis.ttl("apizee:{T1}:audit") <= timedelta(days=1).total_seconds()


async def test_the_audit_of_a_workspace_is_bounded(redis: Redis) -> None:
    trail = AuditStore(redis, timedelta(days=1), kept_at_most=3)
    for number in range(5):
        await trail.add([(str(number), entry(ago=timedelta(seconds=9 - number)))])
    assert await redis.zcard("apizee:{T1}:audit") == 3


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "ERROR"])
async def test_the_log_has_each_line_whatever_its_level(audit: Audit, level: str) -> None:
    written = StringIO()
    configure(level, "json", written)
    audit.record(entry())
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert (line["logger"], line["event"]) == ("audit", "denied")
    expected = {"team": "T1", "user": "U1", "act": "start", "verdict": "denied", "reason": "guest", "session": "s1"}
    assert expected.items() <= line.items()
    assert (line["kind"], line["id"], line["channel"]) == ("assistance", 12, "C1")

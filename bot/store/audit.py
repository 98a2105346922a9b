"""Stores the audit: for each workspace its entries by time, for as long as sessions are kept."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from redis.asyncio import Redis

from bot.model.audit import OPERATOR, AuditEntry
from bot.model.session import Kind
from bot.outages import translated
from bot.store import keys

KEPT_AT_MOST: Final = 200_000
"""Of each workspace; of more than that the oldest are removed before their time."""

_FACTS: Final = 10


class AuditStore:
    """Entries of the audit, for `retention`. All methods raise `StoreUnavailable` when Redis does not answer.

    A write whose answer came too late may be repeated: each entry has a name, by which it is stored once all the same.
    """

    def __init__(
        self,
        redis: Redis,
        retention: timedelta,
        *,
        kept_at_most: int = KEPT_AT_MOST,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis = redis
        self._retention = retention
        self._kept_at_most = kept_at_most
        self._clock = clock

    async def add(self, entries: Iterable[tuple[str, AuditEntry]]) -> None:
        """Store entries, each under a name of its own (`new_name`)."""
        by_team: dict[str, dict[str, float]] = {}
        for name, entry in entries:
            # What operators did to a workspace stays when the workspace goes.
            trail = "" if entry.user == OPERATOR else entry.team
            by_team.setdefault(trail, {})[_line(name, entry, trail)] = entry.at.timestamp()
        oldest = self._clock() - self._retention.total_seconds()
        with translated():
            async with self._redis.pipeline(transaction=False) as pipeline:
                for team, lines in by_team.items():
                    key = keys.audit(team)
                    pipeline.zadd(key, cast("Mapping[Any, float]", lines))
                    pipeline.zremrangebyscore(key, "-inf", f"({oldest}")
                    pipeline.zremrangebyrank(key, 0, -self._kept_at_most - 1)
                    pipeline.expire(key, self._retention)
                await pipeline.execute()

    async def since(self, moment: datetime) -> list[AuditEntry]:
        """Return the entries of all workspaces since a moment, the oldest first."""
        oldest = max(moment.timestamp(), self._clock() - self._retention.total_seconds())
        with translated():
            trails = [key async for key in self._redis.scan_iter(match=keys.audit("*"))]
            entries: list[AuditEntry] = []
            for key in trails:
                lines = await self._redis.zrangebyscore(key, oldest, "+inf", withscores=True)
                trail = keys.team_in(key.decode())
                entries += (_entry(line, at, trail) for line, at in cast("list[tuple[bytes, float]]", lines))
        return sorted(entries, key=lambda entry: entry.at)


def new_name() -> str:
    """Return a name for an entry."""
    return secrets.token_hex(6)


def _line(name: str, entry: AuditEntry, trail: str) -> str:
    """Return an entry as it is kept in a trail, a third as long as one that names its fields; its score says when."""
    facts = [
        name,
        entry.user,
        entry.act,
        entry.refusal,
        entry.kind,
        entry.session,
        entry.remote_id,
        entry.channel,
        entry.person,
        "" if entry.team == trail else entry.team,
    ]
    while not facts[-1]:
        facts.pop()
    return json.dumps(facts, separators=(",", ":"))


def _entry(line: bytes, at: float, trail: str) -> AuditEntry:
    said: list[Any] | Mapping[str, Any] = json.loads(line)
    if isinstance(said, Mapping):
        return _former_entry(said)
    facts = [*said, *[None] * (_FACTS - len(said))]
    _, user, act, refusal, kind, session, remote_id, channel, person, team = facts[:_FACTS]
    return AuditEntry(
        at=datetime.fromtimestamp(at, UTC),
        team=team or trail,
        user=user,
        act=act,
        refusal=refusal,
        kind=Kind(kind) if kind else None,
        session=session or "",
        remote_id=remote_id,
        channel=channel or "",
        person=person or "",
    )


def _former_entry(said: Mapping[str, Any]) -> AuditEntry:
    """Return an entry of a version before 0.2, whose fields have names."""
    return AuditEntry(
        at=datetime.fromisoformat(said["at"]),
        team=said["team"],
        user=said["user"],
        act=said["act"],
        refusal=said.get("refusal"),
        kind=Kind(said["kind"]) if "kind" in said else None,
        session=said.get("session", ""),
        remote_id=said.get("remote_id"),
        channel=said.get("channel", ""),
        person=said.get("person", ""),
    )

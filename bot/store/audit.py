"""Stores the audit: for each workspace its entries by time, for as long as sessions are kept."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from redis.asyncio import Redis

from bot.model.audit import OPERATOR, AuditEntry
from bot.model.session import Kind
from bot.outages import translated
from bot.store import keys

KEPT_AT_MOST: Final = 200_000
"""Of each workspace; of more than that the oldest are removed before their time."""


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
            by_team.setdefault(trail, {})[_line(name, entry)] = entry.at.timestamp()
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
            lines = [line for key in trails for line in await self._redis.zrangebyscore(key, oldest, "+inf")]
        return sorted((_entry(cast("bytes", line)) for line in lines), key=lambda entry: entry.at)


def new_name() -> str:
    """Return a name for an entry."""
    return secrets.token_hex(6)


def _line(name: str, entry: AuditEntry) -> str:
    facts = {
        "at": entry.at.isoformat(),
        "team": entry.team,
        "user": entry.user,
        "act": entry.act,
        "refusal": entry.refusal,
        "kind": entry.kind,
        "session": entry.session or None,
        "remote_id": entry.remote_id,
        "channel": entry.channel or None,
        "person": entry.person or None,
        "name": name,
    }
    return json.dumps({field: value for field, value in facts.items() if value is not None})


def _entry(line: bytes) -> AuditEntry:
    said: Mapping[str, Any] = json.loads(line)
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

"""Keeps the events of sessions until they are sent; each was written together with the state that it is about."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from redis.asyncio import Redis

from bot.outages import translated
from bot.store import keys

_TRIES: Final = b"tries"
_DUE_AT_ONCE: Final = 100

# KEYS: the session's events, the sessions with events of the workspace. ARGV: the event, the time, the session.
_REMOVE: Final = """
redis.call('HDEL', KEYS[1], ARGV[1], 'tries')
if redis.call('EXISTS', KEYS[1]) == 1 then
    redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
else
    redis.call('ZREM', KEYS[2], ARGV[3])
end
"""

# KEYS likewise. ARGV: how often it was tried, when it is due, the session. What was forgotten meanwhile stays so.
_POSTPONE: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then
    redis.call('HSET', KEYS[1], 'tries', ARGV[1])
    redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
end
"""


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """The first event of a session that is not sent yet, how often that was tried, and when it is due."""

    team: str
    session_id: str
    number: int
    body: bytes
    tries: int
    due: float


class EventOutbox:
    """The events that wait, of each session in the order of its states; raises `StoreUnavailable` without Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._remove, self._postpone = redis.register_script(_REMOVE), redis.register_script(_POSTPONE)

    async def first(self, team: str, session_id: str) -> WaitingEvent | None:
        """Return the first event of a session that waits."""
        with translated():
            kept = await cast("Awaitable[Mapping[bytes, bytes]]", self._redis.hgetall(keys.events(team, session_id)))
            due = await self._redis.zscore(keys.events_due(team), session_id)
        numbers = [int(field) for field in kept if field != _TRIES]
        if not numbers:
            await self._clean(team, session_id)
            return None
        number = min(numbers)
        return WaitingEvent(
            team, session_id, number, kept[str(number).encode()], int(kept.get(_TRIES, 0)), float(due or 0)
        )

    async def remove(self, event: WaitingEvent, *, at: float) -> None:
        """Remove an event; the next one of its session is due at that time."""
        with translated():
            await self._remove(keys=_keys(event), args=[event.number, at, event.session_id])

    async def postpone(self, event: WaitingEvent, *, due: float) -> None:
        """Note that an event was tried once more, and when it is due again."""
        with translated():
            await self._postpone(keys=_keys(event), args=[event.tries + 1, due, event.session_id])

    async def clear(self, team: str, session_id: str) -> None:
        """Remove all events of a session."""
        with translated():
            await self._redis.unlink(keys.events(team, session_id))
            await self._redis.zrem(keys.events_due(team), session_id)

    async def _clean(self, team: str, session_id: str) -> None:
        """Take a session off those with events, unless one was added meanwhile."""
        with translated():
            await self._remove(keys=[keys.events(team, session_id), keys.events_due(team)], args=["", 0, session_id])

    async def due(self, at: float) -> list[tuple[str, str]]:
        """Return the sessions, with their workspaces, that have events due at a time: some of each workspace."""
        with translated():
            teams = [one.decode() for one in cast("list[bytes]", await self._redis.zrange(keys.workspaces(), 0, -1))]
            async with self._redis.pipeline(transaction=False) as pipeline:
                for team in teams:
                    pipeline.zrangebyscore(keys.events_due(team), "-inf", at, start=0, num=_DUE_AT_ONCE)
                found = cast("list[list[bytes]]", await pipeline.execute())
        return [(team, one.decode()) for team, ids in zip(teams, found, strict=True) for one in ids]


def _keys(event: WaitingEvent) -> list[str]:
    return [keys.events(event.team, event.session_id), keys.events_due(event.team)]

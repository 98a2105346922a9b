"""Finds the sessions of a person: those that they started, and those of which a colleague made them the agent."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final, cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.model.session import Session
from bot.outages import translated
from bot.store import keys
from bot.store.sessions.answers import place_of
from bot.store.sessions.reader import SessionReader

_COMPLETED_AGAIN_AFTER: Final = timedelta(days=1)
"""Processes of a version without the index of agents may write sessions as long as an update takes."""

_AT_ONCE: Final = 100


class PeoplesSessions:
    """Finds sessions by their requester and by their agent; all methods raise `StoreUnavailable`.

    Each writing of a session keeps both indexes (`bot.store.sessions.scripts`), and forgetting it removes them.
    """

    def __init__(self, redis: Redis, sessions: SessionReader, retention: timedelta) -> None:
        self._redis = redis
        self._sessions = sessions
        self._retention = retention

    async def latest(self, team: str, user: str, *, limit: int) -> list[Session]:
        """Return the sessions of a person, the latest first, and last of all those that are planned."""
        await self._complete(team)
        with translated():
            async with self._redis.pipeline(transaction=False) as both:
                for key in _indexes(team, user):
                    both.zrange(key, 0, limit - 1, desc=True, withscores=True)
                found = await both.execute()
        return await self._read(team, found, limit)

    async def open(self, team: str, user: str, *, limit: int) -> list[Session]:
        """Return a person's sessions in which something may still happen: the latest first, then those planned next."""
        await self._complete(team)
        with translated():
            async with self._redis.pipeline(transaction=False) as both:
                for key in _indexes(team, user):
                    both.zinter([key, keys.open_sessions(team)], aggregate="MIN", withscores=True)
                found = await both.execute()
        return [session for session in await self._read(team, found, limit) if session.state.is_open]

    async def _read(self, team: str, found: list[list[tuple[bytes, float]]], limit: int) -> list[Session]:
        times = {one.decode(): time for index in found for one, time in index}
        return await self._sessions.those_of(team, sorted(times, key=lambda one: -times[one])[:limit])

    async def _complete(self, team: str) -> None:
        """Add to the index of agents the open sessions that an earlier version wrote."""
        with translated():
            if await self._redis.exists(keys.agents_indexed(team)):
                return
            ids = cast("list[bytes]", await self._redis.zrange(keys.open_sessions(team), 0, -1))
        for start in range(0, len(ids), _AT_ONCE):
            some = await self._sessions.those_of(team, [one.decode() for one in ids[start : start + _AT_ONCE]])
            with translated():
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for session in some:
                        self._add(pipeline, team, session)
                    await pipeline.execute()
        with translated():
            await self._redis.set(keys.agents_indexed(team), b"1", ex=_COMPLETED_AGAIN_AFTER)

    def _add(self, pipeline: Pipeline, team: str, session: Session) -> None:
        if agent := session.invitation.for_user:
            key, place = keys.sessions_for(team, agent), place_of(session)
            # What is planned lasts longer: its place is its time with a minus sign.
            lasts = self._retention + timedelta(seconds=max(0.0, -place - time.time()))
            pipeline.zadd(key, {session.id: place})
            pipeline.expire(key, lasts, nx=True)
            pipeline.expire(key, lasts, gt=True)


def _indexes(team: str, user: str) -> tuple[str, str]:
    return keys.sessions_of(team, user), keys.sessions_for(team, user)

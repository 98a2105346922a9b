"""Stores jobs that were set aside: what they are, why, and how to hand them over again.

A record holds what the queue held, which is ids only, and names of the program: nothing about people.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from redis.asyncio import Redis

from bot.outages import translated
from bot.store import keys

_ID_LENGTH: Final = 10
_AS_LISTED: Final = 1000
_MESSAGE: Final = b"message:"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a job was set aside; `reference` is the id under which the log knows more."""

    reason: str
    reference: str
    tries: int = 0
    postponements: int = 0


@dataclass(frozen=True, slots=True)
class SetAside:
    """A job that was set aside: `times` is how often, `informed` whether the person who asked for it was informed."""

    id: str
    job: str
    key: str
    team: str
    at: datetime
    times: int
    informed: bool
    why: Why
    message: Mapping[bytes, bytes]


class SetAsideJobs:
    """The jobs that were set aside, for `kept_for`. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis, kept_for: timedelta, *, clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._kept_for = kept_for
        self._clock = clock

    async def put(
        self, *, job: str, identity: Sequence[str], team: str, message: Mapping[bytes, bytes], why: Why
    ) -> str:
        """Set a job aside; returns the id of its record, which is the same for all jobs of one identity.

        `message` is the job as the queue held it.
        """
        now = self._clock()
        record_id = _id_of(job, *identity)
        key = keys.set_aside(record_id)
        facts = {
            "job": job,
            "team": team,
            "at": str(now),
            "told": "0",
            "reason": why.reason,
            "reference": why.reference,
            "tries": str(why.tries),
            "postponements": str(why.postponements),
        }
        fields: dict[Any, Any] = facts | {_MESSAGE + name: value for name, value in message.items()}
        with translated():
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.hset(key, mapping=fields)
                pipeline.hincrby(key, "times", 1)
                pipeline.expire(key, self._kept_for)
                pipeline.zadd(keys.all_set_aside(), {record_id: now})
                pipeline.expire(keys.all_set_aside(), self._kept_for)
                await pipeline.execute()
        return record_id

    async def note_informed(self, record_id: str) -> None:
        """Note that the person who asked for a job was informed that it was set aside."""
        key = keys.set_aside(record_id)
        with translated():
            if await self._redis.exists(key):
                await self._redis.hset(key, "told", "1")
                await self._redis.expire(key, self._kept_for)

    async def count(self) -> int:
        """Return how many jobs are set aside."""
        oldest = self._clock() - self._kept_for.total_seconds()
        with translated():
            return await self._redis.zcount(keys.all_set_aside(), oldest, "+inf")

    async def all(self) -> list[SetAside]:
        """Return the jobs that are set aside, the latest first; a thousand at most."""
        oldest = self._clock() - self._kept_for.total_seconds()
        with translated():
            await self._redis.zremrangebyscore(keys.all_set_aside(), "-inf", oldest)
            ids = await self._redis.zrevrange(keys.all_set_aside(), 0, _AS_LISTED - 1)
            records = [await self.get(cast("bytes", one).decode()) for one in ids]
        return [one for one in records if one]

    async def get(self, record_id: str) -> SetAside | None:
        """Return one of them; `None` where none has this id."""
        with translated():
            found = await self._redis.hgetall(keys.set_aside(record_id))
        return _record(record_id, cast("Mapping[bytes, bytes]", found)) if found else None

    async def drop(self, record_id: str) -> None:
        """Remove one of them."""
        with translated():
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.unlink(keys.set_aside(record_id))
                pipeline.zrem(keys.all_set_aside(), record_id)
                await pipeline.execute()


def _id_of(*identity: str) -> str:
    return hashlib.sha256("\0".join(identity).encode()).hexdigest()[:_ID_LENGTH]


def _record(record_id: str, found: Mapping[bytes, bytes]) -> SetAside:
    message = {name.removeprefix(_MESSAGE): value for name, value in found.items() if name.startswith(_MESSAGE)}

    def text(name: str) -> str:
        return found.get(name.encode(), b"").decode(errors="replace")

    return SetAside(
        id=record_id,
        job=text("job"),
        key=message.get(b"key", b"").decode(errors="replace"),
        team=text("team"),
        at=datetime.fromtimestamp(float(text("at") or 0), UTC),
        times=int(text("times") or 1),
        informed=text("told") == "1",
        why=Why(text("reason"), text("reference"), int(text("tries") or 0), int(text("postponements") or 0)),
        message=message,
    )

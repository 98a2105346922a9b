"""Counts how often each job was tried: what failed, what had to wait and what was interrupted.

A job that is done at its first try, as nearly all are, leaves nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from redis.asyncio import Redis

from bot.outages import translated
from bot.store import keys

_KEPT_FOR: Final = timedelta(days=2)


class Try(StrEnum):
    """How a try ended after which another one follows."""

    FAILED = "failed"
    POSTPONED = "postponed"
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tries of a job ended in which way."""

    failed: int = 0
    postponed: int = 0
    interrupted: int = 0
    unknown: int = 0
    unreadable: int = 0

    @property
    def tries(self) -> int:
        """How many tries failed or were interrupted, without those that had to wait."""
        return self.failed + self.interrupted + self.unknown + self.unreadable


class Tries:
    """The tries of all jobs, under the jobs' keys. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def count(self, job_key: str, how: Try) -> Counts:
        """Count one more try; returns all of this job's so far."""
        key = keys.tries(job_key)
        with translated():
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.hincrby(key, how.value, 1)
                pipeline.pexpire(key, _KEPT_FOR)
                pipeline.hgetall(key)
                *_, counted = await pipeline.execute()
        return Counts(**{one.value: int(counted.get(one.value.encode(), 0)) for one in Try})

    async def forget(self, job_key: str) -> None:
        """Forget the tries of a job that is done or set aside."""
        with translated():
            await self._redis.unlink(keys.tries(job_key))

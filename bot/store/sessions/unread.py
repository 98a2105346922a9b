"""Notes the records that nobody here can read: left as they are, logged once a day, and never in the others' way."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis

from bot.log import get_logger
from bot.model.errors import KnownError, NewerRecord
from bot.outages import translated
from bot.store import keys

_LOGGED_EVERY: Final = timedelta(days=1)

log = get_logger(__name__)


class UnreadRecords:
    """Notes them for all processes; `on_record` is called with why, once a day for each."""

    def __init__(self, redis: Redis, on_record: Callable[[str], None] = lambda _reason: None) -> None:
        self._redis = redis
        self._on_record = on_record

    async def note(self, team: str, session_id: str, error: KnownError) -> None:
        """Note that a session's record could not be read; raises `StoreUnavailable`."""
        reason = "newer" if isinstance(error, NewerRecord) else "unreadable"
        now = time.time()
        with translated():
            async with self._redis.pipeline(transaction=False) as together:
                together.zremrangebyscore(keys.unread_records(), "-inf", now - _LOGGED_EVERY.total_seconds())
                together.zadd(keys.unread_records(), {f"{team}/{session_id}": now}, nx=True)
                together.expire(keys.unread_records(), _LOGGED_EVERY)
                _, is_new, _ = await together.execute()
        if is_new:
            self._on_record(reason)
            log.warning("record_unread", team=team, session=session_id, reason=reason)


async def how_many(redis: Redis) -> int:
    """Return how many records were set aside within a day; raises what redis-py raises."""
    return int(await redis.zcount(keys.unread_records(), time.time() - _LOGGED_EVERY.total_seconds(), "+inf"))

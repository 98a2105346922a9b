"""The demo's Redis: the one that comes along with the bot, held so that it ends with the demo, and halted at will."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Final, cast

from bot.jobs.connection import queue_alone
from bot.jobs.queue import PLAN
from bot.model.accounts import account_key
from bot.model.session import Session
from bot.store.keys.of_queue import NAME
from bot.store.sealing.keyring import KeyRing
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis
from bot.store.sessions.store import Sessions
from sandbox.apizee.world import API_USER

_RETENTION: Final = timedelta(days=90)
_PATIENCE_SECONDS: Final = 20.0
_DONE_WITHIN: Final = 20.0
_LOOKS_AGAIN: Final = 0.02


class RedisProcess:
    """A Redis in this data folder. `is_stopped`: it takes connections and answers nothing."""

    def __init__(self, data_dir: Path) -> None:
        self.is_stopped = False
        self._embedded = EmbeddedRedis(data_dir)
        self._data_dir = data_dir
        self._pid_file = data_dir / "redis" / "redis.pid"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Yield a server that the bot finds in the same folder; raises `CannotStart`. Leaves none behind."""
        self._signal(signal.SIGCONT)  # a demo that was killed may have left it halted
        async with self._embedded:
            try:
                yield
            finally:
                self.resume()

    def stop(self) -> None:
        """Halt the process."""
        self._signal(signal.SIGSTOP)
        self.is_stopped = True

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)
        self.is_stopped = False

    async def forget(self) -> None:
        """Remove all that it holds."""
        async with connect(self._embedded.url, patience=_PATIENCE_SECONDS) as redis:
            await redis.flushall()

    async def remember(self, records: Sequence[Session]) -> None:
        """Put these records where a bot of the demo's Apizee account finds them."""
        keys = KeyRing.from_settings_or_file([], self._data_dir)
        async with connect(self._embedded.url, patience=_PATIENCE_SECONDS) as redis:
            sessions = Sessions(redis, keys, _RETENTION, account=account_key(API_USER))
            for session in records:
                await sessions.record(session, delivery=f"history {session.id}")
                await sessions.claim(session, session.remote.id or 0)

    async def bring_forward(self, span: timedelta) -> None:
        """Let what the bot's queue holds for later be due so much sooner; nothing where Redis is stopped."""
        if not self.is_stopped:
            await bring_forward(self._embedded.url, span)

    async def next_plan(self) -> timedelta | None:
        """Return in how much time the next planned session, or its reminder, is due; `None` where Redis is stopped."""
        return None if self.is_stopped else await next_plan(self._embedded.url)

    async def plans_done(self) -> None:
        """Return once what is due of planned sessions is done, or nobody does it."""
        if not self.is_stopped:
            await plans_done(self._embedded.url)

    def _signal(self, name: signal.Signals) -> None:
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            os.kill(int(self._pid_file.read_text()), name)


async def next_plan(url: str) -> timedelta | None:
    """Return in how much time the next job of a planned session on this Redis is due, of those that are to come."""
    due, _ = await _plans(url)
    waits = [one - time.time() for one in due]
    return min((timedelta(seconds=one) for one in waits if one > 0), default=None)


async def plans_done(url: str) -> None:
    """Return once no job of a planned session is due, and none is under way; after some seconds in any case."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DONE_WITHIN):
            while True:
                due, under_way = await _plans(url)
                if not under_way and min(due, default=inf) > time.time():
                    break
                await asyncio.sleep(_LOOKS_AGAIN)


async def _plans(url: str) -> tuple[list[float], int]:
    """Return when planned sessions have jobs that are due, in Unix seconds of the machine, and how many are under way.

    Both at one moment: a job that is taken meanwhile would be in neither.
    """
    async with (
        queue_alone(NAME, url) as queue,
        connect(url, patience=_PATIENCE_SECONDS) as redis,
        redis.pipeline(transaction=True) as both,
    ):
        both.zrange(queue.queue_key, 0, -1, withscores=True)
        both.xlen(queue.stream_key)
        planned, under_way = await both.execute()
    return [due for job, due in planned if job.startswith(PLAN.encode())], under_way


async def bring_forward(url: str, span: timedelta) -> None:
    """Let what the bot's queue on this Redis holds for later be due so much sooner."""
    async with queue_alone(NAME, url) as queue, connect(url, patience=_PATIENCE_SECONDS) as redis:
        planned = cast("list[tuple[bytes, float]]", await redis.zrange(queue.queue_key, 0, -1, withscores=True))
        for job, due in planned:
            # One that has begun meanwhile is not put back.
            await redis.zadd(queue.queue_key, {job: due - span.total_seconds()}, xx=True)

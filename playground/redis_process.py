"""The demo's Redis: the one that comes along with the bot, held so that it ends with the demo, and halted at will."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import cast

from bot.jobs.connection import NAME, queue_alone
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis


class RedisProcess:
    """A Redis in this data folder. `is_stopped`: it takes connections and answers nothing."""

    def __init__(self, data_dir: Path) -> None:
        self.is_stopped = False
        self._embedded = EmbeddedRedis(data_dir)
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
        async with connect(self._embedded.url) as redis:
            await redis.flushall()

    async def bring_forward(self, span: timedelta) -> None:
        """Let what the bot's queue holds for later be due so much sooner; nothing where Redis is stopped."""
        if not self.is_stopped:
            await bring_forward(self._embedded.url, span)

    def _signal(self, name: signal.Signals) -> None:
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            os.kill(int(self._pid_file.read_text()), name)


async def bring_forward(url: str, span: timedelta) -> None:
    """Let what the bot's queue on this Redis holds for later be due so much sooner."""
    async with queue_alone(NAME, url) as queue, connect(url) as redis:
        planned = cast("list[tuple[bytes, float]]", await redis.zrange(queue.queue_key, 0, -1, withscores=True))
        for job, due in planned:
            # One that has begun meanwhile is not put back.
            await redis.zadd(queue.queue_key, {job: due - span.total_seconds()}, xx=True)

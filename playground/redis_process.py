"""The demo's Redis: the one that comes along with the bot, held so that it ends with the demo, and halted at will."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, cast

from bot.jobs.connection import NAME, queue_alone
from bot.model.accounts import account_key
from bot.model.session import Session
from bot.store.sealing.keyring import KeyRing
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis
from bot.store.sessions.store import Sessions
from sandbox.apizee.world import API_USER

_RETENTION: Final = timedelta(days=90)
_PATIENCE_SECONDS: Final = 20.0


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

    def _signal(self, name: signal.Signals) -> None:
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            os.kill(int(self._pid_file.read_text()), name)


async def bring_forward(url: str, span: timedelta) -> None:
    """Let what the bot's queue on this Redis holds for later be due so much sooner."""
    async with queue_alone(NAME, url) as queue, connect(url, patience=_PATIENCE_SECONDS) as redis:
        planned = cast("list[tuple[bytes, float]]", await redis.zrange(queue.queue_key, 0, -1, withscores=True))
        for job, due in planned:
            # One that has begun meanwhile is not put back.
            await redis.zadd(queue.queue_key, {job: due - span.total_seconds()}, xx=True)

"""Removes from disk what was removed: the embedded Redis rewrites its file.

Its append-only file holds all that was ever written, until it is rewritten from what is there now. That is done within
an hour of a forgetting, and daily. A Redis of the operator's is theirs to rewrite (docs/privacy.md).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redis.asyncio import Redis

from bot.log import get_logger
from bot.outages import translated
from bot.repeating import repeat
from bot.store import keys

_LOCKED_FOR: Final = 600
_LOOKED_EVERY: Final = 0.05
_MARK_LIVES: Final = 7 * 86_400

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RewritingTiming:
    """When the embedded Redis rewrites its file, in seconds."""

    checked_every: float = 60.0
    after_forgetting: float = 2400.0
    """Longer than a deferred request lives, which may name who was forgotten; and less than an hour."""
    at_least_every: float = 86_400.0
    ends_within: float = 300.0
    """A rewriting that takes longer counts as failed, and is tried again."""


class FileRewriting:
    """Makes the embedded Redis rewrite its file, by one of all processes; `folder` is `None` where it is not embedded.

    All methods raise `StoreUnavailable` when Redis does not answer.
    """

    def __init__(self, redis: Redis, folder: Path | None, timing: RewritingTiming | None = None) -> None:
        self._redis = redis
        self._folder = folder
        self._timing = timing or RewritingTiming()

    async def note_forgotten(self) -> None:
        """Note that something is being removed which must be gone from disk within an hour."""
        if self._folder:
            with translated():
                await self._redis.set(keys.forgotten_at(), time.time(), nx=True, ex=_MARK_LIVES)

    @asynccontextmanager
    async def when_due(self) -> AsyncIterator[None]:
        """Rewrite whenever it is due, until left."""
        if self._folder is None:
            yield
            return
        checking = asyncio.create_task(repeat("rewrite", self._rewrite_if_due, every=self._timing.checked_every))
        try:
            yield
        finally:
            checking.cancel()
            await asyncio.wait([checking])

    async def rewrite(self) -> None:
        """Rewrite now, and return when that is done; nothing where it is not embedded."""
        if self._folder is None:
            return
        with translated():
            # What is forgotten from now on gets a mark of its own: it may still be in the new file.
            forgotten_at = await self._redis.getdel(keys.forgotten_at())
            is_done = False
            try:
                is_done = await self._rewritten(self._folder)
            finally:
                if forgotten_at and not is_done:
                    await self._redis.set(keys.forgotten_at(), forgotten_at, nx=True, ex=_MARK_LIVES)

    async def _rewritten(self, folder: Path) -> bool:
        """Rewrite, and return whether that succeeded."""
        if not await self._is_rewritten_in_time():
            log.error("file_not_rewritten", fix="see redis.log in DATA_DIR; is the disk full?")
            return False
        await asyncio.to_thread(_remove_snapshot, folder)
        await self._redis.set(keys.rewritten(), time.time(), ex=_MARK_LIVES)
        log.info("file_rewritten")
        return True

    async def _is_rewritten_in_time(self) -> bool:
        try:
            async with asyncio.timeout(self._timing.ends_within):
                await self._until_idle()
                await self._redis.bgrewriteaof()
                await self._until_idle()
        except TimeoutError:
            return False
        state = await self._redis.info("persistence")
        return bool(state["aof_last_bgrewrite_status"] == "ok")

    async def _rewrite_if_due(self) -> None:
        if await self._is_due():
            with translated():
                is_first = await self._redis.set(keys.rewriting(), b"1", nx=True, ex=_LOCKED_FOR)
            if is_first:
                try:
                    await self.rewrite()
                finally:
                    with translated():
                        await self._redis.delete(keys.rewriting())

    async def _is_due(self) -> bool:
        with translated():
            marks = await self._redis.mget([keys.forgotten_at(), keys.rewritten()])
        forgotten_at, rewritten = (float(mark) if mark else None for mark in marks)
        # By how far apart they are: a clock that was set back makes it due.
        if forgotten_at is not None and abs(time.time() - forgotten_at) >= self._timing.after_forgetting:
            return True
        return rewritten is None or abs(time.time() - rewritten) >= self._timing.at_least_every

    async def _until_idle(self) -> None:
        while True:
            state = await self._redis.info("persistence")
            if not (state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"]):
                return
            await asyncio.sleep(_LOOKED_EVERY)


def _remove_snapshot(folder: Path) -> None:
    """Remove a snapshot that somebody made the server write: it reads none."""
    (folder / "dump.rdb").unlink(missing_ok=True)

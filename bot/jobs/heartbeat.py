"""The heartbeat of this machine's workers: a file for each, which a probe can look at though Redis is away."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from bot.log import get_logger
from bot.repeating import repeat

_EVERY: Final = 2.0
COUNTS_FOR: Final = 15.0
"""Seconds after its last beat for which a worker counts as alive."""

log = get_logger(__name__)


class Heartbeat:
    """The heartbeat of this process's worker, in `DATA_DIR`, which several machines may share."""

    def __init__(self, data_dir: Path, check: Callable[[], Awaitable[None]]) -> None:
        """Take what raises where the worker does not work."""
        self._folder = _folder(data_dir)
        self._file = self._folder / f"{socket.gethostname()}-{os.getpid()}"
        self._check = check

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat until left. Where the folder cannot be written the worker works all the same, and a log line says so."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.touch(mode=0o600)
            self._remove_dead()
        except OSError as error:
            log.warning("no_heartbeat", reason=error.strerror, fix="set DATA_DIR to a folder that may be written")
            yield
            return
        beating = asyncio.create_task(repeat("heartbeat", self._beat, every=_EVERY), name="heartbeat")
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.wait([beating])
            self._file.unlink(missing_ok=True)

    async def _beat(self) -> None:
        await self._check()
        self._file.touch(mode=0o600)

    def _remove_dead(self) -> None:
        for path in _files(self._folder):
            if not _beats(path):
                path.unlink(missing_ok=True)


def living(data_dir: Path) -> int:
    """Return how many workers of this machine are alive."""
    return sum(map(_beats, _files(_folder(data_dir))))


def _folder(data_dir: Path) -> Path:
    return data_dir / "workers"


def _files(folder: Path) -> Iterator[Path]:
    return folder.glob(f"{socket.gethostname()}-*")


def _beats(path: Path) -> bool:
    """Return whether a worker has shown itself in time; the clock may have been set, forwards or back."""
    with suppress(OSError):
        return abs(time.time() - path.stat().st_mtime) < COUNTS_FOR
    return False

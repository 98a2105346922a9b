"""Saves what is kept in one Redis, and restores it there or elsewhere; what would lose data is refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from bot.model.errors import KnownError
from bot.model.sealing import Sealer
from bot.store.backup import file, source, target
from bot.store.presence import Presence


class InUse(KnownError):
    """So many processes of the bot run on this Redis."""

    def __init__(self, processes: int) -> None:
        super().__init__(f"{processes} processes")
        self.processes = processes


class NotEmpty(KnownError):
    """The bot has left so many keys on this Redis that would be overwritten."""

    def __init__(self, keys: int) -> None:
        super().__init__(f"{keys} keys")
        self.keys = keys


@dataclass(frozen=True, slots=True)
class Restored:
    """How many keys of a file were written, and how many had expired since."""

    written: int
    expired: int


class Backups:
    """The back-ups of one Redis, which `sealer` seals. All methods raise `StoreUnavailable`, `OSError` for the file."""

    def __init__(self, redis: Redis, sealer: Sealer) -> None:
        self._redis = redis
        self._sealer = sealer

    async def save(self, path: Path) -> int:
        """Write all that is kept to a new file, also while the bot runs; raises `file.Exists`.

        Return how many keys are in it.
        """
        return await file.save(path, source.items(self._redis), self._sealer)

    async def restore(self, path: Path, *, replace: bool) -> Restored:
        """Check a file, then write what it holds; with `replace` in the place of all that is kept here.

        Raises `file.UnfitFile`, `InUse` and `NotEmpty` before anything is written.
        """
        await asyncio.to_thread(file.check, path, self._sealer)
        if running := await Presence(self._redis).running():
            raise InUse(running)
        if replace:
            await target.remove_all(self._redis)
        elif kept := await target.data_in(self._redis):
            raise NotEmpty(kept)
        return Restored(*await target.write(self._redis, file.read(path)))

"""Lists the workspaces of which anything is kept."""

from __future__ import annotations

from typing import Final

from redis.asyncio import Redis

from bot.outages import translated
from bot.store import keys

_BATCH: Final = 500
_IDS: Final = "[TE]*"
"""Begins the id of a workspace or an organisation, and no other tag in a key."""


class WorkspaceDirectory:
    """Goes over all keys: nobody should wait for it. All methods raise `StoreUnavailable`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def all(self) -> list[str]:
        """Return the ids of all workspaces and organisations of which something is kept."""
        with translated():
            scan = self._redis.scan_iter(match=keys.all_of(_IDS), count=_BATCH)
            return sorted({keys.team_in(key.decode(errors="replace")) async for key in scan})

    async def sessions_of(self, team: str) -> int:
        """Return how many sessions are kept of a workspace."""
        with translated():
            return int(await self._redis.zcard(keys.changed_sessions(team)))

"""The durable work's own way to Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Final

from docket import Docket

from bot.store.connection import connect

_PATIENCE_SECONDS: Final = 5.0
"""Nobody waits for an acknowledgement here: a Redis that is slow for a moment need not stop the workers."""


class SharingDocket(Docket):
    """A docket without results whose round trips are shared, and whose connections are given up when they are silent.

    By itself docket waits without end for an answer that a firewall has dropped.
    """

    def __init__(self, name: str, redis_url: str) -> None:
        super().__init__(name, _retrying(redis_url), execution_ttl=timedelta(0))
        self._shared = connect(redis_url, patience=_PATIENCE_SECONDS)

    @asynccontextmanager
    async def redis(self) -> AsyncIterator[Any]:
        """The client that docket and its workers use for all but what they listen to."""
        yield self._shared

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both ways to Redis."""
        try:
            await super().__aexit__(kind, error, trace)
        finally:
            await self._shared.aclose()


def _retrying(url: str) -> str:
    """The same address, under which a client that makes its own pool tries a broken connection again, once and at once.

    redis-py's pools do not by themselves: after a restart of Redis each connection of the pool would cost an error.
    """
    return f"{url}{'&' if '?' in url else '?'}retry_on_timeout=true"

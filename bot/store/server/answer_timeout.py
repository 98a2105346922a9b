"""Limits how long an acknowledgement waits for Redis."""

from __future__ import annotations

from types import TracebackType

from bot.model.errors import StoreTimeout, StoreUnavailable
from bot.store.server.time_limit import TimeLimit


class answered_within:  # noqa: N801  # it reads as `asyncio.timeout` does; a generator in its place takes twice its time
    """Raise `StoreTimeout` where Redis does not answer in time, and where nobody knows what it has carried out."""

    def __init__(self, limit: TimeLimit) -> None:
        self._wait = limit()

    async def __aenter__(self) -> None:
        """Begin to wait."""
        await self._wait.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop waiting."""
        try:
            await self._wait.__aexit__(kind, error, trace)
        except TimeoutError as late:
            raise StoreTimeout from late
        cause = error.__cause__ if isinstance(error, StoreUnavailable) else error
        if isinstance(cause, TimeoutError):
            raise StoreTimeout from error

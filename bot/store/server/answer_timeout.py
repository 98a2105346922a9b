"""Limits how long an acknowledgement waits for Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Final

from bot.model.errors import StoreTimeout, StoreUnavailable

_TICKS: Final = 20


@asynccontextmanager
async def answered_within(seconds: float) -> AsyncIterator[None]:
    """Raise `StoreTimeout` where Redis does not answer in time, and where nobody knows what it has carried out."""
    try:
        async with asyncio.timeout(None) as limit:
            with closing(_BusyTolerantTimeout(limit, seconds)):
                yield
    except TimeoutError as error:
        raise StoreTimeout from error
    except StoreUnavailable as error:
        if isinstance(error.__cause__, TimeoutError):
            raise StoreTimeout from error
        raise


class _BusyTolerantTimeout:
    """Ends a wait after so many seconds, counted in 20 timer ticks instead of wall time.

    Where this process itself is busy, ticks take longer: a wait whose answer has arrived must not expire.
    """

    def __init__(self, limit: asyncio.Timeout, seconds: float) -> None:
        self._limit = limit
        self._tick_seconds = seconds / _TICKS
        self._ticks_left = _TICKS
        self._next = self._call_later()

    def close(self) -> None:
        """Stop counting."""
        self._next.cancel()

    def _call_later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._tick_seconds, self._tick)

    def _tick(self) -> None:
        self._ticks_left -= 1
        if self._ticks_left:
            self._next = self._call_later()
        else:
            self._limit.reschedule(0)

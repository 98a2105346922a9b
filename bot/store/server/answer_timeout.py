"""Limits how long an acknowledgement waits for Redis."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final

from bot.model.errors import StoreTimeout, StoreUnavailable

_TICKS: Final = 20


class answered_within:  # noqa: N801  # it reads as `asyncio.timeout` does; a generator in its place takes twice its time
    """Raise `StoreTimeout` where Redis does not answer in time, and where nobody knows what it has carried out.

    So many seconds are counted in 20 timer ticks instead of wall time. Where this process itself is busy, ticks take
    longer: a wait whose answer has arrived must not expire.
    """

    def __init__(self, seconds: float) -> None:
        self._limit = asyncio.timeout(None)
        self._tick_seconds = seconds / _TICKS
        self._ticks_left = _TICKS

    async def __aenter__(self) -> None:
        """Begin to count."""
        await self._limit.__aenter__()
        self._next = self._call_later()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop counting."""
        self._next.cancel()
        try:
            await self._limit.__aexit__(kind, error, trace)
        except TimeoutError as late:
            raise StoreTimeout from late
        cause = error.__cause__ if isinstance(error, StoreUnavailable) else error
        if isinstance(cause, TimeoutError):
            raise StoreTimeout from error

    def _call_later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._tick_seconds, self._tick)

    def _tick(self) -> None:
        self._ticks_left -= 1
        if self._ticks_left:
            self._next = self._call_later()
        else:
            self._limit.reschedule(0)

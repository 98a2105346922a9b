"""Limits waits of one length that many wait at the same time: they share one timer."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final

_TICKS: Final = 20


class TimeLimit:
    """A limit of so many seconds for each `async with limit():`, which raises `TimeoutError` as `asyncio.timeout` does.

    They are counted in 20 ticks of one timer, which goes on while anybody waits: a timer of its own would cost each
    wait as much as the rest of it. Where this process itself is busy, ticks take longer: a wait whose answer has
    arrived must not expire. A wait may end up to one tick early.
    """

    def __init__(self, seconds: float) -> None:
        self._tick_seconds = seconds / _TICKS
        self._waits: set[_Wait] = set()
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self) -> _Wait:
        """Return a wait of this limit."""
        return _Wait(self)

    def begin(self, wait: _Wait) -> None:
        """Count the ticks of a wait from now on."""
        self._waits.add(wait)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._tick_seconds, self._tick)

    def end(self, wait: _Wait) -> None:
        """Count no longer."""
        self._waits.discard(wait)

    def _tick(self) -> None:
        for wait in [*self._waits]:
            wait.tick()
        again = asyncio.get_running_loop().call_later(self._tick_seconds, self._tick) if self._waits else None
        self._timer = again


class _Wait:
    """One wait, by the task that enters it."""

    __slots__ = ("_cancels", "_is_over", "_limit", "_task", "_ticks_left")

    _task: asyncio.Task[object]
    _cancels: int

    def __init__(self, limit: TimeLimit) -> None:
        self._limit = limit
        self._ticks_left = _TICKS
        self._is_over = False

    async def __aenter__(self) -> None:
        """Begin to wait; raises `RuntimeError` outside of a task."""
        task = asyncio.current_task()
        if task is None:
            message = "Only a task can be stopped."
            raise RuntimeError(message)
        self._task, self._cancels = task, task.cancelling()
        self._limit.begin(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop waiting; raises `TimeoutError` where nobody but the limit has cancelled the task."""
        self._limit.end(self)
        if self._is_over and self._task.uncancel() <= self._cancels and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def tick(self) -> None:
        """Cancel what is waited for with the last tick."""
        self._ticks_left -= 1
        if self._ticks_left == 0:
            self._is_over = True
            self._limit.end(self)
            self._task.cancel()

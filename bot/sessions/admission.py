"""Who goes first in one process: people wait for an acknowledgement, work that was acknowledged can wait for them.

In a burst it is our own work that takes time, not Redis: so only few at once are kept waiting by it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from bot.model.timing import AnswerTiming

AT_ONCE: Final = 64


class AckGate:
    """The turns of those who are in a hurry: inside of `async with turns:` is one."""

    def __init__(self, timing: AnswerTiming | None = None) -> None:
        self._timing = timing or AnswerTiming()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._in_a_hurry = 0
        self._door = asyncio.Lock()
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def __aenter__(self) -> None:
        """Wait for a turn; raises `TimeoutError` when it comes too late."""
        self._in_a_hurry += 1
        self._quiet.clear()
        try:
            await self._place()
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_: object) -> None:
        """Give the turn to whoever waits for one."""
        self._places.release()
        self._leave()

    async def _place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        async with asyncio.timeout(self._timing.turn_at_most):
            await self._places.acquire()

    def _leave(self) -> None:
        self._in_a_hurry -= 1
        if not self._in_a_hurry:
            self._quiet.set()

    async def yield_to_acks(self) -> None:
        """Return when nobody is in a hurry; one caller after the other, each after 5 ms at most."""
        if self._quiet.is_set() and not self._door.locked():
            return
        async with self._door:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.one_goes_on_every):
                    await self._quiet.wait()

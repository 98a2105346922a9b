"""Who goes first in one process: people wait for an acknowledgement, work that was acknowledged can wait for them.

In a burst it is our own work that takes time, not Redis: so only few at once are kept waiting by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

AT_ONCE: Final = 32
# Slack waits for three seconds in all.
_LONGEST_WAIT: Final = 2.0
# So that work goes on also where somebody is always in a hurry; not all of it at once, which would keep them waiting.
_ONE_GOES_ON_EVERY: Final = 0.01


class Turns:
    """The turns of those who are in a hurry."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._in_a_hurry = 0
        self._door = asyncio.Lock()
        self._quiet = asyncio.Event()
        self._quiet.set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it inside of this `async with`; raises `TimeoutError` after two seconds."""
        self._in_a_hurry += 1
        self._quiet.clear()
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                await self._places.acquire()
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._in_a_hurry -= 1
            if not self._in_a_hurry:
                self._quiet.set()

    async def let_pass(self) -> None:
        """Return when nobody is in a hurry; one caller after the other, each after a hundredth of a second at most."""
        async with self._door:
            with suppress(TimeoutError):
                async with asyncio.timeout(_ONE_GOES_ON_EVERY):
                    await self._quiet.wait()

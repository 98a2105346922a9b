"""Limits how many requests of one Apizee account are under way in this process: one that hangs holds up no other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from bot.apizee.errors import OutcomeUnknown, Unreachable

AT_A_TIME: Final = 10
"""As many as Apizee allows an API user in a minute; a worker has ten times as many places."""

_BACK_IN: Final = 5.0


class InFlight:
    """The requests of one account that are under way, `AT_A_TIME` at most.

    While Apizee answers, who comes then waits. Once all of them have waited `patience` seconds without an answer,
    nobody waits behind them: a worker's places are for the work of other accounts.
    """

    def __init__(self, *, patience: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = asyncio.Semaphore(AT_A_TIME)
        self._patience = patience
        self._clock = clock
        self._moved = clock()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places; raises `Unreachable` where none is free and none of the requests is answered."""
        await self._enter()
        try:
            yield
        except (Unreachable, OutcomeUnknown, asyncio.CancelledError):
            raise
        except Exception:
            self._moved = self._clock()
            raise
        else:
            self._moved = self._clock()
        finally:
            self._free.release()

    async def _enter(self) -> None:
        while self._free.locked():
            left = self._moved + self._patience - self._clock()
            if left <= 0:
                raise Unreachable(_BACK_IN)
            try:
                async with asyncio.timeout(left):
                    await self._free.acquire()
            except TimeoutError:
                continue
            return
        # Nobody waits, so this takes a place at once; how long they all wait counts from the last one.
        await self._free.acquire()
        self._moved = self._clock()

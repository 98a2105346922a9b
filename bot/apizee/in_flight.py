"""Limits how many requests of one Apizee account are under way in this process: one that hangs holds up no other."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from bot.apizee.errors import OutcomeUnknown, Unreachable

AT_LEAST: Final = 10
"""As many as Apizee allows an API user in a minute; a worker has ten times as many places."""

_BACK_IN: Final = 5.0


class InFlight:
    """The requests of one account that are under way: `AT_LEAST`, and one more for each answer of the last moment.

    So an account that answers is asked as fast as it answers. Who comes when there are as many as may be waits, the
    first one first; once `patience` seconds have brought no answer, nobody waits any longer: a worker's places are for
    the work of other accounts.
    """

    def __init__(self, *, patience: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._under_way = 0
        self._answers: deque[float] = deque()
        self._moved = clock()
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places; raises `Unreachable` where none is free and none of the requests is answered."""
        await self._enter()
        is_answered = True
        try:
            yield
        except (Unreachable, OutcomeUnknown, asyncio.CancelledError):
            is_answered = False
            raise
        finally:
            if is_answered:
                self._moved = self._clock()
                self._answers.append(self._moved)
            self._give_back()

    async def _enter(self) -> None:
        if self._waiting or self._is_full():
            await self._be_given_a_place()
        else:
            self._under_way += 1
            self._moved = self._clock()

    async def _be_given_a_place(self) -> None:
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            while not place.done():
                await asyncio.wait({place}, timeout=self._worth_waiting())
        except BaseException:
            if place.done():
                self._give_back()
            else:
                self._waiting.remove(place)
            raise

    def _worth_waiting(self) -> float:
        """Return for how many seconds to wait; raises `Unreachable` where nothing was answered for long."""
        left = self._moved + self._patience - self._clock()
        if left <= 0:
            raise Unreachable(_BACK_IN)
        return left

    def _give_back(self) -> None:
        """Give back a place, and hand on those that are free to those who wait."""
        self._under_way -= 1
        while self._waiting and not self._is_full():
            self._under_way += 1
            self._waiting.popleft().set_result(None)

    def _is_full(self) -> bool:
        since = self._clock() - self._patience
        while self._answers and self._answers[0] < since:
            self._answers.popleft()
        return self._under_way >= AT_LEAST + len(self._answers)

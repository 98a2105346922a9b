"""Admission control in one process: acknowledgements first, for people wait for them; then acknowledged work.

In a burst our own work takes the time, not Redis; only a limited number of acknowledgements share it at once.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from bot.model.errors import StoreUnavailable
from bot.model.timing import AnswerTiming

AT_ONCE: Final = 64

CROWD: Final = 8
"""So many acknowledgements take their time from each other; on a busy core fewer are always under way."""


class AckGate:
    """Lets a limited number of acknowledgements be worked on at once, each inside of `async with gate:`."""

    def __init__(self, timing: AnswerTiming | None = None) -> None:
        self._timing = timing or AnswerTiming()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._one_job_at_a_time = asyncio.Lock()
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def __aenter__(self) -> None:
        """Wait for a slot; raises `StoreUnavailable` where none is free in time, for then nothing is recorded."""
        self._waiting += 1
        if self._waiting >= CROWD:
            self._quiet.clear()
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(self._timing.turn_at_most):
                await self._slots.acquire()
        except BaseException as error:
            self._stop_waiting()
            if isinstance(error, TimeoutError):
                raise StoreUnavailable from error
            raise

    async def __aexit__(self, *_: object) -> None:
        """Free the slot."""
        self._slots.release()
        self._stop_waiting()

    async def yield_to_acks(self) -> None:
        """Return when no crowd waits for acknowledgements, or after 5 ms; one caller after the other.

        So jobs are not starved under constant load, nor do they start all at once.
        """
        if self._quiet.is_set() and not self._one_job_at_a_time.locked():
            return
        async with self._one_job_at_a_time:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.one_goes_on_every):
                    await self._quiet.wait()

    def _stop_waiting(self) -> None:
        self._waiting -= 1
        if self._waiting < CROWD:
            self._quiet.set()

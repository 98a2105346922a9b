"""Notices what would stop the jobs unseen: a stuck worker, a clock that was set back, polls that are not made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from bot.jobs.connection import PipelinedDocket
from bot.log import get_logger
from bot.model.errors import StoreUnavailable
from bot.outages import translated
from bot.repeating import repeat
from bot.store.polling_state import PollCount

POLL: Final = "round"
"""The job that polls Apizee again and again, by the name that it has in Redis since the first version."""

STUCK_AFTER: Final = timedelta(seconds=30)

_CHECKS: Final = 6
# Long uploads may take all places, or keep docket from going on after an error of Redis.
_SLOWER_WHERE_BUSY: Final = 10
_DUE_FOR: Final = timedelta(seconds=3)
_SET_BACK_AT_LEAST: Final = 5.0
"""In seconds: smaller corrections happen all the time, and are waited for."""
_MISSED_POLLS: Final = 5

log = get_logger(__name__)


class Activity:
    """Counts what a worker does, as far as its watchdog has to know."""

    def __init__(self) -> None:
        self.changes = 0
        self.running = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count a job as running inside of this `with`."""
        self.changes += 1
        self.running += 1
        try:
            yield
        finally:
            self.changes += 1
            self.running -= 1


class _Check(NamedTuple):
    changes: int
    asked_for_work_at: float


class Watchdog:
    """Watches the worker of this process, which runs at most `places` jobs at a time.

    It counts checks of its own and no seconds of the clock: a process that stood still for a while, with the clock
    running, has not checked meanwhile, and is not stuck.
    """

    def __init__(
        self,
        docket: PipelinedDocket,
        *,
        places: int,
        stuck_after: timedelta = STUCK_AFTER,
        clock: ClockGuard | None = None,
    ) -> None:
        self.activity = Activity()
        self._docket = docket
        self._clock = clock or ClockGuard(docket)
        self._places = places
        self._every = stuck_after / _CHECKS
        self._due_for = min(_DUE_FOR, self._every)

    async def wait_until_stuck(self, on_overdue: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        """Return once the worker is stuck; `on_overdue` is given the keys of planned jobs that nobody has begun."""
        stuck, before = 0.0, self._check()
        while stuck < 1:
            await asyncio.sleep(self._every.total_seconds())
            waits, now = await self._is_work_waiting(on_overdue), self._check()
            # Without Redis nobody can take a job.
            worse = 0.0 if waits is None else self._worse(before, now, is_work_waiting=waits)
            stuck, before = (stuck + worse if worse else 0.0), now

    async def _is_work_waiting(self, on_overdue: Callable[[Sequence[str]], Awaitable[None]]) -> bool | None:
        """Return whether a job is due that no worker has; `None` where Redis does not say."""
        try:
            await self._clock.follow()
            waiting = await self._docket.waiting(self._due_for)
            if waiting.planned:
                await on_overdue(waiting.planned)
        except StoreUnavailable:
            return None
        except Exception:  # A fault in here must not end a worker that works.
            log.exception("watchdog_failed")
            return None
        return waiting.is_any

    def _check(self) -> _Check:
        return _Check(self.activity.changes, self._docket.asked_for_work_at)

    def _worse(self, before: _Check, now: _Check, *, is_work_waiting: bool) -> float:
        """Return by how much of the whole the worker came nearer to being stuck; 0 where it works."""
        if now.changes != before.changes:
            return 0.0
        is_full = self.activity.running >= self._places
        stands_still = now.asked_for_work_at == before.asked_for_work_at
        # Jobs that this worker has taken off the stream, and never begun, are not seen to wait.
        if (is_work_waiting and not is_full) or (stands_still and not self.activity.running):
            return 1 / _CHECKS
        return 1 / _CHECKS / _SLOWER_WHERE_BUSY if is_full or stands_still else 0.0


class ClockGuard:
    """Plans jobs earlier where the clock of this machine was set back: else each would wait until it has caught up.

    A process knows by the clock that nobody sets. Those of one machine notice the same, and one of them moves the jobs.
    """

    def __init__(
        self,
        docket: PipelinedDocket,
        *,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._docket = docket
        self._clock = clock
        self._steady = steady
        self._began = self._age()

    async def follow(self) -> None:
        """Move planned jobs where the clock was set back since the last call; raises `StoreUnavailable`."""
        began = self._age()
        by = self._began - began
        if by >= _SET_BACK_AT_LEAST and await self._docket.bring_forward(by):
            log.warning("clock_set_back", seconds=round(by))
        # Not before it was done: without Redis it is tried again.
        self._began = began

    def _age(self) -> float:
        """Return when the steady clock began by the other one: always the same, unless one is set."""
        return self._clock() - self._steady()


class PollWatchdog:
    """Plans a poll where none has begun for long, as where the clock was set back and the next one lies far ahead.

    The time is taken from a clock that nobody sets.
    """

    def __init__(
        self,
        docket: PipelinedDocket,
        count: PollCount,
        *,
        every: timedelta,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._docket = docket
        self._count = count
        self._every = every
        self._steady = steady
        self._last = -1
        self._last_change = steady()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Check again and again until left."""
        forever = repeat("check polls", self.check, every=self._every.total_seconds())
        checking = asyncio.create_task(forever, name="polls watched")
        try:
            yield
        finally:
            checking.cancel()
            await asyncio.wait([checking])

    async def check(self) -> None:
        """Check once whether polls are made; raises `StoreUnavailable`."""
        made = await self._count.polls_made()
        if made != self._last:
            self._last, self._last_change = made, self._steady()
        elif self._steady() - self._last_change > _MISSED_POLLS * self._every.total_seconds():
            log.warning("polls_missed", made=made)
            with translated():
                await self._docket.replace(POLL, when=datetime.now(UTC), key=POLL)()
            self._last_change = self._steady()

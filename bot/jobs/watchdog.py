"""Notices a worker that takes no job any more although some are due.

It counts looks of its own and no seconds of the clock: a process that stood still for a while, with the clock running,
has not looked meanwhile, and is not stuck.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, NamedTuple

from bot.jobs.connection import PipelinedDocket
from bot.jobs.set_back import SetBack
from bot.log import get_logger
from bot.model.errors import StoreUnavailable

STUCK_AFTER: Final = timedelta(seconds=30)

_LOOKS: Final = 6
# Long uploads may take all places, or keep docket from going on after an error of Redis.
_PATIENCE_WITH_THE_BUSY: Final = 10
_DUE_FOR: Final = timedelta(seconds=3)

log = get_logger(__name__)


class Pulse:
    """What a worker does, as far as its watchdog has to know."""

    def __init__(self) -> None:
        self.beats = 0
        self.under_way = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Inside of this `with`, a job is under way."""
        self.beats += 1
        self.under_way += 1
        try:
            yield
        finally:
            self.beats += 1
            self.under_way -= 1


class _Look(NamedTuple):
    beats: int
    asked_for_work_at: float


class Watchdog:
    """Watches the worker of this process, which does at most `places` jobs at a time."""

    def __init__(
        self,
        docket: PipelinedDocket,
        *,
        places: int,
        stuck_after: timedelta = STUCK_AFTER,
        set_back: SetBack | None = None,
    ) -> None:
        self.pulse = Pulse()
        self._docket = docket
        self._set_back = set_back or SetBack(docket)
        self._places = places
        self._every = stuck_after / _LOOKS
        self._due_for = min(_DUE_FOR, self._every)

    async def wait_until_stuck(self, on_overdue: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        """Return once the worker is stuck; `on_overdue` is told the keys of planned jobs that nobody has begun."""
        stuck, before = 0.0, self._look()
        while stuck < 1:
            await asyncio.sleep(self._every.total_seconds())
            waits, now = await self._is_work_waiting(on_overdue), self._look()
            # Without Redis nobody can take a job.
            worse = 0.0 if waits is None else self._worse(before, now, is_work_waiting=waits)
            stuck, before = (stuck + worse if worse else 0.0), now

    async def _is_work_waiting(self, on_overdue: Callable[[Sequence[str]], Awaitable[None]]) -> bool | None:
        """Whether a job is due that no worker has; `None` where Redis does not say."""
        try:
            await self._set_back.follow()
            waiting = await self._docket.waiting(self._due_for)
            if waiting.planned:
                await on_overdue(waiting.planned)
        except StoreUnavailable:
            return None
        except Exception:  # A fault in here must not end a worker that works.
            log.exception("watchdog_failed")
            return None
        return waiting.is_any

    def _look(self) -> _Look:
        return _Look(self.pulse.beats, self._docket.asked_for_work_at)

    def _worse(self, before: _Look, now: _Look, *, is_work_waiting: bool) -> float:
        """By how much of all that it takes to be stuck the worker has come nearer to it; 0 where it works."""
        if now.beats != before.beats:
            return 0.0
        is_full = self.pulse.under_way >= self._places
        stands_still = now.asked_for_work_at == before.asked_for_work_at
        # Jobs that this worker has taken off the stream, and never begun, are not seen to wait.
        if (is_work_waiting and not is_full) or (stands_still and not self.pulse.under_way):
            return 1 / _LOOKS
        return 1 / _LOOKS / _PATIENCE_WITH_THE_BUSY if is_full or stands_still else 0.0

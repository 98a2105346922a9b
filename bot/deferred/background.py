"""Work that begins beside an acknowledgement and need not outlive the process."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from bot.log import get_logger
from bot.model.errors import KnownError
from bot.model.timing import AnswerTiming

log = get_logger(__name__)


class Background:
    """Holds small tasks, logs what fails in them, and lets them end before the process does."""

    def __init__(self, timing: AnswerTiming | None = None) -> None:
        self._ends_within = (timing or AnswerTiming()).background_ends_within
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[None, None, object]) -> None:
        """Start some work; nobody waits for it."""
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for the work that has started; what takes longer than a second is dropped."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._ends_within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _guarded(self, work: Coroutine[None, None, object]) -> None:
        try:
            await work
        except KnownError as error:
            log.warning("background_work_failed", reason=f"{type(error).__name__}: {error}")
        except Exception:  # Nobody waits for this work: its fault must not end other work.
            log.exception("background_work_failed")

"""Planned jobs follow the clock where it is set back: else each would wait until it has caught up.

A process knows by the clock that nobody sets. Those of one machine notice the same, and one of them moves the jobs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from bot.jobs.connection import PipelinedDocket
from bot.log import get_logger

_WORTH_FOLLOWING: Final = 5.0
"""In seconds: smaller corrections happen all the time, and are waited for."""

log = get_logger(__name__)


class SetBack:
    """Notices that the clock of this machine was set back."""

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
        """Move what is planned where the clock was set back since the last time; raises `StoreUnavailable`."""
        began = self._age()
        by = self._began - began
        if by >= _WORTH_FOLLOWING and await self._docket.bring_forward(by):
            log.warning("clock_set_back", seconds=round(by))
        # Not before it was done: without Redis it is tried again.
        self._began = began

    def _age(self) -> float:
        """When the steady clock began by the other one: always the same, unless one is set."""
        return self._clock() - self._steady()

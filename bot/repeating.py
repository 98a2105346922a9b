"""Repeats work as long as a process lives, also after it failed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.log import get_logger
from bot.model.errors import StoreUnavailable

log = get_logger(__name__)


async def repeat(name: str, work: Callable[[], Awaitable[object]], *, every: float) -> None:
    """Do some work every so many seconds, without an end; what fails is logged, and tried again."""
    while True:
        await asyncio.sleep(every)
        try:
            await work()
        except StoreUnavailable:  # others say so already
            continue
        except Exception:  # Nothing else would do this work any more, and nobody would know.
            log.exception("repeated_work_failed", work=name)

"""Runs the bot until a signal, and stops it in order: load balancers can notice first, then the port closes."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

import uvloop

from bot import tracing
from bot.importing import nothing_collected
from bot.log import get_logger
from bot.model.errors import CannotStart
from bot.settings import ENV_FILE, Settings
from bot.settings.sources import env_file

if TYPE_CHECKING:
    from bot.container import Container
    from bot.timing import Timing

WORKER_LOST: Final = 1
"""The exit code of a process whose work has ended before it was asked to stop."""

ENDS_WITHIN: Final = 4.8
"""Seconds from the end of draining to the end of the process, whatever hangs."""

log = get_logger(__name__)


class Stop:
    """The stop that is asked of this process, by a signal or by its own worker that has ended.

    The process ends within `drain_seconds` and `ENDS_WITHIN`. What hangs then is durable: another process, or the next
    start, takes it over.
    """

    def __init__(self, drain_seconds: float = 0) -> None:
        self._drain_seconds = drain_seconds
        self._asked, self._at_once = asyncio.Event(), asyncio.Event()

    def gently(self) -> None:
        """Stop once load balancers have noticed; asked for again, at once."""
        if self._asked.is_set():
            self.at_once()
        self._asked.set()
        self._end_in(self._drain_seconds + ENDS_WITHIN, 0)

    def at_once(self, code: int = 0) -> None:
        """Stop without draining."""
        self._asked.set()
        self._at_once.set()
        self._end_in(ENDS_WITHIN, code)

    async def asked(self) -> None:
        """Wait until a stop is asked for."""
        await self._asked.wait()

    async def drained(self) -> None:
        """Wait until load balancers have had the time to notice."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._drain_seconds):
                await self._at_once.wait()

    def _end_in(self, seconds: float, code: int) -> None:
        asyncio.get_running_loop().call_later(seconds, os._exit, code)


Work: TypeAlias = Callable[["Container", Stop], Awaitable[None]]
"""What a process does until its stop is asked for."""


def import_parts() -> None:
    """Import all that `run` needs: late, so that a wrong setting is reported at once; once, before processes fork."""
    with nothing_collected():
        import bot.container  # noqa: F401, PLC0415  # as said above


def run(
    settings: Settings, work: Work, timing: Timing | None = None, *, drain_seconds: float = 0, parent: int | None = None
) -> int:
    """Run until SIGTERM, or SIGINT, which drains nothing; return the exit code: 0, or `WORKER_LOST`.

    `parent` is a file that comes to its end where the process does that this one must not outlive.
    """
    import_parts()
    from bot.container import build  # noqa: PLC0415  # as said there

    async def built_and_run() -> int:
        stop = Stop(drain_seconds)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.gently)
        loop.add_signal_handler(signal.SIGINT, stop.at_once)
        if parent is not None:
            loop.add_reader(parent, _end_with_parent, parent, stop)
        async with build(settings, timing=timing) as app:
            _collect_seldom()
            await _watched(work(app, stop))
        return WORKER_LOST if app.worker.is_lost else 0

    with tracing.traced(env_file(ENV_FILE)):
        return uvloop.run(built_and_run())


def _end_with_parent(parent: int, stop: Stop) -> None:
    asyncio.get_running_loop().remove_reader(parent)  # its end would be reported for ever
    stop.at_once()


async def _watched(work: Awaitable[None]) -> None:
    """Work, and log what ends it."""
    try:
        await work
    except CannotStart:
        raise
    except Exception:  # The last line of defence: operators read why the bot ended.
        log.exception("the bot ends")
        sys.exit(1)


def _collect_seldom() -> None:
    """Freeze start-up objects and collect rarely: most garbage is freed by reference counting.

    The middle generation is small: a collection goes over all of it, and nobody is answered meanwhile.
    """
    gc.freeze()
    gc.set_threshold(10_000, 1, 1_000)

"""Kills: a bot is killed at a moment of its work that a story chooses."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.jobs.worker import WorkerTiming
from sandbox.apizee.model import Operation
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors
from tests.scenarios.process import Forked, Running, forked, in_environment

SOON = timedelta(seconds=0.5)
"""So long after its death a bot's work is taken over in these stories."""

SOON_TAKEN_OVER = replace(SLOW_MACHINE, worker=WorkerTiming(taken_over_after=SOON))
"""The waits of these stories' bots."""


class Unserved(Exception):
    """Nobody is left who could get an answer to a request."""


@dataclass(frozen=True)
class Kill:
    """The moment at which a bot is killed: before one of the vendors has done a call, or before it has answered.

    What was not done may be done all the same, `late` seconds after the bot's death: it was under way.
    """

    call: str
    is_done: bool
    late: float | None = None

    def __str__(self) -> str:
        moment = "done" if self.is_done else "not done" if self.late is None else "done late"
        return f"{self.call} {moment}"

    async def strikes(self, around: Vendors, bot: Running | Forked) -> None:
        """Kill the bot at its first such call; return when it is dead."""
        vendor = around.apizee if self.call in set(Operation) else around.slack
        dead = asyncio.Event()

        async def strike(call: str) -> None:
            if call == self.call and not dead.is_set():
                await bot.end(signal.SIGKILL)
                dead.set()
                await self._aftermath()

        setattr(vendor, "after" if self.is_done else "before", strike)
        async with asyncio.timeout(20):
            await dead.wait()

    async def _aftermath(self) -> None:
        if self.late is None:
            raise Unserved
        await asyncio.sleep(self.late)


def done(call: str) -> Kill:
    """Return a kill when the call is done, and before it is answered."""
    return Kill(call, is_done=True)


def not_done(call: str) -> Kill:
    """Return a kill before the call is done, which then never is."""
    return Kill(call, is_done=False)


def done_late(call: str) -> Kill:
    """Return a kill before the call is done, which is done after it all the same."""
    return Kill(call, is_done=False, late=0.8)


@asynccontextmanager
async def bot_of(around: Vendors, folder: Path) -> AsyncIterator[tuple[Forked, Environment]]:
    """Yield a bot in a process of its own, and its environment."""
    async with (
        forked(around.environment, folder, timing=SOON_TAKEN_OVER) as bot,
        in_environment(bot.url, around) as environment,
    ):
        yield bot, environment

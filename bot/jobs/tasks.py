"""The jobs that follow sessions: looks at single ones, drawings of their cards, rounds over all that are open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, Protocol

from docket import Docket, Perpetual

from bot.jobs import Jobs
from bot.jobs.queue import Wanted
from bot.log import bound, get_logger
from bot.model.errors import TryLater
from bot.repeating import again_and_again
from bot.store.server.connection import translated

_ROUND: Final = "round"
_MISSED_ROUNDS: Final = 5

log = get_logger(__name__)


class Looks(Protocol):
    """Reads sessions at Apizee."""

    async def look(self, team: str, session_id: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...


class Drawings(Protocol):
    """Draws cards."""

    async def draw(self, team: str, session_id: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...


class Counts(Protocol):
    """Counts participants."""

    async def count(self, team: str, session_id: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...


class Rounds(Protocol):
    """Looks at all open sessions at once."""

    async def catch_up(self) -> None:
        """Read them; may be called again after any failure; raises `TryLater` to be called again."""
        ...

    async def round(self) -> None:
        """Called again and again, by one process at a time; after `TryLater` as after anything else."""
        ...


class Watch:
    """Works on what is wanted of sessions, and makes a round `every` so often, by one of all processes."""

    def __init__(
        self,
        docket: Docket,
        jobs: Jobs,
        wanted: Wanted,
        *,
        looks: Looks,
        drawings: Drawings,
        counts: Counts,
        rounds: Rounds,
        every: timedelta,
    ) -> None:
        self._wanted = wanted
        self._looks = looks
        self._drawings = drawings
        self._counts = counts
        self._rounds = rounds
        jobs.register("look", self._look, partial(self._leave, "look"))
        jobs.register("look_at_all", self._look_at_all, partial(self._leave, "look_at_all"))
        jobs.register("draw", self._draw, partial(self._leave, "draw"))
        jobs.register("count_participants", self._count)
        docket.register(self._perpetual_round(every), names=[_ROUND])

    async def _look(self, team: str, session_id: str, turn: int) -> None:
        await self._do("look", team, session_id, turn, self._looks.look)

    async def _look_at_all(self, team: str, session_id: str, turn: int) -> None:
        await self._do("look_at_all", team, session_id, turn, lambda _team, _session: self._rounds.catch_up())

    async def _draw(self, team: str, session_id: str, turn: int) -> None:
        await self._do("draw", team, session_id, turn, self._drawings.draw)

    async def _count(self, team: str, session_id: str) -> None:
        with bound(team=team, session=session_id):
            await self._counts.count(team, session_id)

    async def _do(
        self, what: str, team: str, session_id: str, turn: int, work: Callable[[str, str], Awaitable[None]]
    ) -> None:
        with bound(team=team, session=session_id):
            await self._wanted.begin(what, team, session_id)
            await work(team, session_id)
            await self._wanted.end(what, team, session_id, turn)

    async def _leave(self, what: str, team: str, session_id: str, turn: int, *, reference: str) -> None:  # noqa: ARG002  # nobody to be told it
        """Let what was wanted be wanted again."""
        await self._wanted.end(what, team, session_id, turn)

    def _perpetual_round(self, every: timedelta) -> Callable[..., Awaitable[None]]:
        async def round_(perpetual: Perpetual = Perpetual(every=every, automatic=True)) -> None:  # noqa: ARG001, B008  # how docket injects
            try:
                await self._rounds.round()
            except TryLater as error:
                log.info("round_postponed", reason=type(error).__name__)
            except Exception:  # The rounds must go on: an error over one session would stop all others' for ever.
                log.exception("round_failed")

        round_.__name__ = _ROUND
        return round_


class RoundsMade(Protocol):
    """Knows how many rounds were made."""

    async def rounds_made(self) -> int:
        """The number of rounds that all processes have begun so far; raises `StoreUnavailable`."""
        ...


class Pulse:
    """Plans a round where none has begun for long, as where the clock was set back and the next one lies far ahead.

    The time is taken from a clock that nobody sets.
    """

    def __init__(
        self, docket: Docket, made: RoundsMade, *, every: timedelta, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._docket = docket
        self._made = made
        self._every = every
        self._steady = steady
        self._last = -1
        self._last_change = steady()

    @asynccontextmanager
    async def felt(self) -> AsyncIterator[None]:
        """Feel it until left."""
        forever = again_and_again("feel", self.feel, every=self._every.total_seconds())
        feeling = asyncio.create_task(forever, name="rounds watched")
        try:
            yield
        finally:
            feeling.cancel()
            await asyncio.wait([feeling])

    async def feel(self) -> None:
        """Look once whether rounds are made; raises `StoreUnavailable`."""
        made = await self._made.rounds_made()
        if made != self._last:
            self._last, self._last_change = made, self._steady()
        elif self._steady() - self._last_change > _MISSED_ROUNDS * self._every.total_seconds():
            log.warning("rounds_missed", made=made)
            with translated():
                await self._docket.replace(_ROUND, when=datetime.now(UTC), key=_ROUND)()
            self._last_change = self._steady()

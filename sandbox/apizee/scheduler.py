"""The sandbox's time. It can be skipped; what falls due happens by itself, with the events that tell of it.

Tickets that nobody came to expire at their end, recordings appear, requests stop counting against the limit. Tokens
and sign-in links carry their end in themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from itertools import chain

from sandbox.apizee.model import Conference, Medium, Step, Ticket
from sandbox.apizee.records import utc_now
from sandbox.apizee.world import World
from sandbox.background_task import in_background

_LOOKS_AGAIN = 3600.0


class SkippedClock:
    """A clock that is `ahead` of the real one."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the time now, in UTC."""
        return utc_now() + self.ahead

    def skip_to(self, moment: datetime) -> None:
        """Be there now; a moment that has passed changes nothing."""
        self.ahead += max(moment - self(), timedelta())


class Scheduler:
    """What falls due in a world that lives by this clock."""

    def __init__(self, world: World, clock: SkippedClock) -> None:
        self._world = world
        self._clock = clock

    def running(self) -> AbstractAsyncContextManager[None]:
        """Let things happen when they are due, until left."""
        return in_background(self._keep())

    def skip(self, span: timedelta) -> None:
        """Let that much time pass at once; what falls due within it happens at its own moment."""
        end = self._clock() + span
        while (moment := self._next()) and moment <= end:
            self._clock.skip_to(moment)
            self.settle()
        self._clock.skip_to(end)
        self._world.changed()

    def settle(self) -> None:
        """Let happen what is due by now."""
        now = self._clock()
        for ticket in [one for one in self._awaited() if one.end_time <= now]:
            self._world.expires(ticket.id)
        for medium in [one for one in self._unannounced() if one.available_at <= now]:
            self._world.record("create", "media", medium.id)
        self._world.changed()

    async def _keep(self) -> None:
        while True:
            seen, moment = self._world.changes, self._next()
            wait = (moment - self._clock()).total_seconds() if moment else _LOOKS_AGAIN
            if not await self._has_changed(seen, max(wait, 0.0)):
                self.settle()

    async def _has_changed(self, seen: int, seconds: float) -> bool:
        """Wait for a change, for so long at most."""
        try:
            await self._world.wait_for(lambda: self._world.changes != seen, seconds)
        except TimeoutError:
            return False
        return True

    def _next(self) -> datetime | None:
        ends = (ticket.end_time for ticket in self._awaited())
        appearances = (medium.available_at for medium in self._unannounced())
        return min(chain(ends, appearances, self._world.limit.frees_at()), default=None)

    def _awaited(self) -> Iterator[Ticket]:
        return (one for one in self._world.tickets.values() if one.step in {Step.INVITED, Step.OPENED})

    def _unannounced(self) -> Iterator[Medium]:
        """Yield recordings for which no webhook was sent yet; a photo has its webhook as soon as it is taken."""
        announced = {event.object_id for event in self._world.events if event.object == "media"}
        sessions: list[Ticket | Conference] = [*self._world.tickets.values(), *self._world.conferences.values()]
        return (
            medium
            for session in sessions
            for medium in session.media
            if _appears_later(medium) and medium.id not in announced
        )


def _appears_later(medium: Medium) -> bool:
    return medium.available_at > medium.created

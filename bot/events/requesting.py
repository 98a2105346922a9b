"""Requests the job that sends a session's events: at once, and again where a process died before it had done so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.jobs.queue import Queue
from bot.model.errors import StoreUnavailable
from bot.model.session import Session
from bot.model.timing import EventTiming
from bot.repeating import repeat
from bot.store.events import EventOutbox


class EventRequests:
    """Requests jobs beside what people wait for: that an event is to be sent was recorded with the session's state."""

    def __init__(self, outbox: EventOutbox, queue: Queue, timing: EventTiming) -> None:
        self._outbox = outbox
        self._queue = queue
        self._timing = timing
        self._under_way: set[asyncio.Task[None]] = set()

    def note(self, session: Session) -> None:
        """Have the events of a session sent, which has just come into a state."""
        task = asyncio.create_task(self._request(session.requester.conversation.team, session.id))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    @asynccontextmanager
    async def repaired(self) -> AsyncIterator[None]:
        """Request now and then, until left, what is due and may have no job."""
        repairing = asyncio.create_task(repeat("events", self._request_due, every=self._timing.repaired_every))
        try:
            yield
        finally:
            repairing.cancel()
            await asyncio.wait([repairing, *self._under_way], timeout=1)

    async def _request_due(self) -> None:
        for team, session_id in await self._outbox.due(time.time() - self._timing.repaired_every):
            await self._queue.request_events(team, session_id)

    async def _request(self, team: str, session_id: str) -> None:
        with suppress(StoreUnavailable):  # it is repaired
            await self._queue.request_events(team, session_id)

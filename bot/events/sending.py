"""Sends the events of a session in their order, each until the receiver has accepted it, or for a day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bot.events.event import completed, happened_at, type_of
from bot.events.receiver import NotAccepted, Receiver
from bot.log import get_logger
from bot.model.errors import NewerRecord, TryLater, Unreadable
from bot.model.timing import EventTiming
from bot.store.events import EventOutbox, WaitingEvent
from bot.store.sessions.store import Sessions

# A receiver that hangs holds so many of a worker's hundred places at most.
_AT_ONCE = 8
_ASKED_AGAIN_AFTER = 1.0

log = get_logger(__name__)


class EventSender:
    """Sends events; `count` is called with the type of each, and what became of it."""

    def __init__(
        self,
        outbox: EventOutbox,
        sessions: Sessions,
        receiver: Receiver,
        *,
        count: Callable[[str, str], None],
        timing: EventTiming,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._outbox = outbox
        self._sessions = sessions
        self._receiver = receiver
        self._count = count
        self._timing = timing
        self._clock = clock
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._is_refusing = False

    async def send(self, team: str, session_id: str) -> None:
        """Send what waits of a session, one process at a time; raises `TryLater` where it is to be tried again."""
        while (event := await self._outbox.first(team, session_id)) is not None:
            now = self._clock()
            if now >= happened_at(event.body) + self._timing.kept_for:
                await self._drop(event)
                continue
            # What is due later than any pause was postponed before the clock was set back.
            if now < event.due <= now + self._timing.longest_pause:
                raise TryLater(event.due - now)
            await self._send_one(event)

    async def _send_one(self, event: WaitingEvent) -> None:
        if self._places.locked():
            raise TryLater(_ASKED_AGAIN_AFTER)
        async with self._places:
            try:
                session = await self._sessions.get(event.team, event.session_id)
                if session is None:  # it was forgotten, and so are its events
                    await self._outbox.clear(event.team, event.session_id)
                    return
                await self._receiver.post(completed(event.body, session))
            except (NotAccepted, Unreadable, NewerRecord) as error:
                raise TryLater(await self._postponed(event, error)) from error
        await self._outbox.remove(event, at=self._clock())
        self._count(type_of(event.body), "sent")
        if self._is_refusing:
            log.info("events_accepted_again")
            self._is_refusing = False

    async def _postponed(self, event: WaitingEvent, error: Exception) -> float:
        """Note that an event was not accepted; return after how many seconds to try again, twice as many each time."""
        doubled = self._timing.first_pause * 2.0 ** min(event.tries, 30)
        pause = min(doubled, self._timing.longest_pause)
        await self._outbox.postpone(event, due=self._clock() + pause)
        self._count(type_of(event.body), "refused")
        reason = str(error) if isinstance(error, NotAccepted) else type(error).__name__
        if not self._is_refusing:
            log.warning("events_not_accepted", reason=reason)
            self._is_refusing = True
        return pause

    async def _drop(self, event: WaitingEvent) -> None:
        await self._outbox.remove(event, at=self._clock())
        self._count(type_of(event.body), "dropped")
        log.error("event_dropped", session=event.session_id, type=type_of(event.body))

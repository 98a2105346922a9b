"""Looking at all open sessions at once: one list of each kind, however many there are and wherever they are."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.errors import KnownError
from bot.log import get_logger
from bot.model import Kind, Session
from bot.services.forgetting import Forgetting
from bot.services.noticing import Noticer, silently_closed
from bot.services.nudging import Nudger
from bot.services.rooms import Following
from bot.store.journeys import Journeys
from bot.store.sessions import Sessions

# How far Apizee's clock and ours may differ when sessions are asked for by their time.
_CLOCKS_DIFFER_BY = timedelta(minutes=2)
GIVEN_UP_AFTER = timedelta(days=1)
"""So long after its end a session that Apizee still calls open is taken for closed."""
RARER_WITH_WEBHOOKS = 10
# The next round must find the look due, however punctual it is.
_A_LITTLE_EARLIER = 0.9

log = get_logger(__name__)

ListRooms = Callable[[Sequence[Session], datetime], Awaitable[Mapping[str, Session]]]
"""Asks for all rooms since a time, as far as it takes to find those of the sessions; answers them by session id."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a round is made; with webhooks, Apizee is asked in one of ten rounds at most."""

    every: timedelta

    def until_next_look(self, *, webhooks: bool) -> timedelta:
        """For how long Apizee need not be asked."""
        return self.every * _A_LITTLE_EARLIER * (RARER_WITH_WEBHOOKS if webhooks else 1)

    def is_overdue(self, session: Session, *, now: float) -> bool:
        """Whether so long nothing was heard of a session that a webhook may have been lost."""
        heard = max(session.seen_at, session.created_at)
        return now - heard >= self.until_next_look(webhooks=True).total_seconds()


class Looker:
    """Makes the rounds; by one caller at a time."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        journeys: Journeys,
        lists: Mapping[Kind, ListRooms],
        noticer: Noticer,
        nudger: Nudger,
        forgetting: Forgetting,
        following: Following,
        pace: Pace,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._journeys = journeys
        self._lists = lists
        self._noticer = noticer
        self._nudger = nudger
        self._forgetting = forgetting
        self._following = following
        self._pace = pace
        self._clock = clock

    async def round(self) -> None:
        """Bring all open sessions up to date, tell untold ends, nudge, forget; may raise `TryLater`."""
        followed = await self._sessions.followed()
        for session in followed:
            if not session.state.is_open:
                await self._following.draw(session.asker.place.team, session.id)
        started = [one for one in followed if one.state.is_open and one.remote_id and one.progress.links_told]
        if started and await self._is_due(started):
            await self._look_at(started)
        await self._nudger.nudge(started)
        await self._forgetting.sweep()

    async def _is_due(self, sessions: Sequence[Session]) -> bool:
        webhooks = await self._journeys.are_coming()
        if webhooks and not any(self._pace.is_overdue(session, now=self._clock()) for session in sessions):
            return False
        return await self._journeys.may_look(again_after=self._pace.until_next_look(webhooks=webhooks))

    async def _look_at(self, sessions: Sequence[Session]) -> None:
        try:
            for kind in Kind:
                if mine := [session for session in sessions if session.kind is kind]:
                    await self._compare(kind, mine)
        except KnownError as error:
            # Where the budget is short, people come first: the next round will do.
            log.warning("looked_in_vain", reason=type(error).__name__)
            await self._journeys.looked_in_vain(type(error).__name__, at=self._clock())

    async def _compare(self, kind: Kind, sessions: Sequence[Session]) -> None:
        begun = self._clock()
        seen = await self._lists[kind](sessions, _since(sessions))
        for session in sessions:
            if session.id not in seen:
                # What a list leaves out may still be there: its own reading decides.
                await self._following.look(session.asker.place.team, session.id)
            else:
                await self._noticer.notice(session, self._judged(seen[session.id]), at=begun)
        log.info("looked", kind=kind, open=len(sessions), seen=len(seen))

    def _judged(self, seen: Session) -> Session:
        ends_at = seen.ended_at or datetime.fromtimestamp(seen.created_at, UTC)
        over = datetime.fromtimestamp(self._clock(), UTC) > ends_at + GIVEN_UP_AFTER
        return silently_closed(seen) if over and seen.state.is_open else seen


def _since(sessions: Iterable[Session]) -> datetime:
    oldest = min(session.created_at for session in sessions)
    return datetime.fromtimestamp(oldest, UTC) - _CLOCKS_DIFFER_BY

"""Looking at all open sessions at once: one list of each kind, however many there are and wherever they are."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.apizee.errors import NotSent, Refused, SignInFailed, Unreachable
from bot.errors import KnownError
from bot.log import get_logger
from bot.model import Kind, Session, Trouble
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
_HANDED_OVER_WITHIN = 60.0
# The next round must find the look due, however punctual it is.
_A_LITTLE_EARLIER = 0.9

log = get_logger(__name__)

ListRooms = Callable[[Sequence[Session], datetime], Awaitable[Mapping[str, Session]]]
"""Asks for all rooms since a time, as far as it takes to find those of the sessions; answers them by session id."""


class Starts(Protocol):
    """Where starts are handed over."""

    async def is_handed_over(self, session_id: str) -> bool:
        """Whether somebody is to start a session, or does."""
        ...


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
        starts: Starts,
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
        self._has_just_begun = True
        self._starts = starts
        self._pace = pace
        self._clock = clock

    async def round(self) -> None:
        """Bring all open sessions up to date, tell untold ends, nudge, forget; may raise `TryLater`."""
        followed = await self._sessions.followed()
        for session in followed:
            if not session.state.is_open:
                await self._following.draw(session.asker.place.team, session.id)
            elif await self._is_stranded(session):
                log.warning("stranded", team=session.asker.place.team, session=session.id)
                await self._sessions.forget(session)
        started = _started(followed)
        if started and (self._has_just_begun or await self._is_due(started)):
            # Webhooks that came while nobody was there to hear them are lost: who has just begun looks at once.
            await self._look_at(started)
        self._has_just_begun = False
        await self._nudger.nudge(started)
        await self._forgetting.sweep()

    async def catch_up(self) -> None:
        """Read all open sessions, where many webhooks leave too few requests to read one each; may raise `TryLater`."""
        await self._compare_all(_started(await self._sessions.followed()))

    async def _is_stranded(self, session: Session) -> bool:
        """Whether it was written down and never handed over: then nobody was told that it was taken in."""
        was_begun = session.progress.card_begun or session.progress.links_told
        is_old = self._clock() - session.created_at >= _HANDED_OVER_WITHIN
        return is_old and not was_begun and not await self._starts.is_handed_over(session.id)

    async def _is_due(self, sessions: Sequence[Session]) -> bool:
        webhooks = await self._journeys.are_coming()
        if webhooks and not any(self._pace.is_overdue(session, now=self._clock()) for session in sessions):
            return False
        return await self._journeys.may_look(again_after=self._pace.until_next_look(webhooks=webhooks))

    async def _look_at(self, sessions: Sequence[Session]) -> None:
        try:
            for missing in await self._compare_all(sessions):
                # What a list leaves out may still be there: its own reading decides.
                await self._following.look(missing.asker.place.team, missing.id)
        except KnownError as error:
            # Where the budget is short, people come first: the next round will do.
            trouble = _trouble(error)
            log.warning("looked_in_vain", trouble=trouble)
            await self._journeys.looked_in_vain(trouble, at=self._clock())

    async def _compare_all(self, sessions: Sequence[Session]) -> list[Session]:
        """Write down what Apizee says of them; answers those of which it says nothing."""
        missing: list[Session] = []
        for kind in Kind:
            if mine := [session for session in sessions if session.kind is kind]:
                missing += await self._compare(kind, mine)
        return missing

    async def _compare(self, kind: Kind, sessions: Sequence[Session]) -> list[Session]:
        begun = self._clock()
        seen = await self._lists[kind](sessions, _since(sessions))
        for session in sessions:
            if session.id in seen:
                await self._noticer.notice(session, self._judged(seen[session.id]), at=begun)
        log.info("looked", kind=kind, open=len(sessions), seen=len(seen))
        return [session for session in sessions if session.id not in seen]

    def _judged(self, seen: Session) -> Session:
        ends_at = seen.ended_at or datetime.fromtimestamp(seen.created_at, UTC)
        over = datetime.fromtimestamp(self._clock(), UTC) > ends_at + GIVEN_UP_AFTER
        return silently_closed(seen) if over and seen.state.is_open else seen


def _started(sessions: Iterable[Session]) -> list[Session]:
    return [one for one in sessions if one.state.is_open and one.remote_id and one.progress.links_told]


def _trouble(error: KnownError) -> Trouble:
    match error:
        case Refused():
            return Trouble.REFUSED
        case SignInFailed():
            return Trouble.SIGN_IN
        case NotSent() if not isinstance(error, Unreachable):
            return Trouble.LIMITED
        case _:
            return Trouble.AWAY


def _since(sessions: Iterable[Session]) -> datetime:
    oldest = min(session.created_at for session in sessions)
    return datetime.fromtimestamp(oldest, UTC) - _CLOCKS_DIFFER_BY

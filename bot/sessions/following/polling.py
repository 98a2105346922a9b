"""Poll all open sessions at once: one list of each kind, however many there are and in whichever workspace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.apizee.errors import NotSent, Refused, SignInFailed, Unreachable
from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import KnownError, TryLater
from bot.model.session import Kind, Session, Trouble
from bot.model.timing import FollowTiming
from bot.sessions.following.erasure import Forgetting
from bot.sessions.following.isolation import alone
from bot.sessions.following.listing import READ_SINGLY_AT_MOST, Compared, Lists
from bot.sessions.following.reminders import Reminders
from bot.sessions.following.sync import SessionSync, closed_without_notice
from bot.sessions.provider import VideoProvider
from bot.store.polling_state import PollingState
from bot.store.sessions.store import Sessions
from bot.store.timeline import Timeline

RARER_WITH_WEBHOOKS = 10
# The next round must find Apizee's turn due, however punctual it is.
_A_LITTLE_EARLIER = 0.9

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PollSchedule:
    """Says how often to poll; while webhooks arrive, Apizee is asked in one of ten rounds at most."""

    every: timedelta

    def until_next_poll(self, *, webhooks: bool) -> timedelta:
        """Return for how long Apizee need not be asked."""
        return self.every * _A_LITTLE_EARLIER * (RARER_WITH_WEBHOOKS if webhooks else 1)

    def is_overdue(self, session: Session, *, now: float) -> bool:
        """Return whether a session was not seen for so long that a webhook may have been lost.

        What was seen long after `now` was seen before the clock was set back: then nobody knows.
        """
        seen = max(session.seen_at, session.created_at)
        return abs(now - seen) >= self.until_next_poll(webhooks=True).total_seconds()


class Poller:
    """Polls Apizee in rounds; has one caller at a time."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        timeline: Timeline,
        state: PollingState,
        providers: Mapping[Kind, VideoProvider],
        sync: SessionSync,
        reminders: Reminders,
        forgetting: Forgetting,
        queue: Queue,
        schedule: PollSchedule,
        timing: FollowTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._timeline = timeline
        self._state = state
        self._lists = Lists(providers, state, clock=timeline.now, on_seen=self._on_seen)
        self._sync = sync
        self._reminders = reminders
        self._forgetting = forgetting
        self._queue = queue
        self._has_just_begun = True
        self._schedule = schedule
        self._timing = timing or FollowTiming()
        self._clock = clock

    async def poll(self) -> None:
        """Bring all open sessions up to date, show ends that were not shown, remind, forget; raises `StoreUnavailable`.

        A step that fails costs only itself.
        """
        await self._state.poll_begun()
        followed = await self._sessions.followed()
        for session in followed:
            await alone("end", self._finish(session), team=session.requester.conversation.team, session=session.id)
        started = _started(followed)
        if started:
            await alone("compare all", self._compare_if_due(started))
        self._has_just_begun = False
        await alone("remind", self._reminders.remind(started))
        await alone("forget", self._forgetting.sweep())

    async def poll_all(self) -> None:
        """Read open sessions by their lists, where webhooks leave too few requests to read one each.

        May raise `TryLater`. What is not found in a few pages is left to the next round.
        """
        compared = await self._compare_all(_started(await self._sessions.followed()))
        if any(one.unseen for one in compared):
            await self._state.request_poll()
        for one in compared:
            if isinstance(one.trouble, TryLater):
                raise one.trouble

    async def _finish(self, session: Session) -> None:
        if not session.state.is_open:
            await self._queue.request_redraw(session.requester.conversation.team, session.id)
        elif await self._is_orphaned(session):
            log.warning("session_orphaned", team=session.requester.conversation.team, session=session.id)
            await self._sessions.forget(session)

    async def _is_orphaned(self, session: Session) -> bool:
        """Return whether it was recorded and never queued: then Slack said that the command failed."""
        was_begun = session.progress.card_begun or session.progress.links_sent
        # It may be far in the future where the clock was set back since.
        is_old = abs(self._clock() - session.created_at) >= self._timing.handed_over_within.total_seconds()
        return is_old and not was_begun and not await self._queue.is_handed_over(session.id)

    async def _compare_if_due(self, sessions: Sequence[Session]) -> None:
        # Webhooks that came while no process was there are lost: a process that has just begun asks at once.
        if self._has_just_begun or await self._is_due(sessions):
            await self._catch_up(sessions)

    async def _is_due(self, sessions: Sequence[Session]) -> bool:
        is_requested, webhooks = await self._state.is_requested(), await self._timeline.are_coming()
        if (
            webhooks
            and not is_requested
            and not any(self._schedule.is_overdue(one, now=self._clock()) for one in sessions)
        ):
            return False
        return (
            await self._timeline.may_poll(again_after=self._schedule.until_next_poll(webhooks=webhooks)) or is_requested
        )

    async def _catch_up(self, sessions: Sequence[Session]) -> None:
        compared = await self._compare_all(sessions)
        if not any(one.is_cut_short for one in compared):
            await self._read_singly([session for one in compared for session in one.unseen])
        for error in [one.trouble for one in compared if one.trouble][:1]:
            # Where the budget is short, people come first: the next round will do.
            trouble = _trouble(error)
            log.warning("poll_failed", trouble=trouble)
            await self._timeline.poll_failed(trouble, at=self._clock())

    async def _read_singly(self, unseen: Sequence[Session]) -> None:
        """Have those read singly that the pages left out, which may still be there; who waited longest first."""
        chosen = (await self._state.longest_unseen(unseen))[:READ_SINGLY_AT_MOST]
        for session in chosen:
            await self._queue.request_sync(session.requester.conversation.team, session.id)
        await self._state.seen(chosen, by=await self._state.begin())

    async def _compare_all(self, sessions: Sequence[Session]) -> list[Compared]:
        """Record what Apizee's lists say of them."""
        compared: list[Compared] = []
        by_kind: dict[Kind, list[Session]] = {}
        for session in sessions:
            by_kind.setdefault(session.kind, []).append(session)
        for kind, mine in by_kind.items():
            await alone("compare", self._compare(kind, mine, compared), kind=kind)
        unseen = {session.id for one in compared for session in one.unseen}
        seen = [session for session in sessions if session.id not in unseen]
        await self._state.seen(seen, by=await self._state.begin())
        return compared

    async def _compare(self, kind: Kind, sessions: Sequence[Session], compared: list[Compared]) -> None:
        compared.append(await self._lists.compare(kind, sessions))

    async def _on_seen(self, session: Session, seen: Session, at: float) -> None:
        await self._sync.apply(session, self._judged(seen), at=at)

    def _judged(self, seen: Session) -> Session:
        ends_at = seen.remote.ended_at or datetime.fromtimestamp(seen.created_at, UTC)
        over = datetime.fromtimestamp(self._clock(), UTC) > ends_at + self._timing.given_up_after
        return closed_without_notice(seen) if over and seen.state.is_open else seen


def _started(sessions: Iterable[Session]) -> list[Session]:
    return [one for one in sessions if one.state.is_open and one.remote.id and one.progress.links_sent]


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

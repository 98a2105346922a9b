"""Keeps plans: the card, the one job of each planned session, and its beginning, which happens once."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import StaleRecord, TryLater
from bot.model.messages import Message
from bot.model.session import Session, State
from bot.sessions.cards import Cards
from bot.sessions.planned import steps
from bot.sessions.planned.people import agent_of, first_reached, planner_of
from bot.sessions.views import planned
from bot.slack.client import Slack
from bot.store.sessions.store import Sessions

log = get_logger(__name__)


class Plans:
    """Plans sessions and begins them; agents are reminded so long `before` the time."""

    def __init__(
        self,
        sessions: Sessions,
        slack: Slack,
        cards: Cards,
        queue: Queue,
        *,
        before: timedelta,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._cards = cards
        self._queue = queue
        self._before = before
        self._clock = clock

    def due(self, session: Session) -> steps.Due:
        """Return what is to be done about a session now."""
        return steps.due(session, self._clock(), before=self._before)

    async def set_up(self, session: Session) -> None:
        """Post the card of a planned session and add its job; may be called again after any failure.

        Raises `SlackError` where Slack takes no card, and `StaleRecord` where another process went on meanwhile.
        """
        session = await self._cards.post(session)
        try:
            session = await self._sessions.write(session, session)
        except StaleRecord:
            await self._cards.keep_one(session)
            raise
        if session.invitation.for_user:
            await first_reached(self._slack, [agent_of(session)], planned.for_colleague(session))
        await self.schedule(session)
        await self._sessions.update(session, _set_up)
        log.info("session_planned", session=session.id, kind=session.kind)

    async def schedule(self, session: Session) -> None:
        """Put the one job of a planned session where its plan says, in the place of the one it had.

        Of several who do so at once the last one finds the plan as it is in the end.
        """
        team = session.requester.conversation.team
        latest: Session | None = session
        while latest and latest.state is State.PLANNED and (plan := latest.plan):
            moment = steps.next_moment(plan, before=self._before)
            await self._queue.plan(team, session.id, after=timedelta(seconds=moment - self._clock()))
            latest = await self._sessions.get(team, session.id)
            if latest and latest.plan == plan:
                break

    async def begin(self, session: Session, *, at: float | None = None) -> Session:
        """Begin a planned session, unless somebody has begun, cancelled or moved it; returns it as it is then.

        With `at` it begins only if it is still planned for that time. One that a dead process began is handed over.
        """
        team, now = session.requester.conversation.team, self._clock()

        def claimed(latest: Session) -> Session:
            is_meant = at is None or (latest.plan is not None and latest.plan.at == at)
            return steps.begin(latest, now) if latest.state is State.PLANNED and is_meant else latest

        latest = await self._sessions.change(team, session.id, claimed)
        if self.due(latest) is not steps.Due.HAND_OVER:
            return latest
        if latest.created_at == now:
            # Before the job is there, which shows what comes next.
            with suppress(TryLater):
                await self._cards.update(latest)
        await self._queue.start_planned(team, session.id, begun_at=latest.created_at)
        return latest

    async def explain(self, failed: Session, why: Message) -> None:
        """Say why a planned session did not start to who planned it, or to its agent where they have left."""
        people = dict.fromkeys([planner_of(failed), agent_of(failed)])
        await first_reached(self._slack, people, planned.did_not_start(failed, why))

    async def show(self, session: Session) -> None:
        """Request that the card shows a session as it is."""
        await self._queue.request_redraw(session.requester.conversation.team, session.id)

    async def drop(self, session: Session) -> None:
        """Take the job of a session that is no longer planned off the queue."""
        await self._queue.drop_plan(session.id)

    def is_overdue(self, session: Session) -> bool:
        """Return whether a planned session that began is not to be started any more without a word of its agent."""
        return steps.is_overdue(session, self._clock())

    async def hold(self, session: Session) -> None:
        """Have the agent of a session asked that began too long ago."""
        await self.schedule(await self._sessions.write(session, steps.held(session)))


def _set_up(latest: Session) -> Session:
    return latest.with_progress(links_sent=True) if latest.state is State.PLANNED else latest

"""Takes an assistance over: of all sessions that would, one gets the customer, and the former card says whose."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot.jobs.queue import Queue
from bot.model.errors import NoSession, NothingToTakeOver
from bot.model.session import Session
from bot.sessions.invitation_limit import SURELY_NOT_INVITED
from bot.store.sessions.store import Sessions


class TakingOver:
    """Records with a session who has its customer now, in a session of their own."""

    def __init__(self, sessions: Sessions, queue: Queue) -> None:
        self._sessions = sessions
        self._queue = queue

    async def claim(self, session: Session) -> None:
        """Claim the customer before they are invited again; does nothing for a session that takes none over.

        Raises `NothingToTakeOver` where another session was first.
        """
        former = session.invitation.takes_over
        if not former:
            return
        team, user = session.requester.conversation.team, session.requester.user

        def claimed(latest: Session) -> Session:
            return latest if latest.taken_over_in else replace(latest, taken_over_by=user, taken_over_in=session.id)

        with suppress(NoSession):  # forgotten meanwhile
            if (await self._sessions.change(team, former, claimed)).taken_over_in != session.id:
                raise NothingToTakeOver

    async def show(self, session: Session) -> None:
        """Have the former card say how it ended: whose the customer is now, or nothing where nobody was invited."""
        former = session.invitation.takes_over
        if not former:
            return
        team = session.requester.conversation.team

        def given_back(latest: Session) -> Session:
            is_ours = latest.taken_over_in == session.id
            return replace(latest, taken_over_by="", taken_over_in="") if is_ours else latest

        with suppress(NoSession):
            if session.problem in SURELY_NOT_INVITED:
                await self._sessions.change(team, former, given_back)
            await self._queue.request_redraw(team, former)

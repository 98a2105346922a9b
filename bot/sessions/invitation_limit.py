"""Limits how many people one person invites in an hour: checked before the card, given back if nobody was invited."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from bot.log import get_logger
from bot.model.errors import InvitationsUsedUp
from bot.model.session import Problem, Session
from bot.store.people.invitations import InvitationCounter

SURELY_NOT_INVITED: Final = frozenset({Problem.REFUSED, Problem.UNREACHABLE, Problem.SIGN_IN, Problem.NOT_STARTED})
"""Why a session failed whose people Apizee has certainly not invited: they do not count."""

log = get_logger(__name__)


class InvitationLimit:
    """Lets sessions start while their requester may invite their people."""

    def __init__(self, counter: InvitationCounter, *, clock: Callable[[], float] = time.time) -> None:
        self._counter = counter
        self._clock = clock

    async def check(self, session: Session) -> None:
        """Count the people of a session once; raises `InvitationsUsedUp` where not all of them may be invited.

        A session whose card or invitation was begun has been counted: its invitation is not stopped half way.
        """
        if session.progress.card_begun is not None or session.progress.invitation_begun is not None:
            return
        people = _people(session)
        if refused := await self._counter.count(session.requester, session.id, people):
            log.info("invitations_used_up", session=session.id, limit=refused.limit)
            goes_on_at = None if refused.seconds is None else self._clock() + refused.seconds
            raise InvitationsUsedUp(
                limit=refused.limit, people=people, goes_on_at=goes_on_at, timezone=session.timezone
            )

    async def give_back(self, session: Session) -> None:
        """Take a session out of the count if it is certain that nobody was invited."""
        await self._counter.give_back(session.requester, session.id, _people(session))


def _people(session: Session) -> int:
    return len(session.invitation.contacts) + len(session.invitation.colleagues)

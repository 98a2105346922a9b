"""Starts a session from another one, by a button away from its channel: on the Home, in lists."""

from __future__ import annotations

from dataclasses import replace

from bot.deferred.kinds.home_requests import InviteAgain, TakeOver
from bot.deferred.requests import DeferredRequest
from bot.model.errors import NoSession
from bot.policy.policy import Policy, Subject
from bot.sessions.intake import Intake
from bot.store.sessions.store import Sessions


class StartsFromElsewhere:
    """Takes over and invites again, for who may see the session by being in its channel."""

    def __init__(self, sessions: Sessions, policy: Policy, intake: Intake) -> None:
        self._sessions = sessions
        self._policy = policy
        self._intake = intake

    async def start(self, deferred: DeferredRequest, request: TakeOver | InviteAgain) -> None:
        """Start the session in the channel of the other one; run again, it finds the first one.

        Raises `NoSession`, `NotAllowed`, and what the intake raises.
        """
        requester, session_ref = deferred.requester, request.session_ref
        session = await self._sessions.get(requester.conversation.team, session_ref.session_id)
        if session is None:
            raise NoSession
        there = replace(requester, conversation=session.requester.conversation)
        await self._policy.ask(request.act, there, Subject.of(session), from_elsewhere=True)
        start = self._intake.take_over if isinstance(request, TakeOver) else self._intake.invite_again
        await start(there, session_ref, delivery=f"start {deferred.id}")

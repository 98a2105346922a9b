"""Taking in what people ask for: written down and handed to the workers before Slack gets its answer.

Once a method here returns, a crash at any line loses nothing. Each takes two round trips to Redis.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Coroutine
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import replace
from typing import Any

from bot.deferred.requests import DeferredRequest, Request
from bot.grammar import StartAssistance, StartMeeting, check_invitable
from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import NoSession, StoreTimeout, StoreUnavailable
from bot.model.people import Requester
from bot.model.session import OUR_REFERENCE, Invitation, Kind, Session
from bot.model.targets import SessionRef
from bot.model.timing import AnswerTiming
from bot.sessions.admission import AckGate
from bot.store.deferred import DeferredRequests
from bot.store.sessions.store import Sessions

# Patience is used up in steps: where this process itself is busy, they take longer, and no answer that came is missed.
_STEPS = 20

log = get_logger(__name__)


class Intake:
    """The way in. `delivery` names one delivery of Slack's: the same one again leads to nothing new.

    `countries` are those whose numbers may be invited, all where there are none: whatever starts a session raises
    `NotUnderstood` for other numbers, and for those that are never invited.
    Raises `StoreUnavailable` where nothing was taken in, and `StoreTimeout` where that is not certain.
    """

    def __init__(
        self,
        sessions: Sessions,
        deferred: DeferredRequests,
        queue: Queue,
        gate: AckGate,
        timing: AnswerTiming | None = None,
        *,
        countries: AbstractSet[str] = frozenset(),
    ) -> None:
        self._sessions = sessions
        self._deferred = deferred
        self._queue = queue
        self._gate = gate
        self._countries = countries
        self._patience = (timing or AnswerTiming()).redis_at_most

    async def start_assistance(self, requester: Requester, request: StartAssistance, *, delivery: str) -> None:
        """Have a customer invited."""
        session = Session(
            invitation=Invitation(contacts=(request.contact,), reference=request.reference),
            id=_new_id(),
            kind=Kind.ASSISTANCE,
            requester=requester,
            created_at=time.time(),
        )
        await self._in_time(self._start(session, delivery))

    async def start_meeting(self, requester: Requester, request: StartMeeting, *, delivery: str) -> None:
        """Have a meeting made and its guests invited."""
        session = Session(
            invitation=Invitation(
                contacts=request.contacts, colleagues=request.colleagues, name=request.name, moderated=request.moderated
            ),
            id=_new_id(),
            kind=Kind.MEETING,
            requester=requester,
            created_at=time.time(),
        )
        await self._in_time(self._start(session, delivery))

    async def invite_again(self, requester: Requester, session_ref: SessionRef, *, delivery: str) -> None:
        """Have the people of a session invited once more, where it was; raises `NoSession` where it is forgotten."""
        await self._in_time(self._again(requester, session_ref, delivery))

    async def defer(self, requester: Requester, request: Request, *, delivery: str) -> None:
        """Have something looked up or done for one person after the acknowledgement."""
        deferred = DeferredRequest(_new_id(), request, requester, time.time())
        await self._in_time(self._run(deferred, delivery))

    async def _again(self, requester: Requester, session_ref: SessionRef, delivery: str) -> None:
        first = await self._sessions.get(requester.conversation.team, session_ref.session_id)
        if first is None:
            raise NoSession
        session = Session(
            invitation=Invitation(
                contacts=first.invitation.contacts,
                colleagues=first.invitation.colleagues,
                name=first.invitation.name,
                moderated=first.invitation.moderated,
                reference=_own_reference(first),
                duplicate_confirmed=True,
            ),
            id=_new_id(),
            kind=first.kind,
            requester=replace(requester, conversation=first.requester.conversation),
            created_at=time.time(),
        )
        await self._start(session, delivery)

    async def _start(self, session: Session, delivery: str) -> None:
        check_invitable(session.invitation.contacts, self._countries)
        team = session.requester.conversation.team
        first = await self._sessions.record(session, delivery=delivery)
        await self._queue.start_session(team, first)
        if first != session.id:
            log.info("delivered_again", team=team, session=first)

    async def _run(self, deferred: DeferredRequest, delivery: str) -> None:
        team = deferred.requester.conversation.team
        first = await self._deferred.record(deferred, delivery=delivery)
        await self._queue.run_deferred_request(team, first)
        if first != deferred.id:
            log.info("delivered_again", team=team, request=first)

    async def _in_time(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it when its turn comes; patience with Redis begins only then."""
        with closing(work):
            try:
                async with self._gate:
                    await _done_in_ticks(work, self._patience)
            except TimeoutError as error:
                raise StoreUnavailable from error


async def _done_in_ticks(work: Coroutine[Any, Any, None], seconds: float) -> None:
    try:
        async with asyncio.timeout(None) as limit:
            with closing(_BusyTolerantTimeout(limit, seconds)):
                await work
    except TimeoutError as error:
        raise StoreTimeout from error
    except StoreUnavailable as error:
        if isinstance(error.__cause__, TimeoutError):
            raise StoreTimeout from error
        raise


class _BusyTolerantTimeout:
    """Ends a wait once it is used up."""

    def __init__(self, limit: asyncio.Timeout, seconds: float) -> None:
        self._limit = limit
        self._step_seconds = seconds / _STEPS
        self._steps = _STEPS
        self._next = self._step_later()

    def close(self) -> None:
        """Stop counting."""
        self._next.cancel()

    def _step_later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._step_seconds, self._step)

    def _step(self) -> None:
        self._steps -= 1
        if self._steps:
            self._next = self._step_later()
        else:
            self._limit.reschedule(0)


def _own_reference(session: Session) -> str | None:
    """The reference that somebody gave: one that names a card is that card's alone."""
    reference = session.invitation.reference or ""
    is_ours = session.kind is Kind.MEETING or reference.startswith(OUR_REFERENCE)
    return None if is_ours else reference or None


def _new_id() -> str:
    return secrets.token_hex(8)

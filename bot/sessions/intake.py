"""Takes in what people ask for: recorded and added to the queue before Slack gets its answer.

Once a method here returns, a crash at any line loses nothing.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from bot.deferred.requests import DeferredRequest, Request
from bot.grammar import StartAssistance, StartMeeting, check_invitable
from bot.jobs.handover import Handover
from bot.log import get_logger
from bot.model.acts import Refusal
from bot.model.errors import NoSession, NotAllowed, NothingToTakeOver
from bot.model.people import Requester
from bot.model.session import OUR_REFERENCE, Invitation, Kind, Session, State
from bot.model.session.plans import Plan
from bot.model.session.steps import StepExecution
from bot.model.targets import ModalRef, SessionRef
from bot.model.timing import AnswerTiming
from bot.store.server.answer_timeout import answered_within
from bot.store.server.time_limit import TimeLimit
from bot.store.sessions.store import Sessions

log = get_logger(__name__)


class Intake:
    """Records what is asked for and adds it to the queue; the same `delivery` of Slack's again leads to nothing new.

    `countries` are those whose numbers may be invited, all where there are none: whatever starts a session raises
    `NotUnderstood` for other numbers, and for those that are never invited.
    Raises `StoreUnavailable` where nothing was taken in, and `StoreTimeout` where that is not certain.
    """

    def __init__(
        self,
        sessions: Sessions,
        handover: Handover,
        timing: AnswerTiming | None = None,
        *,
        countries: AbstractSet[str] = frozenset(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._handover = handover
        self._countries = countries
        self._clock = clock
        self._redis_limit = TimeLimit((timing or AnswerTiming()).redis_at_most)

    async def start_by_step(
        self, requester: Requester, request: StartAssistance | StartMeeting, step: StepExecution
    ) -> None:
        """Record and queue what a workflow's step starts: each of its runs once."""
        delivery = f"step:{step.id}"
        if isinstance(request, StartAssistance):
            await self.start_assistance(requester, request, delivery=delivery, step=step)
        else:
            await self.start_meeting(requester, request, delivery=delivery, step=step)

    async def start_assistance(
        self, requester: Requester, request: StartAssistance, *, delivery: str, step: StepExecution | None = None
    ) -> None:
        """Record and queue that a customer is invited, now or at the time that is given.

        `step` waits for what comes of it.
        """
        invitation = Invitation(
            contacts=(request.contact,),
            reference=request.reference,
            for_user=_unless(requester.user, request.colleague),
            by_link=request.by_link,
        )
        async with answered_within(self._redis_limit):
            session = self._session(Kind.ASSISTANCE, requester, invitation, at=request.at, step=step)
            await self._start(session, delivery)

    async def start_meeting(
        self, requester: Requester, request: StartMeeting, *, delivery: str, step: StepExecution | None = None
    ) -> None:
        """Record and queue that a meeting is created and its guests invited, now or at the time that is given.

        `step` waits for what comes of it.
        """
        invitation = Invitation(
            contacts=request.contacts, colleagues=request.colleagues, name=request.name, moderated=request.moderated
        )
        async with answered_within(self._redis_limit):
            session = self._session(Kind.MEETING, requester, invitation, at=request.at, step=step)
            await self._start(session, delivery)

    async def invite_again(self, requester: Requester, session_ref: SessionRef, *, delivery: str) -> None:
        """Record and queue that the people of a session are invited once more, where it was.

        Raises `NoSession` where it is forgotten, and `NotAllowed` where the requester does not see it.
        """
        async with answered_within(self._redis_limit):
            first = await self._seen(requester, session_ref)
            requester = replace(requester, conversation=first.requester.conversation)
            reference = _own_reference(first)
            # Somebody may have invited them again since a session was over: then that is said first.
            confirmed = first.state.is_open or first.remote.id is None
            # It is a start by who presses: only the requester's own one stays for the same colleague.
            for_user = first.invitation.for_user if requester.user == first.requester.user else ""
            invitation = replace(
                first.invitation,
                reference=reference,
                agent=None,
                for_user=for_user,
                takes_over="",
                duplicate_confirmed=confirmed,
            )
            await self._start(self._session(first.kind, requester, invitation), delivery)

    async def take_over(self, requester: Requester, session_ref: SessionRef, *, delivery: str) -> None:
        """Record and queue that the customer of a colleague's open assistance is invited by the requester.

        Raises `NothingToTakeOver` where it is over, theirs or taken over already, and as `invite_again` does.
        """
        async with answered_within(self._redis_limit):
            first = await self._seen(requester, session_ref)
            is_another_agents = requester.user != first.recipient.user and not first.taken_over_by
            if first.kind is not Kind.ASSISTANCE or not first.state.is_under_way or not is_another_agents:
                raise NothingToTakeOver
            requester = replace(requester, conversation=first.requester.conversation)
            invitation = replace(
                first.invitation,
                reference=_own_reference(first),
                agent=None,
                for_user="",
                takes_over=first.id,
                duplicate_confirmed=True,
            )
            await self._start(self._session(first.kind, requester, invitation), delivery)

    async def _seen(self, requester: Requester, session_ref: SessionRef) -> Session:
        """Return the session that somebody pressed a button of."""
        session = await self._sessions.get(requester.conversation.team, session_ref.session_id)
        if session is None:
            raise NoSession
        _check_seen(session, requester)
        return session

    async def defer(
        self,
        requester: Requester,
        request: Request,
        *,
        delivery: str,
        trigger_id: str = "",
        modal: ModalRef | None = None,
    ) -> None:
        """Record and queue what is looked up or done for one person after the acknowledgement.

        With `trigger_id` it is answered in a modal, and in `modal` where the person pressed a button there.
        """
        deferred = DeferredRequest(_new_id(), request, requester, self._clock(), trigger_id=trigger_id, modal=modal)
        async with answered_within(self._redis_limit):
            await self._run(deferred, delivery)

    async def _start(self, session: Session, delivery: str) -> None:
        check_invitable(session.invitation.contacts, self._countries)
        first = await self._handover.session(session, delivery=delivery)
        if first != session.id:
            log.info("delivered_again", team=session.requester.conversation.team, session=first)

    def _session(
        self,
        kind: Kind,
        requester: Requester,
        invitation: Invitation,
        *,
        at: datetime | None = None,
        step: StepExecution | None = None,
    ) -> Session:
        """Return a new session in its first version, which is planned where a time is given."""
        now = self._clock()
        plan = Plan(at=at.timestamp(), set_at=now) if at else None
        return Session(
            id=_new_id(),
            kind=kind,
            requester=requester,
            created_at=now,
            invitation=invitation,
            state=State.PLANNED if plan else State.INVITING,
            plan=plan,
            step=step,
            version=1,  # not left to the store: to copy a session takes as long as to seal it
        )

    async def _run(self, deferred: DeferredRequest, delivery: str) -> None:
        first = await self._handover.deferred_request(deferred, delivery=delivery)
        if first != deferred.id:
            log.info("delivered_again", team=deferred.requester.conversation.team, request=first)


def _check_seen(session: Session, requester: Requester) -> None:
    """Raise `NotAllowed` unless a session is the requester's own, or its card stands where they pressed the button.

    One that a colleague started for them is their own too. Whether they may start one is asked by the job.
    """
    places = {session.requester.conversation.channel, session.card.channel if session.card else ""} - {""}
    is_theirs = requester.user in {session.requester.user, session.recipient.user}
    if not is_theirs and requester.conversation.channel not in places:
        raise NotAllowed(Refusal.NOT_SEEN)


def _unless(requester: str, colleague: str | None) -> str:
    """Return the colleague for whom a session is, none where they are the requester."""
    return "" if colleague is None or colleague == requester else colleague


def _own_reference(session: Session) -> str | None:
    """Return the reference that somebody gave; one that the bot made up belongs to its own card alone."""
    reference = session.invitation.reference or ""
    return None if reference.startswith(OUR_REFERENCE) else reference or None


def _new_id() -> str:
    return secrets.token_hex(8)

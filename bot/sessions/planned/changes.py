"""Changes plans, as somebody asks who may: starts now, moves, cancels; and opens the form that moves."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.deferred.background import Background
from bot.deferred.kinds.planned import CancelPlanned, MovePlanned, PlanChange, StartPlanned
from bot.log import get_logger
from bot.model.acts import Act
from bot.model.errors import KnownError, NoSession, NotPlanned
from bot.model.messages import Message
from bot.model.people import Person, Requester
from bot.model.session import Session, State
from bot.model.targets import MessageRef, SessionRef
from bot.policy.agents import Agents
from bot.policy.policy import Policy, Subject
from bot.sessions.planned import steps
from bot.sessions.planned.people import agent_of, first_reached, planner_of
from bot.sessions.planned.plans import Plans
from bot.sessions.views import planned
from bot.slack.client import Slack
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.ids import PlanOrigin
from bot.ui.text import translator_for

log = get_logger(__name__)


class PlanChanges:
    """Changes planned sessions, once the policy was asked; each change may be made again after any failure.

    Raises `NotPlanned` where the session has started or is over.
    """

    def __init__(
        self, plans: Plans, sessions: Sessions, slack: Slack, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._plans = plans
        self._sessions = sessions
        self._slack = slack
        self._clock = clock

    async def make(self, change: PlanChange, session: Session, person: Person) -> Message | None:
        """Change a session as somebody asks; returns what they read, if anything."""
        match change:
            case StartPlanned(message_ref=message_ref):
                return await self._start_now(session, message_ref, person)
            case MovePlanned(message_ref=message_ref, at=at):
                return await self._move(session, at, message_ref, person)
            case CancelPlanned(message_ref=message_ref):
                return await self._cancel(session, message_ref, person)

    async def _start_now(self, session: Session, message_ref: MessageRef, person: Person) -> Message | None:
        # One that a dead process began on this request's behalf is handed over.
        begun = await self._plans.begin(session)
        self._check_was_planned(session)
        await self._plans.drop(begun)
        return await self._answer(begun, message_ref, person)

    async def _cancel(self, session: Session, message_ref: MessageRef, person: Person) -> Message | None:
        team = session.requester.conversation.team
        latest = await self._sessions.change(team, session.id, steps.cancelled)
        if latest.state is State.CANCELLED:
            await self._plans.show(latest)
            await self._plans.drop(latest)
        self._check_was_planned(session)
        self._check_is(State.CANCELLED, latest)
        return await self._answer(latest, message_ref, person)

    async def _move(self, session: Session, at: float, message_ref: MessageRef, person: Person) -> Message | None:
        team, now = session.requester.conversation.team, self._clock()
        latest = await self._sessions.change(team, session.id, lambda latest: steps.moved(latest, at, now))
        self._check_is(State.PLANNED, latest)
        await self._plans.schedule(latest)
        await self._plans.show(latest)
        return await self._answer(latest, message_ref, person)

    def _check_was_planned(self, session: Session) -> None:
        """Raise `NotPlanned` for a press on what had started or was over already."""
        self._check_is(State.PLANNED, session)

    def _check_is(self, state: State, session: Session) -> None:
        if session.state is not state:
            raise NotPlanned(session.state)

    async def _answer(self, session: Session, message_ref: MessageRef, person: Person) -> Message | None:
        """Say to the other people of a session what somebody made of it; the card says it to who pressed on it."""
        for other in dict.fromkeys([planner_of(session), agent_of(session)]):
            if other.user != person.id:
                locale = session.locale if other == planner_of(session) else session.recipient_locale
                message = planned.changed(session, person.id, translator_for(locale))
                await first_reached(self._slack, [other], message)
        log.info("plan_changed", session=session.id, state=session.state, by=person.id)
        card = session.card
        is_on_card = card is not None and (card.channel, card.ts) == (message_ref.channel, message_ref.ts)
        return None if is_on_card else planned.done(session, translator_for(person.locale))


class PlanForm:
    """Opens the form that moves a planned session; `command` is the slash command that sentences name."""

    def __init__(
        self,
        sessions: Sessions,
        slack: Slack,
        agents: Agents,
        policy: Policy,
        background: Background,
        *,
        command: str,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._agents = agents
        self._policy = policy
        self._background = background
        self._command = command

    def open(self, requester: Requester, trigger_id: str, session_ref: SessionRef, message_ref: MessageRef) -> None:
        """Start to open the form; where it cannot be opened, the person reads why."""
        self._background.run(self._open(requester, trigger_id, session_ref, message_ref))

    async def _open(
        self, requester: Requester, trigger_id: str, session_ref: SessionRef, message_ref: MessageRef
    ) -> None:
        team = requester.conversation.team
        translate = await self._agents.translate(team, requester.user)
        try:
            session = await self._planned(requester, session_ref)
            origin = PlanOrigin(session_ref.encode(), message_ref.channel, message_ref.ts)
            await self._slack.open_modal(team, trigger_id, planned.move_form(session, origin, translate))
        except KnownError as error:
            message = private_messages.text_message(sentence(error, translate, command=self._command))
            await self._slack.send_private(requester, message, last_try=True)

    async def _planned(self, requester: Requester, session_ref: SessionRef) -> Session:
        """Return the session of a button, if the person may move it and it is still planned."""
        await self._policy.admit(Act.CHANGE_PLAN, requester)
        session = await self._sessions.get(requester.conversation.team, session_ref.session_id)
        if session is None:
            raise NoSession
        await self._policy.ask(Act.CHANGE_PLAN, requester, Subject.of(session))
        if session.state is not State.PLANNED:
            raise NotPlanned(session.state)
        return session

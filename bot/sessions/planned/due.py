"""Does what comes due of a planned session: reminds its agent, starts it, or asks what to do where it is too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.log import get_logger
from bot.model.acts import Act
from bot.model.errors import KnownError
from bot.model.messages import Message
from bot.model.session import Session, State
from bot.model.session.plans import Plan
from bot.sessions.planned.people import agent_of, first_reached, planner_of
from bot.sessions.planned.plans import Plans
from bot.sessions.planned.preparing import TURNED_AWAY, Preparing
from bot.sessions.planned.steps import Due
from bot.sessions.views import planned
from bot.slack.client import Slack
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.text import translator_for

log = get_logger(__name__)


class DuePlans:
    """Runs the job of a planned session; `command` is the slash command that sentences name.

    What is sent is noted afterwards: after a crash the agent may read it twice, and is never left without it.
    """

    def __init__(self, plans: Plans, preparing: Preparing, sessions: Sessions, slack: Slack, *, command: str) -> None:
        self._plans = plans
        self._preparing = preparing
        self._sessions = sessions
        self._slack = slack
        self._command = command

    async def run(self, team: str, session_id: str) -> None:
        """Do what is due of a session, and add the job for what is due later; raises `TryLater`."""
        session = await self._sessions.get(team, session_id)
        if session is None or session.plan is None:
            return
        match self._plans.due(session):
            case Due.WAIT:
                await self._plans.schedule(session)
            case Due.REMIND:
                await self._remind(session)
                await self._plans.schedule(await self._noted(session, reminded=True))
            case Due.START | Due.HAND_OVER:
                await self._plans.begin(session, at=session.plan.at)
            case Due.ASK:
                await self._ask(session)
            case Due.NOTHING:
                pass

    async def on_exhausted(self, team: str, session_id: str, *, reference: str) -> None:
        """Say to who planned a session that it met an error that nobody foresaw, and what they can do with it."""
        session = await self._sessions.get(team, session_id)
        if session is None or session.state is not State.PLANNED:
            return
        await self._ask(session)
        message = private_messages.unforeseen(reference, translator_for(session.locale))
        await first_reached(self._slack, [planner_of(session)], message)

    async def _remind(self, session: Session) -> None:
        """Remind the agent, or say to who planned it that it will not start as things are."""
        try:
            await self._preparing.prepare(session, Act.PLAN)
        except TURNED_AWAY as error:
            log.info("plan_blocked", session=session.id, reason=type(error).__name__)
            people = dict.fromkeys([planner_of(session), agent_of(session)])
            await first_reached(self._slack, people, self._blocked(session, error))
        else:
            await first_reached(self._slack, [agent_of(session)], planned.reminder(session))

    async def _ask(self, session: Session) -> None:
        people = dict.fromkeys([agent_of(session), planner_of(session)])
        await first_reached(self._slack, people, planned.question(session))
        await self._plans.show(await self._noted(session, asked=True))
        log.info("plan_late", session=session.id)

    def _blocked(self, session: Session, error: KnownError) -> Message:
        return planned.will_not_start(session, sentence(error, translator_for(session.locale), command=self._command))

    async def _noted(self, session: Session, **said: bool) -> Session:
        edit: Callable[[Session], Session] = partial(_with_noted, of=session.plan, said=said)
        return await self._sessions.update(session, edit)


def _with_noted(latest: Session, *, of: Plan | None, said: dict[str, bool]) -> Session:
    """Return a session of which something was said to its agent, unless it was moved meanwhile."""
    return replace(latest, plan=replace(latest.plan, **said)) if latest.plan and latest.plan == of else latest

"""What the agent of a new session is told alone, and what its thread is told where the card cannot say it."""

from __future__ import annotations

from collections.abc import Callable

from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import TryLater
from bot.model.messages import Message
from bot.model.session import Kind, Problem, Session, State
from bot.model.timing import StartTiming
from bot.policy.agents import Agents
from bot.sessions.cards import Cards, Drawn
from bot.sessions.views import private
from bot.slack.client import Slack
from bot.slack.errors import SlackAway, SlackError
from bot.store.sessions.store import Sessions
from bot.ui import fallback_form, private_messages
from bot.ui.fallback_form import FallbackForm
from bot.ui.text import Translator, translator_for

log = get_logger(__name__)


class AgentTeller:
    """Tells whoever started a session how it began; `by_hand` is how they invite without the bot."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        slack: Slack,
        agents: Agents,
        cards: Cards,
        queue: Queue,
        by_hand: Callable[[Session], FallbackForm],
        timing: StartTiming,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._agents = agents
        self._cards = cards
        self._queue = queue
        self._by_hand = by_hand
        self._timing = timing

    async def tell(self, session: Session, *, last_try: bool = False) -> None:
        """Draw the card, tell what only the agent may know, and what the card should say where it does not."""
        translate, shown = translator_for(session.locale), await self.show(session)
        if not shown:
            shown = await self._cards.reply(session, private.instead_of_card(session, translate))
            session = await self._sessions.update(session, lambda latest: latest.with_progress(stale_sent=True))
        message = self._for_agent(session, translate) if session.kind is Kind.ASSISTANCE else None
        if message is None and not shown:
            message = private.instead_of_card(session, translate)
        if message and not await self._slack.send_private(session.requester, message, last_try=last_try):
            log.error("session_not_told", session=session.id, state=session.state, on_card=shown)
        await self._sessions.update(session, lambda latest: latest.with_progress(links_sent=True))

    async def show(self, session: Session) -> bool:
        """Whether a session's card says how it stands, or soon will: a drawing that has to wait is handed over."""
        try:
            return await self._cards.draw(session) is Drawn.YES
        except SlackAway:
            await self._queue.request_redraw(session.requester.conversation.team, session.id)
            return True

    async def announce_wait(self, team: str, session_id: str, wait: SlackAway) -> None:
        """Tell the person of a long wait, once."""
        session = await self._sessions.get(team, session_id)
        if session is None or session.progress.wait_sent or wait.retry_in < self._timing.worth_telling:
            return
        session = await self._sessions.update(session, lambda latest: latest.with_progress(wait_sent=True))
        person = self._agents.remembered(team, session.requester.user)
        translate = translator_for(person.locale if person else session.locale)
        try:
            await self._slack.send_private(session.requester, private.slack_wants_patience(translate), last_try=True)
        except (SlackError, TryLater) as error:
            log.warning("wait_not_told", reason=str(error))

    def _for_agent(self, session: Session, translate: Translator) -> Message | None:
        """What the agent of an assistance does now, with the customer on the phone."""
        if session.state is not State.FAILED:
            return private_messages.agent_links(session, translate)
        match session.problem:
            case Problem.UNREACHABLE | Problem.SIGN_IN:
                return fallback_form.not_invited(self._by_hand(session), translate)
            case Problem.UNCERTAIN:
                return fallback_form.perhaps_invited(session, self._by_hand(session), translate)
            case _:
                return None

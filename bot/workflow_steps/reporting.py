"""Gives a workflow what came of its step, once: what was started, or why nothing was."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot.log import get_logger
from bot.model.errors import NoSession
from bot.model.session import Kind, Session, State
from bot.sessions.cards import Cards
from bot.sessions.views.card_view import card
from bot.slack.errors import SlackError, WorkspaceClosed
from bot.slack.steps import StepResults
from bot.store.sessions.store import Sessions
from bot.store.steps import RefusedSteps
from bot.ui.text import translator_for

log = get_logger(__name__)


class StepReports:
    """Completes runs of steps. Each method may be called again after any failure; raises `SlackAway` meanwhile."""

    def __init__(self, sessions: Sessions, refused: RefusedSteps, results: StepResults, cards: Cards) -> None:
        self._sessions = sessions
        self._refused = refused
        self._results = results
        self._cards = cards

    async def report(self, team: str, session_id: str) -> None:
        """Complete the run that has started a session, now that its people are invited or will not be."""
        session = await self._sessions.get(team, session_id)
        if session is None or session.step is None:
            return
        step = session.step
        error = step.error or why_failed(session)
        try:
            if error:
                await self._results.fail(team, step, error)
            else:
                await self._results.complete(team, step, outputs_of(session, await self._cards.link(session)))
        except WorkspaceClosed:
            raise
        except SlackError as refusal:
            log.warning("step_not_completed", session=session.id, step=step.id, reason=refusal.code)
        with suppress(NoSession):  # forgotten meanwhile
            await self._sessions.change(team, session.id, lambda latest: replace(latest, step=None))

    async def fail(self, team: str, execution: str) -> None:
        """Fail a run that has started nothing."""
        step = await self._refused.get(team, execution)
        if step is None:
            return
        try:
            await self._results.fail(team, step, step.error)
        except WorkspaceClosed:
            raise
        except SlackError as refusal:
            log.warning("step_not_completed", team=team, step=execution, reason=refusal.code)


def why_failed(session: Session) -> str:
    """Return why nobody was invited, or perhaps not, as the card says it; `""` where they were."""
    is_invited = session.remote.id is not None and session.state is not State.FAILED
    return "" if is_invited else card(session, translator_for(session.locale)).text


def outputs_of(session: Session, card_link: str | None) -> dict[str, str]:
    """Return what later steps of a workflow can use; the address of the card is left out where Slack gives none."""
    number, links = str(session.remote.id or ""), session.remote.links
    if session.kind is Kind.ASSISTANCE:
        outputs = {"ticket": number, "state": session.state.value}
    else:
        outputs = {"conference": number, "join_url": links.meeting or links.meeting_short or ""}
    return outputs | ({"card": card_link} if card_link else {})

"""Asks an agent before the people of an open session are invited a second time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from bot.log import get_logger
from bot.model.session import Session, State
from bot.sessions.views import reminders
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.store import Sessions
from bot.ui.text import translator_for

log = get_logger(__name__)


class DuplicateCheck:
    """Finds the open session of the same people in the same channel, and asks whether to start another one."""

    def __init__(
        self, sessions: Sessions, invitees: Invitees, slack: Slack, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._sessions = sessions
        self._invitees = invitees
        self._slack = slack
        self._clock = clock

    async def find(self, session: Session) -> Session | None:
        """Return the latest open session with the same invitees, or `None`.

        Also where the agent confirmed the duplicate. Either way the invitees are claimed for this session.
        """
        others = await self._invitees.claim(session)
        if session.invitation.duplicate_confirmed or not others:
            return None
        found = await self._sessions.those_of(session.requester.conversation.team, others)
        return next((other for other in found if other.state.is_under_way), None)

    async def ask_first(self, session: Session, other: Session) -> None:
        """Show the other session to the agent alone, and cancel this one; a button invites all the same."""
        team = session.requester.conversation.team
        ago = max(0.0, self._clock() - other.created_at)
        translate = translator_for(session.locale)
        message = reminders.invited_already(session, other, await self._link(other), ago, translate)
        await self._slack.send_private(session.requester, message)
        ended = replace(session, state=State.CANCELLED).with_progress(links_sent=True)
        await self._sessions.write(session, ended.with_step_error(reminders.asked_first(translate)))
        log.info("asked_before_inviting_twice", team=team, session=session.id, other=other.id)

    async def _link(self, session: Session) -> str | None:
        if session.card is None:
            return None
        try:
            return await self._slack.permalink(session.requester.conversation.team, session.card)
        except SlackError:
            return None

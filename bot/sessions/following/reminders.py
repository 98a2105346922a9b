"""Reminds an agent whose customer does not come, once, with what can be done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from bot.log import get_logger
from bot.model.errors import TryLater
from bot.model.session import Kind, Session, State
from bot.model.session.timeline import Step
from bot.model.timing import FollowTiming
from bot.sessions.following.isolation import alone
from bot.sessions.provider import VideoProvider
from bot.sessions.views import reminders
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.store.sessions.store import Sessions
from bot.ui.text import translator_for

log = get_logger(__name__)


class Reminders:
    """Sends reminders."""

    def __init__(
        self,
        sessions: Sessions,
        slack: Slack,
        providers: Mapping[Kind, VideoProvider],
        *,
        timing: FollowTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._providers = providers
        self._reminded_after = (timing or FollowTiming()).reminded_after.total_seconds()
        self._clock = clock

    def late(self, sessions: Iterable[Session]) -> list[Session]:
        """Return those of the sessions whose customers are late, and whose agents are to be reminded."""
        return list(filter(self._is_late, sessions))

    async def remind(self, sessions: Iterable[Session]) -> None:
        """Remind the agents of sessions that are late, and still are; each of them once."""
        for session in sessions:
            team = session.requester.conversation.team
            await alone("remind", self._remind(team, session.id), team=team, session=session.id)

    async def _remind(self, team: str, session_id: str) -> None:
        session = await self._sessions.get(team, session_id)
        if session is None or not self._is_late(session):
            return
        # Recorded first: rather no reminder than two.
        await self._sessions.change(team, session_id, lambda latest: latest.with_progress(reminded=True))
        try:
            await self._slack.send_private(
                session.recipient, reminders.remind(session, translator_for(session.recipient_locale)), last_try=True
            )
        except (SlackError, TryLater) as error:
            log.warning("not_reminded", team=team, session=session_id, reason=type(error).__name__)

    def _is_late(self, session: Session) -> bool:
        waits = (
            session.state is State.INVITED
            and not session.taken_over_by
            and self._providers[session.kind].awaits_customer
        )
        is_done = session.progress.reminded or session.reached(Step.LINK_OPENED)
        invited_at = session.progress.invitation_begun or session.created_at
        return waits and not is_done and self._clock() - invited_at >= self._reminded_after

"""Following a session on its card, to its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import TryLater
from bot.model.messages import Message
from bot.model.session import Kind, Session, State
from bot.sessions.cards import Cards, Update
from bot.sessions.provider import VideoProvider
from bot.sessions.views import private
from bot.slack.client import Slack
from bot.slack.errors import SlackError, WorkspaceClosed
from bot.store.sessions.store import Sessions
from bot.store.timeline import Timeline
from bot.ui import private_messages
from bot.ui.media import customers_place
from bot.ui.text import translator_for

# As long as the starter works on a session, it draws the card itself.
_STARTER_IS_DONE_IN = 1.0

log = get_logger(__name__)


class CardUpdater:
    """Draws cards as their sessions stand, and tells each end once."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        timeline: Timeline,
        slack: Slack,
        cards: Cards,
        providers: Mapping[Kind, VideoProvider],
        queue: Queue,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._timeline = timeline
        self._slack = slack
        self._cards = cards
        self._providers = providers
        self._queue = queue
        self._clock = clock

    async def draw(self, team: str, session_id: str) -> None:
        """Draw a card from the latest record; may be called again after any failure. Raises `TryLater`."""
        session = await self._sessions.get(team, session_id)
        if session is None:
            return
        if not session.progress.links_sent:
            raise TryLater(_STARTER_IS_DONE_IN)
        update = await self._cards.update(session)
        await self._tell_place(session)
        if session.is_followed and not session.state.is_open:
            await self._tell_end(session, is_shown=update is Update.SHOWN)
        elif update is Update.REFUSED and not session.progress.stale_sent:
            await self._say_that_it_is_stale(session)
        if session.call_id and not session.state.is_open:
            await self._end_call(session, session.call_id)

    async def _tell_place(self, session: Session) -> None:
        """Tell the agent alone, once, where their customer is."""
        place = session.remote.location
        if place is None or session.progress.location_sent:
            return
        try:
            await self._slack.send_private(session.requester, customers_place(place, translator_for(session.locale)))
        except SlackError as error:
            log.info("location_not_sent", session=session.id, reason=error.code)
        await self._sessions.change(
            session.requester.conversation.team, session.id, lambda latest: latest.with_progress(location_sent=True)
        )

    async def _tell_end(self, session: Session, *, is_shown: bool) -> None:
        team = session.requester.conversation.team
        if not is_shown:
            await self._say_end(session)
        if session.state is State.DONE:
            await self._timeline.ended(team, session.id, at=self._clock())
            await self._queue.deliver_media(team, session.id)
            if self._providers[session.kind].counts_participants:
                await self._queue.count_participants(team, session.id)
        await self._sessions.change(team, session.id, lambda latest: latest.with_progress(end_sent=True))
        log.info(
            "end_told",
            team=team,
            session=session.id,
            state=session.state,
            silently=session.remote.closed_without_notice,
        )

    async def _end_call(self, session: Session, call_id: str) -> None:
        """Close Slack's block of a call, last of all: it only adorns the card."""
        team = session.requester.conversation.team
        lasted = None if session.remote.duration is None else round(session.remote.duration.total_seconds())
        try:
            await self._slack.end_call(team, call_id, seconds=lasted)
        except SlackError as error:
            log.warning("call_not_ended", session=session.id, reason=error.code)
        await self._sessions.change(team, session.id, lambda latest: replace(latest, call_id=None))

    async def _say_end(self, session: Session) -> None:
        """Say how it ended in the thread of a card that does not."""
        await self._say_below(session, private_messages.ended(session, translator_for(session.locale)))

    async def _say_that_it_is_stale(self, session: Session) -> None:
        """Say once, when it happens, how a session stands whose card Slack does not let us change any more."""
        await self._say_below(session, private.instead_of_card(session, translator_for(session.locale)))
        await self._sessions.change(
            session.requester.conversation.team, session.id, lambda one: one.with_progress(stale_sent=True)
        )

    async def _say_below(self, session: Session, message: Message) -> None:
        """Say something in the thread of a card; to the agent alone where that cannot be."""
        if await self._cards.reply(session, message):
            return
        try:
            await self._slack.send_private(session.requester, message)
        except WorkspaceClosed as error:
            log.warning("not_told", session=session.id, reason=error.code)

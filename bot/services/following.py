"""Following a session on its card, to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from bot.errors import TryLater
from bot.log import get_logger
from bot.model import Kind, Place, Session, State
from bot.services.board import Board
from bot.slack.errors import CannotPost, SlackError
from bot.slack.gateway import Slack
from bot.store.journeys import Journeys
from bot.store.sessions import Sessions
from bot.ui import whispers
from bot.ui.text import words_for

# As long as the starter works on a session, it draws the card itself.
_STARTER_IS_DONE_IN = 1.0

log = get_logger(__name__)


class Afterwards(Protocol):
    """Where the work after a session's end is handed over."""

    async def deliver_media(self, team: str, session_id: str) -> None:
        """Have a session's photos and recordings brought into its thread."""
        ...

    async def count_participants(self, team: str, session_id: str) -> None:
        """Have a meeting's participants counted."""
        ...


class Follower:
    """Draws cards as their sessions stand, and tells each end once."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        journeys: Journeys,
        slack: Slack,
        board: Board,
        afterwards: Afterwards,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._journeys = journeys
        self._slack = slack
        self._board = board
        self._afterwards = afterwards
        self._clock = clock

    async def draw(self, team: str, session_id: str) -> None:
        """Draw a card from the latest record; may be called again after any failure. Raises `TryLater`."""
        session = await self._sessions.get(team, session_id)
        if session is None:
            return
        if not session.progress.links_told:
            raise TryLater(_STARTER_IS_DONE_IN)
        is_there = await self._board.draw(session)
        if session.is_followed and not session.state.is_open:
            await self._tell_end(session, card_is_there=is_there)

    async def _tell_end(self, session: Session, *, card_is_there: bool) -> None:
        team = session.asker.place.team
        await self._end_call(session)
        if not card_is_there:
            await self._reply_end(session)
        if session.state is State.DONE:
            await self._journeys.ended(team, session.id, at=self._clock())
            await self._afterwards.deliver_media(team, session.id)
        if session.state is State.DONE and session.kind is Kind.MEETING:
            await self._afterwards.count_participants(team, session.id)
        await self._sessions.change(team, session.id, lambda latest: latest.stepped(end_told=True))
        log.info("end_told", team=team, session=session.id, state=session.state, silently=session.closed_silently)

    async def _end_call(self, session: Session) -> None:
        if session.call_id is None:
            return
        lasted = None if session.duration is None else round(session.duration.total_seconds())
        try:
            await self._slack.end_call(session.asker.place.team, session.call_id, seconds=lasted)
        except SlackError as error:
            log.warning("call_not_ended", session=session.id, reason=error.code)

    async def _reply_end(self, session: Session) -> None:
        """Say in the thread of a card that somebody deleted how it ended; to the agent alone where that cannot be."""
        card = session.card
        if card is None:
            return
        message = whispers.ended(session, words_for(session.locale))
        try:
            place = Place(session.asker.place.team, card.channel, card.thread_ts or card.ts)
            await self._slack.post(place, message)
        except CannotPost:
            await self._slack.whisper(session.asker, message)

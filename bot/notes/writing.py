"""Records how a session ended, as somebody of its own has noted it."""

from __future__ import annotations

from dataclasses import replace

from bot.jobs.queue import Queue
from bot.model.errors import NothingToNote, SessionForgotten
from bot.model.session import Session
from bot.model.session.notes import Note
from bot.store.sessions.store import Sessions


class Notes:
    """Records notes; of two for one session the one that was sent later stays, whichever is recorded first."""

    def __init__(self, sessions: Sessions, queue: Queue) -> None:
        self._sessions = sessions
        self._queue = queue

    async def write(self, session: Session, note: Note) -> None:
        """Record a note, and have the card and the thread show it; may be called again after any failure.

        Raises `SessionForgotten` where the session is forgotten, and `NothingToNote` where it is not over.
        """
        check_over(session)

        def edited(latest: Session) -> Session:
            is_latest = latest.note is None or latest.note.at <= note.at
            return replace(latest, note=note) if is_latest else latest

        team = session.requester.conversation.team
        await self._sessions.change(team, session.id, edited)
        await self._queue.request_redraw(team, session.id)
        await self._queue.request_note(team, session.id)


def check_over(session: Session) -> None:
    """Raise `SessionForgotten` for a session that is not kept any more, `NothingToNote` for one that is not over."""
    if not session.id:
        raise SessionForgotten
    if not session.state.is_over:
        raise NothingToNote

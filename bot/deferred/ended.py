"""Does what is asked for about a session that is over: its note, its report."""

from __future__ import annotations

from typing import assert_never

from bot.deferred.kinds import afterwards
from bot.deferred.requests import DeferredRequest
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.session import Session
from bot.model.session.notes import Note
from bot.notes.writing import Notes
from bot.report.making import Reports


class EndedSessions:
    """Hands each request to its slice, once the policy was asked."""

    def __init__(self, notes: Notes, reports: Reports) -> None:
        self._notes = notes
        self._reports = reports

    async def do(
        self, request: afterwards.Afterwards, session: Session, person: Person, deferred: DeferredRequest
    ) -> Message | None:
        """Do what is asked for; returns what the person reads, if anything is left to say."""
        match request:
            case afterwards.WriteNote(_, outcome, text):
                await self._notes.write(session, Note(outcome, text, person.id, deferred.asked_at))
                return None
            case afterwards.MakeReport():
                return await self._reports.make(session, person, request=deferred.id)
            case _:
                assert_never(request)

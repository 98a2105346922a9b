"""Looking things up for one person: sessions, tickets, conferences, their media."""

from __future__ import annotations

from collections.abc import Mapping

from bot.apizee.client import Apizee
from bot.errors import NoSession
from bot.media import Media
from bot.model import Asker, Kind, Message, Person, Session
from bot.services.assistance import Assistance
from bot.services.locating import Locator, Spot
from bot.services.meetings import Meetings
from bot.store.sessions import Sessions
from bot.ui import whispers
from bot.ui.ids import MediaPage, Pointer
from bot.ui.text import words_for


class Lookups:
    """Answers questions about sessions, as messages for the one who asked."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        locator: Locator,
        apizee: Apizee,
        assistance: Assistance,
        meetings: Meetings,
        commands: Mapping[Kind, str],
    ) -> None:
        self._sessions = sessions
        self._locator = locator
        self._apizee = apizee
        self._assistance = assistance
        self._meetings = meetings
        self._commands = commands

    async def find(self, kind: Kind, text: str, person: Person) -> Message:
        """The tickets with a reference, or the conferences whose name holds a text."""
        words = words_for(person.locale)
        results = await self._room(kind).find(text)
        if not results:
            return whispers.nothing_found(kind, text, words)
        return whispers.found(results, words, person.timezone)

    async def open_sessions(self, kind: Kind, person: Person) -> Message:
        """The person's own sessions in which something may still happen."""
        mine = await self._sessions.open_of(person.team, person.id)
        of_kind = [one for one in mine if one.kind is kind and one.card]
        return whispers.open_sessions(of_kind, kind, words_for(person.locale), command=self._commands[kind])

    async def media_of_thread(self, asker: Asker, spot: Spot, person: Person) -> Message:
        """The media of the session whose card or thread was pointed at."""
        return await self._media_of(await self._locator.at_spot(asker, spot), person)

    async def media_of_card(self, asker: Asker, pointer: Pointer, spot: Spot, person: Person) -> Message:
        """The media of the session whose button was pressed."""
        return await self._media_of(await self._locator.pointed_at(asker, pointer, spot), person)

    async def media_named(self, kind: Kind, text: str, person: Person) -> Message:
        """The media of the ticket or conference that somebody named by its id, its reference or its name."""
        try:
            remote_id = await self._named(kind, person.team, text)
        except NoSession:
            return whispers.nothing_found(kind, text, words_for(person.locale))
        return await self.media_page(MediaPage(kind, remote_id, 0), person)

    async def media_page(self, page: MediaPage, person: Person) -> Message:
        """One page of a session's media."""
        items = await self._media(page.kind, page.remote_id)
        return whispers.media(items, words_for(person.locale), page, person.timezone)

    async def _media_of(self, session: Session, person: Person) -> Message:
        remote_id = session.remote_id or await self._named(session.kind, person.team, session.reference or "")
        return await self.media_page(MediaPage(session.kind, remote_id, 0), person)

    async def _media(self, kind: Kind, remote_id: int) -> list[Media]:
        ask = self._apizee.ticket_medias if kind is Kind.ASSISTANCE else self._apizee.conference_media
        return await ask(remote_id)

    async def _named(self, kind: Kind, team: str, text: str) -> int:
        """The id that is meant: one the bot knows, else one found by reference or name, else the number itself."""
        number = int(text) if text.isdecimal() else None
        if number is not None and await self._sessions.of_remote(team, kind, number):
            return number
        found = await self._room(kind).find(text)
        if found:
            exactly = [one for one in found if one.name == text]
            return (exactly or found)[0].remote_id
        if number is None:
            raise NoSession
        return number

    def _room(self, kind: Kind) -> Assistance | Meetings:
        return self._assistance if kind is Kind.ASSISTANCE else self._meetings

"""Looking things up for one person: sessions, tickets, conferences, their media."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.apizee.client import Apizee
from bot.model.errors import NoSession
from bot.model.media import Media
from bot.model.messages import Message
from bot.model.people import Person, Requester
from bot.model.session import Kind, Session
from bot.model.targets import MediaPage, MessageRef, ResultsPage, SessionRef
from bot.sessions.conferences import ConferenceProvider
from bot.sessions.resolve import SessionResolver
from bot.sessions.tickets import TicketProvider
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.lists import results as ui
from bot.ui.text import translator_for

_LISTED_AT_MOST = 100
# More digits are no id: `int` takes any, and fails on thousands.
_REMOTE_ID = re.compile(r"[0-9]{1,18}")


class Queries:
    """Answers questions about sessions, as messages for the one who asked.

    `uploads` is whether photos are shown in threads rather than linked there.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        resolver: SessionResolver,
        apizee: Apizee,
        assistance: TicketProvider,
        meetings: ConferenceProvider,
        commands: Mapping[Kind, str],
        uploads: bool,
    ) -> None:
        self._sessions = sessions
        self._resolver = resolver
        self._apizee = apizee
        self._assistance = assistance
        self._meetings = meetings
        self._commands = commands
        self._uploads = uploads

    async def results(self, page: ResultsPage, person: Person) -> Message:
        """A page of what Apizee finds under a text, or without one of the person's own open sessions."""
        translate = translator_for(person.locale)
        if page.text is None:
            mine = await self._sessions.open_of(person.team, person.id, limit=_LISTED_AT_MOST)
            of_kind = [one for one in mine if one.kind is page.kind and one.card]
            return ui.open_sessions(of_kind, page, translate, command=self._commands[page.kind])
        found = await self._provider(page.kind).find(page.text)
        if not found:
            return ui.nothing_found(page.kind, page.text, translate)
        return ui.found(found, page, translate, person.timezone)

    async def media_of_thread(self, requester: Requester, message_ref: MessageRef, person: Person) -> Message:
        """The media of the session whose card or thread was pointed at."""
        return await self._media_of(await self._resolver.of_message(requester, message_ref), person)

    async def media_of_card(
        self, requester: Requester, session_ref: SessionRef, message_ref: MessageRef, person: Person
    ) -> Message:
        """The media of the session whose button was pressed."""
        return await self._media_of(await self._resolver.pointed_at(requester, session_ref, message_ref), person)

    async def media_named(self, kind: Kind, text: str, person: Person) -> Message:
        """The media of the ticket or conference that somebody named by its id, its reference or its name."""
        try:
            remote_id = await self._named(kind, person.team, text)
        except NoSession:
            return ui.nothing_found(kind, text, translator_for(person.locale))
        return await self.media_page(MediaPage(kind, remote_id, 0), person)

    async def media_page(self, page: MediaPage, person: Person) -> Message:
        """One page of a session's media, with the button that brings them into its thread."""
        items, translate = await self._media(page.kind, page.remote_id), translator_for(person.locale)
        if not self._uploads:
            return private_messages.media(items, translate, page, person.timezone)
        session = await self._sessions.of_remote(person.team, page.kind, page.remote_id)
        if session is None or session.card is None:
            return private_messages.media(
                items, translate, page, person.timezone, note=private_messages.no_thread(translate)
            )
        return private_messages.media(items, translate, page, person.timezone, thread=SessionRef.to(session))

    async def media_of(self, session: Session) -> list[Media]:
        """A session's photos and recordings, as far as they can be had already."""
        return await self._media(session.kind, await self._remote_id(session))

    async def _media_of(self, session: Session, person: Person) -> Message:
        return await self.media_page(MediaPage(session.kind, await self._remote_id(session), 0), person)

    async def _remote_id(self, session: Session) -> int:
        return session.remote.id or await self._named(
            session.kind, session.requester.conversation.team, session.invitation.reference or ""
        )

    async def _media(self, kind: Kind, remote_id: int) -> list[Media]:
        ask = self._apizee.ticket_medias if kind is Kind.ASSISTANCE else self._apizee.conference_media
        return await ask(remote_id)

    async def _named(self, kind: Kind, team: str, text: str) -> int:
        """The id that is meant: one the bot knows, else one found by reference or name, else the number itself."""
        number = int(text) if _REMOTE_ID.fullmatch(text) else None
        if number is not None and await self._sessions.of_remote(team, kind, number):
            return number
        found = await self._provider(kind).find(text)
        if found:
            exactly = [one for one in found if one.name == text]
            return (exactly or found)[0].remote_id
        if number is None:
            raise NoSession
        return number

    def _provider(self, kind: Kind) -> TicketProvider | ConferenceProvider:
        return self._assistance if kind is Kind.ASSISTANCE else self._meetings

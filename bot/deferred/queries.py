"""Looking things up for one person: sessions, tickets, conferences, their media."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.errors import NoSession
from bot.model.messages import Message
from bot.model.people import Person, Requester
from bot.model.session import Kind, Session
from bot.model.targets import MediaPage, MessageRef, ResultsPage, SessionRef
from bot.sessions.provider import VideoProvider
from bot.sessions.resolve import SessionResolver
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.lists import results as ui
from bot.ui.text import translator_for

_LISTED_AT_MOST = 100


class Queries:
    """Answers questions about sessions, as messages for the one who asked.

    `uploads` is whether photos are shown in threads rather than linked there.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        resolver: SessionResolver,
        providers: Mapping[Kind, VideoProvider],
        commands: Mapping[Kind, str],
        uploads: bool,
    ) -> None:
        self._sessions = sessions
        self._resolver = resolver
        self._providers = providers
        self._commands = commands
        self._uploads = uploads

    async def results(self, page: ResultsPage, person: Person) -> Message:
        """Return a page of what Apizee finds under a text, or without one of the person's own open sessions."""
        translate = translator_for(person.locale)
        if page.text is None:
            mine = await self._sessions.open_of(person.team, person.id, limit=_LISTED_AT_MOST)
            shown = [one for one in mine if one.card]
            return ui.open_sessions(shown, page, translate, command=self._commands[page.kind])
        found = await self._providers[page.kind].find(page.text)
        if not found:
            return ui.nothing_found(page.kind, page.text, translate)
        return ui.found(found, page, translate, person.timezone)

    async def media_of_thread(self, requester: Requester, message_ref: MessageRef, person: Person) -> Message:
        """Return the media of the session whose card or thread was pointed at."""
        return await self._media_of(await self._resolver.of_message(requester, message_ref), person)

    async def media_of_card(
        self, requester: Requester, session_ref: SessionRef, message_ref: MessageRef, person: Person
    ) -> Message:
        """Return the media of the session whose button was pressed."""
        return await self._media_of(await self._resolver.pointed_at(requester, session_ref, message_ref), person)

    async def media_named(self, kind: Kind, text: str, person: Person) -> Message:
        """Return the media of the ticket or conference that somebody named by its id, its reference or its name."""
        try:
            remote_id = await self._resolver.remote_id_named(kind, person.team, text)
        except NoSession:
            return ui.nothing_found(kind, text, translator_for(person.locale))
        return await self.media_page(MediaPage(kind, remote_id, 0), person)

    async def media_page(self, page: MediaPage, person: Person) -> Message:
        """One page of a session's media, with the button that brings them into its thread."""
        items, translate = await self._providers[page.kind].media(page.remote_id), translator_for(person.locale)
        if not self._uploads:
            return private_messages.media(items, translate, page, person.timezone)
        session = await self._sessions.of_remote(person.team, page.kind, page.remote_id)
        if session is None or session.card is None:
            return private_messages.media(
                items, translate, page, person.timezone, note=private_messages.no_thread(translate)
            )
        return private_messages.media(items, translate, page, person.timezone, thread=SessionRef.to(session))

    async def _media_of(self, session: Session, person: Person) -> Message:
        return await self.media_page(MediaPage(session.kind, await self._resolver.remote_id(session), 0), person)

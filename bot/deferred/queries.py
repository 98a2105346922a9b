"""Answers one person's questions about sessions: which are open, which is meant, what was recorded in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.deferred.subjects import Subjects
from bot.grammar import Whose
from bot.model.errors import NoSession
from bot.model.messages import Message
from bot.model.people import Person, Requester
from bot.model.session import Kind, Session
from bot.model.targets import MediaPage, ResultsPage, SessionRef
from bot.policy.policy import Subject
from bot.sessions.list_ways import ListWays
from bot.sessions.provider import VideoProvider
from bot.store.sessions.of_people import PeoplesSessions
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.lists import results as ui
from bot.ui.lists.paging import Page
from bot.ui.text import translator_for

_LISTED_AT_MOST = 100
_LOOKED_THROUGH = 1000
# More digits are no id: `int` takes any, and fails on thousands.
_REMOTE_ID: Final = re.compile(r"[0-9]{1,18}")


class Queries:
    """Answers questions about sessions, as messages for the one who asked.

    `uploads` is whether photos are shown in threads rather than linked there.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        peoples: PeoplesSessions,
        subjects: Subjects,
        providers: Mapping[Kind, VideoProvider],
        ways: ListWays,
        commands: Mapping[Kind, str],
        uploads: bool,
    ) -> None:
        self._sessions = sessions
        self._peoples = peoples
        self._subjects = subjects
        self._providers = providers
        self._ways = ways
        self._commands = commands
        self._uploads = uploads

    async def list_open(self, page: ResultsPage, requester: Requester, person: Person) -> Message:
        """Return a page of open sessions of a kind, as far as the person sees them."""
        translate, command = translator_for(person.locale), self._commands[page.kind]
        found = [one for one in await self._open(page, requester, person) if one.kind is page.kind]
        shown = Page.of(found, page.page, holds=ui.PER_PAGE).items
        ways = await self._ways.to_sessions(shown, person)
        return ui.open_sessions(found, page, translate, command=command, ways=ways)

    async def _open(self, page: ResultsPage, requester: Requester, person: Person) -> list[Session]:
        """Return the open sessions that are asked for and have a card, as far as the person sees them."""
        if page.whose is Whose.MINE:
            mine = await self._peoples.open(person.team, person.id, limit=_LISTED_AT_MOST)
            return [one for one in mine if one.card]
        here = requester.conversation.channel
        found = await self._sessions.all_open(person.team, limit=_LOOKED_THROUGH)
        placed = [one for one in found if one.card and (page.whose is Whose.ALL or one.card.channel == here)]
        return [one for one in placed if await self._subjects.is_visible(person, one, here=here)][:_LISTED_AT_MOST]

    async def named(self, kind: Kind, text: str, requester: Requester, person: Person) -> Subject:
        """Return what somebody names by its number, its reference or its name.

        It is one the bot knows, else the latest that Apizee finds and the person sees, else the number itself. Raises
        `NoSession` where there is none.
        """
        number = int(text) if _REMOTE_ID.fullmatch(text) else None
        if number is not None and (session := await self._sessions.of_remote(person.team, kind, number)):
            return Subject.of(session)
        found = await self._providers[kind].find(person.team, text)
        visible = await self._subjects.visible(person, found, here=requester.conversation.channel)
        if visible:
            exactly = [one for one in visible if one.name == text]
            return await self._subjects.found(person.team, (exactly or visible)[0])
        if number is None:
            raise NoSession
        return await self._subjects.found(person.team, await self._providers[kind].find_by_id(person.team, number))

    async def media_page(self, page: MediaPage, person: Person) -> Message:
        """Return a page of a session's media, with the button that brings them into its thread."""
        translate = translator_for(person.locale)
        items = await self._providers[page.kind].media(person.team, page.remote_id)
        if not self._uploads:
            return private_messages.media(items, translate, page, person.timezone)
        session = await self._sessions.of_remote(person.team, page.kind, page.remote_id)
        if session is None or session.card is None:
            return private_messages.media(
                items, translate, page, person.timezone, note=private_messages.no_thread(translate)
            )
        return private_messages.media(items, translate, page, person.timezone, thread=SessionRef.to(session))

    async def remote_id(self, session: Session, requester: Requester, person: Person) -> int:
        """Return the id of a session's ticket or conference, looked up by its reference where it is not known.

        Others may have given the same reference: what the person does not see is passed over. Raises `NoSession` where
        nothing is left.
        """
        if session.remote.id:
            return session.remote.id
        text = session.invitation.found_by
        found = [one for one in await self._providers[session.kind].find(person.team, text) if one.name == text]
        visible = await self._subjects.visible(person, found, here=requester.conversation.channel)
        if not visible:
            raise NoSession
        return visible[0].remote_id

"""Looks sessions up for one person: by reference or name, by who was invited, by the colleague whose they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.deferred.subjects import Subjects
from bot.grammar import NotUnderstood, ParseProblem, parse_contact
from bot.model.messages import Message
from bot.model.people import Colleague, Contact, Person, Requester
from bot.model.session import Kind, Session
from bot.model.targets import InviteeRef, ResultsPage
from bot.policy.recent import Recent
from bot.sessions.list_ways import ListWays
from bot.sessions.provider import VideoProvider
from bot.slack.client import Slack
from bot.store.sessions.invitee_index import InviteeIndex
from bot.store.sessions.of_people import PeoplesSessions
from bot.store.sessions.store import Sessions
from bot.ui.lists import results as ui
from bot.ui.lists.paging import Page
from bot.ui.lists.results import Found
from bot.ui.text import translator_for

_SHOWN_AT_MOST: Final = 100
_NAMESAKES_AT_MOST: Final = 20
_NAMES_KEPT_FOR: Final = 600.0
"""In seconds: who joins the workspace has started no session yet."""

_MENTION: Final = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


class Finding:
    """Answers look-ups, as messages for the one who asked; `region` is the country of numbers without a prefix.

    Nobody finds what they may not see. People who were invited are looked up by their fingerprints, and stay masked.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        peoples: PeoplesSessions,
        invitees: InviteeIndex,
        subjects: Subjects,
        providers: Mapping[Kind, VideoProvider],
        ways: ListWays,
        slack: Slack,
        region: str,
    ) -> None:
        self._sessions = sessions
        self._peoples = peoples
        self._invitees = invitees
        self._subjects = subjects
        self._providers = providers
        self._ways = ways
        self._slack = slack
        self._region = region
        self._colleagues: Recent[str, Sequence[Colleague]] = Recent(_NAMES_KEPT_FOR)

    async def find(self, kind: Kind, text: str, requester: Requester, person: Person) -> Message:
        """Return what somebody means by a text: a colleague, someone who was invited, else a reference or name.

        A reference may look like a number, and a name like a word: what leads to nothing is taken for the next one.
        Raises `NotUnderstood` for a `@name` that is nobody's.
        """
        asked = ResultsPage(kind, text=text)
        if mentioned := _MENTION.fullmatch(text):
            return await self._by_colleagues(asked, (mentioned[1],), requester, person)
        if text.startswith("@"):
            named = await self._called(person.team, text.removeprefix("@"))
            if not named:
                raise NotUnderstood(ParseProblem.UNKNOWN_PERSON, text)
            return await self._by_colleagues(asked, named, requester, person)
        contact = self._contact(text)
        if contact and (message := await self._with_contact(asked, contact, requester, person)):
            return message
        if message := await self._at_apizee(asked, requester, person):
            return message
        if contact:
            return ui.nothing_with(kind, contact, translator_for(person.locale))
        if named := await self._called(person.team, text):
            return await self._by_colleagues(asked, named, requester, person)
        return ui.nothing_found(kind, text, translator_for(person.locale), looked_up=True)

    async def page(self, page: ResultsPage, requester: Requester, person: Person) -> Message:
        """Return another page of what was found."""
        if page.invitee:
            return await self._shown(await self._invited(page, page.invitee, requester, person), page, person)
        if page.colleagues:
            return await self._by_colleagues(page, page.colleagues, requester, person)
        shown = await self._at_apizee(page, requester, person)
        return shown or ui.nothing_found(page.kind, page.text or "", translator_for(person.locale), looked_up=True)

    def _contact(self, text: str) -> Contact | None:
        try:
            return parse_contact(text, region=self._region)
        except NotUnderstood:
            return None

    async def _with_contact(
        self, asked: ResultsPage, contact: Contact, requester: Requester, person: Person
    ) -> Message | None:
        """Return the sessions to which somebody was invited; `None` where there are none that the person sees."""
        invitee = InviteeRef(tuple(self._invitees.fingerprints(contact)))
        found = await self._invited(asked, invitee, requester, person)
        page = replace(asked, text=None, invitee=invitee)
        return await self._shown(found, page, person) if found else None

    async def _invited(
        self, page: ResultsPage, invitee: InviteeRef, requester: Requester, person: Person
    ) -> list[Session]:
        found = await self._invitees.sessions_with(person.team, invitee.fingerprints)
        return await self._visible(page.kind, found, requester, person)

    async def _by_colleagues(
        self, asked: ResultsPage, colleagues: Sequence[str], requester: Requester, person: Person
    ) -> Message:
        """Return the sessions of colleagues, of one name perhaps: those they started, took over or got from others."""
        found: list[Session] = []
        for one in colleagues[:_NAMESAKES_AT_MOST]:
            found += await self._peoples.latest(person.team, one, limit=_SHOWN_AT_MOST)
        of_each = {session.id: session for session in found}  # one may have started it for another one
        latest_first = sorted(of_each.values(), key=lambda session: -session.created_at)
        shown = await self._visible(asked.kind, latest_first, requester, person)
        if not shown:
            return ui.nothing_by(asked.kind, colleagues, translator_for(person.locale))
        return await self._shown(shown, replace(asked, text=None, colleagues=tuple(colleagues)), person)

    async def _at_apizee(self, page: ResultsPage, requester: Requester, person: Person) -> Message | None:
        """Return what Apizee finds under a text; `None` where there is nothing that the person sees."""
        found = await self._providers[page.kind].find(person.team, page.text or "")
        visible = await self._subjects.visible(person, found, here=requester.conversation.channel)
        if not visible:
            return None
        shown = [(one, await self._session_of(one, person)) for one in ui.on_page(visible, page)]
        references = {ui.ref_of(one, session): one.reference for one, session in shown}
        ways = await self._ways.to({ui.ref_of(one, session): session for one, session in shown}, person, references)
        ours = {one.remote_id: session for one, session in shown if session}
        return ui.found(visible, page, translator_for(person.locale), person.timezone, ours=ours, ways=ways)

    async def _session_of(self, found: Found, person: Person) -> Session | None:
        return await self._sessions.of_remote(person.team, found.kind, found.remote_id)

    async def _shown(self, found: Sequence[Session], page: ResultsPage, person: Person) -> Message:
        """Return a page of sessions of ours, with where each leads."""
        shown = Page.of(found, page.page, holds=ui.PER_PAGE).items
        ways = await self._ways.to_sessions(shown, person)
        return ui.found_sessions(found, page, translator_for(person.locale), ways=ways)

    async def _visible(
        self, kind: Kind, sessions: Sequence[Session], requester: Requester, person: Person
    ) -> list[Session]:
        here = requester.conversation.channel
        placed = [one for one in sessions if one.kind is kind and one.card]
        return [one for one in placed if await self._subjects.is_visible(person, one, here=here)][:_SHOWN_AT_MOST]

    async def _called(self, team: str, name: str) -> tuple[str, ...]:
        """Return the ids of the people of a workspace who have a name."""
        people = self._colleagues.get(team) or self._colleagues.put(team, await self._slack.colleagues(team))
        return tuple(one.id for one in people if one.is_called(name))[:_NAMESAKES_AT_MOST]

"""The ways into a session that are one person's alone: fetched when asked for, never kept."""

from __future__ import annotations

from bot.apizee.client import Apizee, join_url
from bot.errors import NoSession
from bot.model import Message, Person, Session
from bot.services.join import JoinLinks
from bot.services.meetings import Meetings
from bot.ui import whispers
from bot.ui.text import words_for


class Doors:
    """Sign-in links into tickets, and seats in meetings under one's own name."""

    def __init__(self, apizee: Apizee, meetings: Meetings, join: JoinLinks | None) -> None:
        self._apizee = apizee
        self._meetings = meetings
        self._join = join

    async def into_ticket(self, session: Session, person: Person) -> Message:
        """The sign-in link for the person whose verified address is the ticket's login; else the ticket's address.

        Apizee's sign-in link lives 300 seconds and lets whoever has it in as the agent.
        """
        if session.remote_id is None:
            raise NoSession
        ticket = await self._apizee.ticket(session.remote_id, sign_in=_may_be(session.agent, person))
        words = words_for(person.locale)
        if ticket.sso_url and _is(ticket.agent, person):
            return whispers.sign_in(ticket.sso_url, words)
        return whispers.ticket_link(ticket.agent_link or session.links.agent, words)

    async def into_meeting(self, session: Session, person: Person) -> Message:
        """A link to the meeting under the person's name: this bot's page, or Apizee's own without a public address."""
        if session.links.meeting is None:
            session = await self._meetings.refreshed(session)
        url = session.links.meeting or ""
        link = self._join.link(url, person.name) if self._join else join_url(url, person.name)
        return whispers.join_link(link, words_for(person.locale))


def _is(login: str | None, person: Person) -> bool:
    return bool(login and person.email and person.email_verified and login.casefold() == person.email.casefold())


def _may_be(login: str | None, person: Person) -> bool:
    """Whether it is worth asking for a sign-in link: not when the login is known to be another's."""
    return person.email_verified and (login is None or _is(login, person))

"""Links into a session that are one person's alone: fetched when asked for, never stored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.apizee.answers.schemas import Ticket
from bot.apizee.client import join_url
from bot.apizee.errors import NotFound, Refused
from bot.deferred.join_links import JoinLinks
from bot.deferred.subjects import Subjects
from bot.installation.accounts import Account, Accounts
from bot.model.acts import Act
from bot.model.errors import NoSession
from bot.model.messages import Message
from bot.model.people import Person, Requester
from bot.model.session import Session
from bot.model.targets import MessageRef, SessionRef
from bot.policy.agents import Agents
from bot.policy.policy import Policy, Subject
from bot.sessions.open_links import OpenLinks
from bot.sessions.provider import VideoProvider
from bot.sessions.resolve import SessionResolver
from bot.sessions.tickets import AgentLinks, leads_to_ticket
from bot.ui import private_messages
from bot.ui.text import Translator, is_link, translator_for


@dataclass(frozen=True, slots=True)
class _WayIn:
    """The address that leads a person into a ticket, and whether it signs them in."""

    address: str = field(repr=False)
    ticket: Ticket = field(repr=False)
    signs_in: bool


class AccessLinks:
    """Makes sign-in links into tickets, and links into meetings under one's own name."""

    def __init__(
        self,
        accounts: Accounts,
        meetings: VideoProvider,
        join: JoinLinks | None,
        *,
        opening: OpenLinks | None = None,
        agents: Agents,
        policy: Policy,
        resolver: SessionResolver,
        subjects: Subjects,
    ) -> None:
        self._accounts = accounts
        self._meetings = meetings
        self._join = join
        self._opening = opening
        self._agents = agents
        self._policy = policy
        self._resolver = resolver
        self._subjects = subjects

    async def for_ticket(self, session: Session, requester: Requester, person: Person) -> Message:
        """Return the way into a ticket: this bot's own link, for which Apizee is asked when somebody opens it.

        Without `PUBLIC_URL` it is the sign-in link for the person whose own login is the ticket's; else the ticket's
        address. Apizee's sign-in link lives 300 seconds and signs in anyone who has it as the agent. Whether there is
        one for an existing ticket is up to Apizee: where there is none, the ticket's address asks for a sign-in.

        With an open session of their own, people also get the customer's link, to pass on once more.
        """
        translate = translator_for(person.locale)
        message = await self._ticket_message(session, requester, person, translate)
        is_theirs = session.requester.user == person.id or self._agents.is_login_of(person, session.invitation.agent)
        if not (session.id and session.state.is_open and is_theirs):
            return message
        return private_messages.with_customers_link(message, session, translate)

    async def _ticket_message(
        self, session: Session, requester: Requester, person: Person, translate: Translator
    ) -> Message:
        if link := self._link_of_ours(session, person):
            agent = session.invitation.agent
            is_anothers = agent is not None and not self._agents.is_login_of(person, agent)
            return private_messages.open_link(link, session.remote.id or 0, translate, is_anothers=is_anothers)
        way = await self._way_in(session, requester, person)
        if way.signs_in:
            return private_messages.sign_in(way.address, translate)
        number = None if leads_to_ticket(way.address, way.ticket.id) else way.ticket.id
        is_theirs = self._agents.is_login_of(person, way.ticket.agent or session.invitation.agent)
        return private_messages.ticket_link(way.address, translate, look_for=number, is_theirs=is_theirs)

    def _link_of_ours(self, session: Session, person: Person) -> str | None:
        if self._opening is None:
            return None
        return self._opening.link(SessionRef.to(session), team=person.team, user=person.id)

    async def ticket_address(self, session_ref: SessionRef, requester: Requester) -> str:
        """Return where a link into a ticket leads that a person has opened; raises `NotAllowed` where they may not."""
        person = await self._policy.admit(Act.OPEN_TICKET, requester)
        nowhere = MessageRef("", "")
        session = await self._resolver.pointed_at(requester, session_ref, nowhere)
        await self._policy.ask(
            Act.OPEN_TICKET, requester, await self._subjects.pointed_at(session, nowhere, session_ref)
        )
        way = await self._way_in(session, requester, person)
        if not is_link(way.address):
            raise NoSession
        return way.address

    async def _way_in(self, session: Session, requester: Requester, person: Person) -> _WayIn:
        if session.remote.id is None:
            raise NoSession
        account = await self._accounts.of_session(session)
        ticket = await self._ticket(account, session, session.remote.id, person)
        subject = replace(Subject.of(session), remote_id=ticket.id, agent=ticket.agent)
        if ticket.sso_url and is_link(ticket.sso_url) and await self._policy.may_sign_in(requester, person, subject):
            return _WayIn(ticket.sso_url, ticket, signs_in=True)
        address = await AgentLinks(account).of(ticket, known=session.remote.links.agent)
        return _WayIn(address, ticket, signs_in=False)

    async def _ticket(self, account: Account, session: Session, ticket_id: int, person: Person) -> Ticket:
        """Return the ticket as far as it is worth a request: who cannot be signed in needs its address only."""
        login = session.invitation.agent
        # No sign-in is asked for where the login is known to be another's, or where the person has none.
        if self._agents.is_login_of(person, login or self._agents.own_login(person)):
            try:
                return await account.apizee.ticket(ticket_id, sign_in=True)
            except NotFound:
                raise
            except Refused:  # the parameter, perhaps
                pass
        if leads_to_ticket(session.remote.links.agent, ticket_id):
            return Ticket(id=ticket_id, agent=session.invitation.agent)
        return await account.apizee.ticket(ticket_id)

    async def for_meeting(self, session: Session, person: Person) -> Message:
        """Return a link to the meeting under the person's name: this bot's page, or Apizee's without `PUBLIC_URL`."""
        if session.remote.links.meeting is None:
            session = await self._meetings.fetch(session)
        url = session.remote.links.meeting or ""
        if not is_link(url):
            return private_messages.join_link(url, translator_for(person.locale))
        link = self._join.link(url, person.name) if self._join else join_url(url, person.name)
        return private_messages.join_link(link, translator_for(person.locale))

"""The provider of video assistance: one customer, one ticket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from bot.apizee.answers.schemas import Ticket
from bot.apizee.client import Apizee
from bot.apizee.errors import Unavailable
from bot.installation.accounts import Account, Accounts
from bot.model.errors import NoSession
from bot.model.media import Location, Media
from bot.model.session import OUR_REFERENCE, Invitation, Kind, Links, Remote, Session, State
from bot.sessions.provider import Listed
from bot.store.accounts.facts import Portal
from bot.ui.lists.results import FOUND_AT_MOST, Found

# How far Apizee's clock and ours may differ, in seconds, when a ticket is recognised by its age.
_CLOCKS_DIFFER_BY: Final = 120.0


class TicketProvider:
    """Video assistance at Apizee: tickets."""

    awaits_customer: Final = True
    counts_participants: Final = False

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def prepare(self, session: Session) -> Session:
        """Return the session as it is: the form asks for all that a ticket needs."""
        return session

    def reference(self, session: Session) -> str | None:
        """Return the user's own reference, else one that names the card (at most 50 characters)."""
        if session.invitation.reference or session.card is None:
            return session.invitation.reference
        return f"{OUR_REFERENCE}{session.requester.conversation.team}:{session.card.channel}:{session.card.ts}"

    def invitation_found_by(self, text: str) -> Invitation:
        """Return an invitation with this reference."""
        return Invitation(reference=text)

    async def create(self, session: Session) -> Session:
        """Create the ticket; Apizee sends the SMS or e-mail, unless the agent passes the link on."""
        account, invitation = await self._accounts.of_session(session), session.invitation
        ticket = await _claiming(account, session).create_ticket(
            agent=invitation.agent or "",
            contact=invitation.contacts[0],
            reference=invitation.reference or "",
            invite=not invitation.by_link,
        )
        await AgentLinks(account).learn(ticket)
        return await _with_link(account, session, ticket)

    async def find_created(self, session: Session) -> AsyncIterator[Session]:
        """Yield the session with each ticket of this reference, for this customer, no older than the invitation."""
        account, invitation = await self._accounts.of_session(session), session.invitation
        found = await _claiming(account, session).find_tickets(reference=invitation.reference or "")
        for ticket in found.items:
            recent = ticket.created is None or ticket.created.timestamp() > session.created_at - _CLOCKS_DIFFER_BY
            if recent and invitation.contacts[0] in ticket.contacts:
                yield await _with_listed(account, session, ticket)
        if not found.is_whole:
            raise Unavailable

    async def fetch(self, session: Session) -> Session:
        """Return the session with its ticket, which is looked up by its reference where its id is not known."""
        account = await self._accounts.of_session(session)
        if session.remote.id:
            return await _with_link(account, session, await account.apizee.ticket(session.remote.id))
        found = await account.apizee.find_tickets(reference=session.invitation.reference or "")
        if found.items:
            return await _with_link(account, session, found.items[0])
        raise NoSession if found.is_whole else Unavailable

    async def fetch_many(self, sessions: Sequence[Session], since: datetime, offset: int) -> Listed:
        """Return those of the sessions, of one account, whose tickets are on one page of all since then."""
        account = await self._accounts.of_session(sessions[0])
        by_ticket = {session.remote.id: session for session in sessions if session.remote.id}
        page = await account.apizee.tickets_page(since=since, offset=offset)
        known = [(by_ticket[ticket.id], ticket) for ticket in page.items if ticket.id in by_ticket]
        seen = {session.id: await _with_link(account, session, ticket) for session, ticket in known}
        return Listed(seen, page.next_offset)

    async def find(self, team: str, text: str) -> list[Found]:
        """Return a workspace's latest tickets with this reference."""
        account = await self._accounts.of(team)
        found = await account.apizee.find_tickets(reference=text, most=FOUND_AT_MOST)
        others = await self._accounts.others_among(team, account, Kind.ASSISTANCE, [one.id for one in found.items])
        return [_as_found(one) for one in found.items if one.id not in others]

    async def find_by_id(self, team: str, remote_id: int) -> Found:
        """Return the ticket of an id; raises `NotFound` where Apizee knows none."""
        account = await self._accounts.of_remote(team, Kind.ASSISTANCE, remote_id)
        return _as_found(await account.apizee.ticket(remote_id))

    async def media(self, team: str, remote_id: int, *, in_background: bool = False) -> list[Media]:
        """Return a ticket's photos and recordings."""
        account = await self._accounts.of_remote(team, Kind.ASSISTANCE, remote_id)
        apizee = account.apizee.in_background() if in_background else account.apizee
        return await apizee.ticket_medias(remote_id)


async def _with_listed(account: Account, session: Session, ticket: Ticket) -> Session:
    """Return the session with a ticket out of a list; read alone, a ticket may say more of itself."""
    links = AgentLinks(account)
    if not leads_to_ticket(await links.of(ticket), ticket.id):
        ticket = await _claiming(account, session).ticket(ticket.id)
    await links.learn(ticket)
    return await _with_link(account, session, ticket)


def _claiming(account: Account, session: Session) -> Apizee:
    return account.apizee.for_claim(session.id, person=session.requester.key)


async def _with_link(account: Account, session: Session, ticket: Ticket) -> Session:
    return with_ticket(session, ticket, await AgentLinks(account).of(ticket, known=session.remote.links.agent))


def with_ticket(session: Session, ticket: Ticket, agent_link: str) -> Session:
    """Return the session with what its ticket says."""
    invitation, known = session.invitation, session.remote
    return replace(
        session,
        invitation=replace(
            invitation,
            contacts=invitation.contacts or ticket.contacts,
            agent=invitation.agent or ticket.agent,
            reference=invitation.reference or ticket.reference,
        ),
        remote=Remote(
            id=ticket.id,
            links=Links(agent=agent_link, customer=ticket.requestor_url or known.links.customer),
            started_at=ticket.start_time,
            ended_at=ticket.end_time,
            location=Location(ticket.geoloc.lat, ticket.geoloc.lng) if ticket.geoloc else known.location,
        ),
        state=ticket.progress or (State.INVITED if session.state is State.INVITING else session.state),
        failure=None,
    )


def _as_found(ticket: Ticket) -> Found:
    return Found(
        Kind.ASSISTANCE, ticket.id, ticket.reference or "", ticket.progress, ticket.created, agent=ticket.agent
    )


class AgentLinks:
    """The agent's page of a ticket: from the ticket itself, from what the account is known by, else the portal.

    Apizee says of what the page's address is made when a ticket is created, and of no ticket in a list. What is learned
    from one ticket holds for all of its service.
    """

    def __init__(self, account: Account) -> None:
        self._portal_address = account.apizee.portal_address
        self._account = account.facts

    async def learn(self, ticket: Ticket) -> None:
        """Store what Apizee says of new tickets only; never the sign-in link."""
        if ticket.button_id is not None:
            await self._account.keep_portal(ticket.service_key, Portal(self._address(ticket), ticket.button_id))
        if ticket.conversation:
            await self._account.keep_conversation(ticket.conversation, ticket.id)

    async def of(self, ticket: Ticket, *, known: str | None = None) -> str:
        """Return the agent's page of a ticket, or the portal's address; `known` is what was known of it before."""
        if ticket.button_id is not None:
            return Portal(self._address(ticket), ticket.button_id).link_to(ticket.id)
        if leads_to_ticket(known, ticket.id):
            return known or ""
        portal = await self._account.portal_of(ticket.service_key)
        return portal.link_to(ticket.id) if portal else self._address(ticket)

    def _address(self, ticket: Ticket) -> str:
        """Return the portal's address without a query, in which a sign-in could hide."""
        try:
            parts = urlsplit(ticket.agent_url or "")
        except ValueError:
            return self._portal_address
        is_one = parts.scheme in {"http", "https"} and parts.netloc
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}" if is_one else self._portal_address


def leads_to_ticket(link: str | None, ticket: int) -> bool:
    """Return whether a link is the agent's page of a ticket, and not only the portal."""
    return bool(link and link.endswith(f"/tickets/{ticket}"))

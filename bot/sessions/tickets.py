"""Video assistance: one customer, one ticket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.apizee.client import Apizee
from bot.apizee.errors import Unavailable
from bot.apizee.schemas import Ticket
from bot.model.errors import NoSession
from bot.model.media import Location
from bot.model.session import OUR_REFERENCE, Kind, Links, Remote, Session, State
from bot.sessions.agent_links import AgentLinks, leads_to_ticket
from bot.sessions.provider import Listed
from bot.store.account import AccountFacts
from bot.ui.lists.results import FOUND_AT_MOST, Found

# How far Apizee's clock and ours may differ, in seconds, when a ticket is recognised by its age.
_CLOCKS_DIFFER_BY = 120.0


class TicketProvider:
    """The rooms of video assistance: Apizee's tickets."""

    def __init__(self, apizee: Apizee, account: AccountFacts) -> None:
        self._apizee = apizee
        self._links = AgentLinks(apizee, account)

    async def prepared(self, session: Session) -> Session:
        """Nothing is missing: the form asks for all that a ticket needs."""
        return session

    def reference(self, session: Session) -> str:
        """The user's own reference, else one that names the card (at most 50 characters)."""
        if session.invitation.reference or session.card is None:
            return session.invitation.reference or ""
        return f"{OUR_REFERENCE}{session.requester.conversation.team}:{session.card.channel}:{session.card.ts}"

    async def invited(self, session: Session) -> Session:
        """Make the ticket, and let Apizee send the SMS or e-mail."""
        ticket = await self._apizee.for_claim(session.id).create_ticket(
            agent=session.invitation.agent or "",
            contact=session.invitation.contacts[0],
            reference=session.invitation.reference or "",
        )
        await self._links.learn(ticket)
        return await self._joined(session, ticket)

    async def find_created(self, session: Session) -> AsyncIterator[Session]:
        """The tickets with this reference, for this customer, no older than the invitation.

        Raises `Unavailable` after them where Apizee's answer leaves open whether these are all.
        """
        found = await self._apizee.for_claim(session.id).find_tickets(reference=session.invitation.reference or "")
        for ticket in found.items:
            recent = ticket.created is None or ticket.created.timestamp() > session.created_at - _CLOCKS_DIFFER_BY
            if recent and session.invitation.contacts[0] in ticket.contacts:
                yield await self._found(session, ticket)
        if not found.is_whole:
            raise Unavailable

    async def fetch(self, session: Session) -> Session:
        """The ticket's present state, looked up by its reference where its id is not known.

        Raises `NoSession`, or `Unavailable` where Apizee's answer leaves open whether there is one.
        """
        if session.remote.id:
            return await self._joined(session, await self._apizee.ticket(session.remote.id))
        found = await self._apizee.find_tickets(reference=session.invitation.reference or "")
        if found.items:
            return await self._joined(session, found.items[0])
        raise NoSession if found.is_whole else Unavailable

    async def fetch_many(self, sessions: Sequence[Session], since: datetime, offset: int) -> Listed:
        """Those of the sessions whose tickets are on a page of all since then, as these say."""
        by_ticket = {session.remote.id: session for session in sessions if session.remote.id}
        page = await self._apizee.tickets_page(since=since, offset=offset)
        known = [(by_ticket[ticket.id], ticket) for ticket in page.items if ticket.id in by_ticket]
        seen = {session.id: await self._joined(session, ticket) for session, ticket in known}
        return Listed(seen, page.next_offset)

    async def find(self, reference: str) -> list[Found]:
        """The latest tickets with a reference."""
        found = await self._apizee.find_tickets(reference=reference, most=FOUND_AT_MOST)
        return [_as_found(ticket) for ticket in found.items]

    async def _found(self, session: Session, ticket: Ticket) -> Session:
        """The session with a ticket out of a list, which may tell more of itself when it is read alone."""
        if not leads_to_ticket(await self._links.of(ticket), ticket.id):
            ticket = await self._apizee.for_claim(session.id).ticket(ticket.id)
        await self._links.learn(ticket)
        return await self._joined(session, ticket)

    async def _joined(self, session: Session, ticket: Ticket) -> Session:
        return joined(session, ticket, await self._links.of(ticket, known=session.remote.links.agent))


def joined(session: Session, ticket: Ticket, agent_link: str) -> Session:
    """The session with what its ticket says."""
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
    return Found(Kind.ASSISTANCE, ticket.id, ticket.reference or "", ticket.progress, ticket.created)

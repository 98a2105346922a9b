"""The agent's page of a ticket: from the ticket itself, from what the account is known by, else the portal's address.

Apizee tells what the page's address is made of when a ticket is made, and of no ticket in a list.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.apizee.client import Apizee
from bot.apizee.schemas import Ticket
from bot.store.account import AccountFacts, Portal


class AgentLinks:
    """Knows the way into tickets; what it learns of one holds for all of its service."""

    def __init__(self, apizee: Apizee, account: AccountFacts) -> None:
        self._portal_address = apizee.portal_address
        self._account = account

    async def learn(self, ticket: Ticket) -> None:
        """Keep what Apizee tells of a new ticket only; never its sign-in link."""
        if ticket.button_id is not None:
            await self._account.keep_portal(ticket.service_key, Portal(self._address(ticket), ticket.button_id))
        if ticket.conversation:
            await self._account.keep_conversation(ticket.conversation, ticket.id)

    async def of(self, ticket: Ticket, *, known: str | None = None) -> str:
        """The agent's page of a ticket, or the portal's address; `known` is what was known of it before."""
        if ticket.button_id is not None:
            return Portal(self._address(ticket), ticket.button_id).link_to(ticket.id)
        if leads_to_ticket(known, ticket.id):
            return known or ""
        portal = await self._account.portal_of(ticket.service_key)
        return portal.link_to(ticket.id) if portal else self._address(ticket)

    def _address(self, ticket: Ticket) -> str:
        """The portal's address without a query, in which a sign-in could hide."""
        try:
            parts = urlsplit(ticket.agent_url or "")
        except ValueError:
            return self._portal_address
        is_one = parts.scheme in {"http", "https"} and parts.netloc
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}" if is_one else self._portal_address


def leads_to_ticket(link: str | None, ticket: int) -> bool:
    """Whether a link is the agent's page of a ticket, and not only the portal."""
    return bool(link and link.endswith(f"/tickets/{ticket}"))

"""What the stories of Apizee's bad days have in common: a refusal in its words, and what cards and customers show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from starlette.responses import JSONResponse

from sandbox.apizee.accounts import AGENT_1, Accounts
from sandbox.apizee.faults import (
    Fault,
    Outcome,
)
from sandbox.apizee.model import Ticket
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, button

PHONE = "+33662682193"
ASSIST = f"{PHONE} ref:1234"
MEET = 'ann@example.com name:"Site visit"'
NOBODY = Links(own="https://apizee.invalid", people="https://apizee.invalid")


@dataclass(frozen=True)
class Refusing(Fault):
    """Apizee says no, in these words."""

    message: str

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002  # for everybody
        return JSONResponse({"code": 10, "message": self.message, "details": "Parameter phone"}, 400)


def named(fault: Fault) -> str:
    """Return a fault, as the name of a test says it."""
    return f"{type(fault).__name__} {getattr(fault, 'status', '')}".strip()


def made_by_others(environment: Environment, contact: str, *, ago: timedelta = timedelta()) -> Ticket:
    """Return a ticket with our reference that somebody made without the bot, some time ago."""
    order = TicketOrder(AGENT_1, (contact,), "1234", invite=False)
    ticket = environment.apizee.open_ticket(order, NOBODY)
    return environment.apizee.update_ticket(ticket.id, created=ticket.created - ago)


def reached(environment: Environment) -> list[str]:
    """Return the contacts that Apizee has sent an invitation."""
    return [one.to for one in environment.apizee.outbox]


def every_card(environment: Environment) -> list[Message]:
    """Return the cards of two channels."""
    return [card for channel in (SUPPORT, GENERAL) for card in environment.cards(channel)]


def ids_on_cards(environment: Environment) -> list[int | None]:
    """Return the tickets or conferences that the cards of two channels stand for."""
    return [(card.metadata or {})["event_payload"].get("id") for card in every_card(environment)]


async def both_ids(environment: Environment) -> list[int]:
    """Return the same in their order, once two cards have one."""

    def found() -> list[int]:
        known = [one for one in ids_on_cards(environment) if one]
        return sorted(known) if len(known) == 2 else []

    return await environment.slack.wait_for(found)


async def way_out(environment: Environment) -> dict[str, list[str]]:
    """Return what Apizee's own form, which the agent alone is offered, is filled in with."""
    private_message = await environment.private_message("could not be sent from Slack")
    assert private_message.visible_to == U_EN
    address = urlsplit(button(private_message, "plain_link")["url"])
    assert address.path == "/quick-invitation"
    return parse_qs(address.query)

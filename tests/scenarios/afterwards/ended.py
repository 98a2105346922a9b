"""Sessions that are over, and what their people do then."""

from __future__ import annotations

from sandbox.slack.default_world import U_EN
from sandbox.slack.model import Message, View
from tests.scenarios.environment import Environment, said

CUSTOMER = "+33 6 62 68 21 93"


async def over(environment: Environment, *, user: str = U_EN, photos: int = 0) -> Message:
    """Return the card of somebody's assistance once it is over, and its agent was asked how it ended."""
    await environment.assist(f"{CUSTOMER} ref:1234", user=user)
    await environment.slack.wait_for(lambda: environment.slack.ephemerals(user))
    (ticket,) = environment.apizee.tickets.values()
    environment.customer_comes(ticket, photos=photos)
    environment.apizee.hangs_up(ticket.id)
    card = environment.cards()[0]
    await environment.people.click(user, card, "session_refresh")
    await environment.private_message("session_note", user=user)
    if environment.app:
        await environment.settled()
    return environment.cards()[0]


async def form(environment: Environment, shown: Message, *, user: str = U_EN) -> View:
    """Return the form of a note that opens over a message."""
    await environment.people.click(user, shown, "session_note")
    return await environment.form(user)


def notes(environment: Environment) -> list[Message]:
    """Return the messages with notes in the thread."""
    return [one for one in environment.cards() if one.is_reply and "note:" in said(one)]


async def shows(environment: Environment, outcome: str) -> None:
    """Return once both the card and the one note in the thread say this."""
    await environment.slack.wait_for(lambda: outcome in said(environment.cards()[0]))
    await environment.slack.wait_for(lambda: [one for one in notes(environment) if outcome in one.text])
    await environment.settled()

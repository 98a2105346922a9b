"""A session that somebody has started in a channel, for the tests of who may use it."""

from __future__ import annotations

from sandbox.slack.default_world import U_EN
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment

CUSTOMER = "+33 6 62 68 21 93"


async def card_in(environment: Environment, channel: str, *, user: str = U_EN) -> Message:
    """Return the card of a session that somebody has just started in a channel."""
    await environment.assist(f"{CUSTOMER} ref:CASE-7", user=user, channel=channel)
    await environment.invited(channel=channel)
    await environment.settled()
    (card,) = environment.cards(channel)
    return card

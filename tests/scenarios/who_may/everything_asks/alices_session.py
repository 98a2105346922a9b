"""The session that others ask about, and what names it or somebody."""

from __future__ import annotations

from typing import Final

from bot.grammar import parse_period
from bot.model.session import Session
from bot.model.targets import InviteeRef
from sandbox.slack.default_world import SUPPORT, U_EN
from tests.scenarios.environment import Environment

TODAY: Final = parse_period("today")
SOMEBODY: Final = InviteeRef(("0" * 32,))


async def started(environment: Environment, channel: str = SUPPORT) -> Session:
    """Return Alice's session, whose card stands in a channel."""
    assert environment.app is not None
    await environment.assist("+33 6 62 68 21 93 ref:CASE-7", channel=channel)
    await environment.invited(channel=channel)
    await environment.settled()
    (session,) = await environment.sessions_of(U_EN)
    return session


def agents_link(ticket: int) -> str:
    """Return the agent's page of a ticket."""
    return f"http://127.0.0.1/entrypoint/1/tickets/{ticket}"

"""The people of a planned session: they read about it in their direct messages, wherever they are by then."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model.messages import Message
from bot.model.people import Conversation, Requester
from bot.model.session import Session
from bot.slack.client import Slack


def directly(team: str, user: str) -> Requester:
    """Return somebody who is written to in their direct messages with the bot."""
    return Requester(user, Conversation(team, ""))


def planner_of(session: Session) -> Requester:
    """Return who planned a session."""
    return directly(session.requester.conversation.team, session.requester.user)


def agent_of(session: Session) -> Requester:
    """Return who is the agent of a session: who planned it, or the colleague for whom they did."""
    return directly(session.requester.conversation.team, session.recipient.user)


async def first_reached(slack: Slack, people: Iterable[Requester], message: Message) -> Requester | None:
    """Send a message to the first of some people whom Slack reaches, and return them; raises `TryLater`."""
    for one in people:
        if await slack.send_private(one, message):
            return one
    return None

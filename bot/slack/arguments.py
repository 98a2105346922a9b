"""Arguments that several of Slack's methods take, and what several of them answer."""

from __future__ import annotations

from bot.model.messages import Message
from bot.slack.web_api import Answer


def of_message(message: Message) -> dict[str, object]:
    """Return a message as the methods that post or edit one take it."""
    return {"text": message.text, "blocks": message.blocks, "metadata": message.metadata}


def workspace(team: str) -> str | None:
    """Return the workspace, which the token of a whole organisation has to name; `None` for the organisation itself."""
    return team if team.startswith("T") else None


def is_shared(channel: Answer) -> bool:
    """Return whether people of another organisation read a channel, or are invited to."""
    return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))

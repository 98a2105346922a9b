"""What the Python programs of others say in Slack, of about the size of the bot's own card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def inviting() -> dict[str, Any]:
    """Return the card before the invitation."""
    return _message("Video assistance: inviting the customer …")


def invited(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """Return the card after it."""
    said = _message(f"Video assistance: invited. Ticket {ticket['id']}")
    button = {"type": "button", "action_id": "session_refresh", "text": {"type": "plain_text", "text": "Refresh"}}
    return {**said, "blocks": [*said["blocks"], {"type": "actions", "elements": [button]}]}


def links(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message with the links, for the agent alone."""
    agents_link = f"{ticket['agent_url']}/entrypoint/{ticket['button_id']}/tickets/{ticket['id']}"
    return _message(f"Your ticket: {agents_link}\nThe customer's link: {ticket['requestor_url']}")


def _message(text: str) -> dict[str, Any]:
    return {"text": text, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}

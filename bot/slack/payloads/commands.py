"""Slash commands; https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling."""

from __future__ import annotations

from bot.model.people import Conversation, Requester
from bot.slack.payloads.parts import Id, Payload, Text, Timestamp, Token, Url


class Command(Payload):
    """A slash command."""

    command: Text
    team_id: Id
    user_id: Id
    channel_id: Id
    trigger_id: Token
    text: Text | None = None
    thread_ts: Timestamp | None = None
    response_url: Url | None = None

    @property
    def workspace(self) -> str:
        """The workspace in which it was typed."""
        return self.team_id

    @property
    def requester(self) -> Requester:
        """Who typed it, and where."""
        conversation = Conversation(self.team_id, self.channel_id, self.thread_ts)
        return Requester(user=self.user_id, conversation=conversation, response_url=self.response_url or "")

    @property
    def delivery(self) -> str:
        """The name that no two deliveries share."""
        return self.trigger_id

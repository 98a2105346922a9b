"""Events; https://docs.slack.dev/apis/events-api."""

from __future__ import annotations

from typing import Any

from pydantic import FiniteFloat

from bot.model.people import Conversation, Requester
from bot.slack.payloads.parts import Id, Part, Payload, Text, Timestamp


class Event(Payload):
    """An event of the Events API, in its envelope."""

    team_id: Id
    event_id: Id

    @property
    def workspace(self) -> str:
        """The workspace in which it happened."""
        return self.team_id

    @property
    def delivery(self) -> str:
        """The name that no two events share."""
        return self.event_id


class _HomeOpened(Part):
    user: Id
    channel: Id | None = None
    tab: Text | None = None


class HomeOpened(Event):
    """Somebody looks at the bot's Home, or at its messages."""

    event: _HomeOpened

    @property
    def requester(self) -> Requester:
        """Who looks."""
        return Requester(user=self.event.user, conversation=Conversation(self.team_id, self.event.channel or ""))


class _Mention(Part):
    user: Id
    channel: Id
    ts: Timestamp
    thread_ts: Timestamp | None = None
    text: Text | None = None


class Mention(Event):
    """Somebody mentions the bot."""

    event: _Mention

    @property
    def requester(self) -> Requester:
        """Who mentions it, and where."""
        conversation = Conversation(self.team_id, self.event.channel, self.event.thread_ts)
        return Requester(user=self.event.user, conversation=conversation)


class Uninstalled(Event):
    """A workspace removed the app, at that time (Unix seconds)."""

    event_time: FiniteFloat


class _Tokens(Part):
    bot: list[Any] | None = None


class _TokensRevoked(Part):
    tokens: _Tokens


class TokensRevoked(Event):
    """Tokens of a workspace were revoked, at that time (Unix seconds)."""

    event_time: FiniteFloat
    event: _TokensRevoked

    @property
    def is_the_bots(self) -> bool:
        """Whether the bot's own is among them, and not only people's, of which it has none."""
        return bool(self.event.tokens.bot)

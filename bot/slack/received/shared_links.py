"""The event about links that somebody pastes; https://docs.slack.dev/reference/events/link_shared."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import StringConstraints

from bot.model.people import Conversation, Requester
from bot.slack.received.payloads import Event, Id, Part, Text, Timestamp, Token

Link: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20\x7f]+$", max_length=4000)]
"""An address that somebody pasted, which may hold letters of any language."""


class _Link(Part):
    url: Link


class _LinksShared(Part):
    user: Id
    channel: Id
    message_ts: Token
    thread_ts: Timestamp | None = None
    source: Text | None = None
    links: list[_Link]


class LinkShared(Event):
    """Somebody pasted links of the app's domains, into a message or into one that they still write.

    https://docs.slack.dev/reference/events/link_shared
    """

    event: _LinksShared

    @property
    def is_draft(self) -> bool:
        """Whether the message is not sent yet: then its channel and time are none."""
        return self.event.source == "composer"

    @property
    def requester(self) -> Requester:
        """Who pasted them, and where; nowhere in particular while the message is not sent yet."""
        event = self.event
        conversation = Conversation(self.workspace, "" if self.is_draft else event.channel, event.thread_ts)
        return Requester(event.user, conversation)

    @property
    def message_ts(self) -> str:
        """The message in which they stand; `""` where it is not sent yet."""
        return "" if self.is_draft else self.event.message_ts

    @property
    def urls(self) -> tuple[str, ...]:
        """The links, each once, in their order."""
        return tuple(dict.fromkeys(one.url for one in self.event.links))

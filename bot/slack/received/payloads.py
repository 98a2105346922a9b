"""What Slack sends, as this bot uses it: each payload is read once, into a type of its own.

Unknown fields are ignored, for Slack adds new ones at any time. What is used here has to be there and of Slack's type:
else the payload is not read (pydantic's `ValidationError`), and is dropped. Ids and times become parts of keys
and of calls to Slack, so their characters are checked too. Here are commands and events; shortcuts, buttons and forms
are in `bot.slack.received.interactions`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, FiniteFloat, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bot.model.people import Conversation, Requester

# Lengths are no part of patterns: one that counts to thousands is megabytes for each field that has it.
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=64)]
Timestamp: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+$", max_length=22)]
Token: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=255)]
"""What Slack gives out to be handed back, such as a trigger: visible ASCII."""

Url: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[!-~]*)?$")]
Text: TypeAlias = Annotated[str, StringConstraints(max_length=1024 * 1024)]
"""Any text that can be written as UTF-8: that is checked where there is a constraint."""


_SAID_BY_PEOPLE: Final = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of what people write."""


class Part(BaseModel):
    """A part of a payload; what is not used of it is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Payload(Part, ABC):
    """One delivery of Slack's."""

    @property
    @abstractmethod
    def workspace(self) -> str:
        """The workspace in which it happened."""

    @property
    def organisation(self) -> str:
        """Return the organisation with whose installation the workspace works; `""` where it has its own."""
        return ""

    @property
    def requester(self) -> Requester | None:
        """Who acted, and where; `None` where nobody did."""
        return None


class Command(Payload):
    """A slash command; https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling."""

    command: Text
    team_id: Id
    user_id: Id
    channel_id: Id
    trigger_id: Token
    text: Text | None = None
    thread_ts: Timestamp | None = None
    response_url: Url | None = None
    enterprise_id: Id | None = None
    is_enterprise_install: Text | None = None

    @property
    def workspace(self) -> str:
        """The workspace in which it was typed."""
        return self.team_id

    @property
    def organisation(self) -> str:
        """Return the organisation with whose installation the workspace works."""
        return (self.enterprise_id or "") if self.is_enterprise_install == "true" else ""

    @property
    def requester(self) -> Requester:
        """Who typed it, and where."""
        conversation = Conversation(self.team_id, self.channel_id, self.thread_ts)
        return Requester(user=self.user_id, conversation=conversation, response_url=self.response_url or "")

    @property
    def delivery(self) -> str:
        """The name that no two deliveries share."""
        return self.trigger_id


class _Authorization(Part):
    is_enterprise_install: bool | None = None


class Event(Payload):
    """An event of the Events API, in its envelope; https://docs.slack.dev/apis/events-api."""

    team_id: Id | None = None
    enterprise_id: Id | None = None
    authorizations: list[_Authorization] | None = None
    event_id: Id
    api_app_id: Id | None = None

    @model_validator(mode="after")
    def _happened_somewhere(self) -> Event:
        if not self.workspace:
            raise PydanticCustomError("no_workspace", "No workspace is named.")
        return self

    @property
    def workspace(self) -> str:
        """The workspace in which it happened, or the organisation where it is about that."""
        return self.team_id or self.organisation

    @property
    def organisation(self) -> str:
        """Return the organisation with whose installation the workspace works."""
        is_organisations = any(one.is_enterprise_install for one in self.authorizations or ())
        return (self.enterprise_id or "") if is_organisations or not self.team_id else ""

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
        return Requester(user=self.event.user, conversation=Conversation(self.workspace, self.event.channel or ""))


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
        conversation = Conversation(self.workspace, self.event.channel, self.event.thread_ts)
        return Requester(user=self.event.user, conversation=conversation)


class _Message(Part):
    channel: Id
    ts: Timestamp
    user: Id | None = None
    bot_id: Id | None = None
    subtype: Text | None = None
    thread_ts: Timestamp | None = None
    text: Text | None = None


class DirectMessage(Event):
    """Something was written, edited or deleted in the direct messages with the bot, by either side.

    https://docs.slack.dev/reference/events/message.im
    """

    event: _Message

    @property
    def requester(self) -> Requester | None:
        """Who has written to the bot, and where; `None` for what is no new message of a person."""
        said = self.event
        if said.user is None or said.bot_id or said.subtype not in _SAID_BY_PEOPLE:
            return None
        return Requester(said.user, Conversation(self.workspace, said.channel, said.thread_ts))


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


class _Shared(Part):
    channel: Id


class ChannelShared(Event):
    """A channel is shared with another organisation."""

    event: _Shared


class _Unshared(Part):
    channel: Id
    is_ext_shared: bool = False


class ChannelUnshared(Event):
    """An organisation has left a channel; there may be others in it."""

    event: _Unshared


class _IdChanged(Part):
    old_channel_id: Id
    new_channel_id: Id


class ChannelIdChanged(Event):
    """A channel has another id, as a private one does when it begins to be shared."""

    event: _IdChanged


class _TeamAccess(Part):
    team_ids: list[Id]


class TeamAccessRevoked(Event):
    """An organisation took the app away from some of its workspaces, at that time (Unix seconds).

    https://docs.slack.dev/reference/events/team_access_revoked
    """

    event_time: FiniteFloat
    event: _TeamAccess

"""What Slack sends, as this bot uses it: each payload is read once, into a type of its own.

Unknown fields are passed over, for Slack adds new ones at any time. What is used here has to be there and of Slack's
type: else the payload is not read (pydantic's `ValidationError`), and nothing comes of it. Ids and times become parts
of keys and of calls to Slack, so their characters are checked too.

https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
https://docs.slack.dev/reference/interaction-payloads · https://docs.slack.dev/apis/events-api
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from bot.model import Asker, Place

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Timestamp: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{1,9}$")]
Token: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]
"""What Slack gives out to be handed back, such as a trigger: visible ASCII."""

Url: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[!-~]*)?$")]
Text: TypeAlias = Annotated[str, StringConstraints(max_length=1024 * 1024)]
"""Any text that can be written as UTF-8: that is checked where there is a constraint."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Payload(_Part, ABC):
    """One delivery of Slack's."""

    @property
    @abstractmethod
    def workspace(self) -> str:
        """The workspace in which it happened."""


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────


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
    def asker(self) -> Asker:
        """Who typed it, and where."""
        place = Place(self.team_id, self.channel_id, self.thread_ts)
        return Asker(user=self.user_id, place=place, response_url=self.response_url or "")

    @property
    def delivery(self) -> str:
        """The name that no two deliveries share."""
        return self.trigger_id


# ── Interactions ─────────────────────────────────────────────────────────────────────────────────────────


class _Named(_Part):
    id: Id


class _Container(_Part):
    channel_id: Id | None = None
    message_ts: Timestamp | None = None
    thread_ts: Timestamp | None = None


class _View(_Part):
    app_installed_team_id: Id | None = None


class Interaction(Payload):
    """What all interactions tell: who acted, and where."""

    user: _Named
    team: _Named | None = None
    enterprise: _Named | None = None
    is_enterprise_install: bool | None = None
    view: _View | None = None
    channel: _Named | None = None
    container: _Container | None = None
    response_url: Url | None = None

    @model_validator(mode="after")
    def _happened_somewhere(self) -> Interaction:
        if not self.workspace:
            raise PydanticCustomError("no_workspace", "No workspace is named.")
        return self

    @property
    def workspace(self) -> str:
        """The workspace in which it happened; a person's own (`user.team_id`) may be another one."""
        if self.team:
            return self.team.id
        if self.view and self.view.app_installed_team_id:
            return self.view.app_installed_team_id
        return self.enterprise.id if self.enterprise and self.is_enterprise_install else ""

    @property
    def channel_id(self) -> str:
        """The channel in which it happened; `""` for what belongs to none."""
        if self.channel:
            return self.channel.id
        return (self.container and self.container.channel_id) or ""

    @property
    def thread_ts(self) -> str | None:
        """The thread in which it happened."""
        return self.container.thread_ts if self.container else None

    @property
    def asker(self) -> Asker:
        """Who acted, and where; in a thread where the message stands in one."""
        place = Place(self.workspace, self.channel_id, self.thread_ts)
        return Asker(user=self.user.id, place=place, response_url=self.response_url or "")


class Metadata(_Part):
    """What an app has written into a message; any app may write anything."""

    event_type: Text = ""
    event_payload: dict[Text, Any] | None = None


class Message(_Part):
    """A message that a button stands on or a shortcut was chosen on."""

    ts: Timestamp
    thread_ts: Timestamp | None = None
    text: Text | None = None
    blocks: list[Any] | None = None
    attachments: list[Any] | None = None
    metadata: Metadata | None = None


class GlobalShortcut(Interaction):
    """A shortcut that was chosen anywhere."""

    trigger_id: Token


class MessageShortcut(Interaction):
    """A shortcut that was chosen on a message."""

    channel: _Named
    message: Message
    trigger_id: Token

    @property
    def thread_ts(self) -> str | None:
        """The thread in which the message stands."""
        return self.message.thread_ts

    @property
    def delivery(self) -> str:
        """The name that no two deliveries share."""
        return self.trigger_id


class _Action(_Part):
    value: Text | None = None


class Click(Interaction):
    """A button was pressed; of a message that one person alone sees, the payload carries no message."""

    actions: Annotated[list[_Action], Field(min_length=1)]
    trigger_id: Token
    message: Message | None = None

    @property
    def value(self) -> str:
        """What was written into the button."""
        return self.actions[0].value or ""

    @property
    def thread_ts(self) -> str | None:
        """The thread in which the message stands."""
        return (self.message and self.message.thread_ts) or super().thread_ts

    @property
    def message_ts(self) -> str:
        """The message that the button stands on; `""` where it stands elsewhere."""
        if self.message:
            return self.message.ts
        return (self.container and self.container.message_ts) or ""

    @property
    def delivery(self) -> str:
        """The name that no two deliveries share."""
        return self.trigger_id


class _Option(_Part):
    value: Text


class Entry(_Part):
    """What a field of a form holds, whatever kind of field it is."""

    value: Text | None = None
    selected_options: list[_Option] | None = None
    selected_conversation: Id | None = None


class _State(_Part):
    values: dict[str, dict[str, Entry]]


class _Form(_View):
    id: Id
    state: _State
    hash: Token | None = None
    private_metadata: Text | None = None


class _ResponseUrl(_Part):
    channel_id: Id
    response_url: Url


class Submission(Interaction):
    """A form that was sent."""

    view: _Form
    response_urls: list[_ResponseUrl] | None = None

    @property
    def delivery(self) -> str:
        """The name of what was sent: the same form in the same state is one, however often it is sent."""
        return f"{self.view.id}:{self.view.hash or ''}"

    def entry(self, field: str) -> Entry:
        """What a field holds, whose block and element have the same id; an empty one where it is not there."""
        return self.view.state.values.get(field, {}).get(field) or Entry()

    def response_url_of(self, channel: str) -> str:
        """The way back to the person in a channel that was chosen in the form; `""` where there is none."""
        return next((one.response_url for one in self.response_urls or () if one.channel_id == channel), "")


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────


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


class _HomeOpened(_Part):
    user: Id
    channel: Id | None = None
    tab: Text | None = None


class HomeOpened(Event):
    """Somebody looks at the bot's Home, or at its messages."""

    event: _HomeOpened

    @property
    def asker(self) -> Asker:
        """Who looks."""
        return Asker(user=self.event.user, place=Place(self.team_id, self.event.channel or ""))


class _Mention(_Part):
    user: Id
    channel: Id
    ts: Timestamp
    thread_ts: Timestamp | None = None
    text: Text | None = None


class Mention(Event):
    """Somebody mentions the bot."""

    event: _Mention

    @property
    def asker(self) -> Asker:
        """Who mentions it, and where."""
        place = Place(self.team_id, self.event.channel, self.event.thread_ts)
        return Asker(user=self.event.user, place=place)


class Uninstalled(Event):
    """A workspace removed the app, at that time (Unix seconds)."""

    event_time: FiniteFloat


class _Tokens(_Part):
    bot: list[Any] | None = None


class _TokensRevoked(_Part):
    tokens: _Tokens


class TokensRevoked(Event):
    """Tokens of a workspace were revoked, at that time (Unix seconds)."""

    event_time: FiniteFloat
    event: _TokensRevoked

    @property
    def is_the_bots(self) -> bool:
        """Whether the bot's own is among them, and not only people's, of which it has none."""
        return bool(self.event.tokens.bot)


# ── Who sent something that could not be read, or could not be done ──────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sender:
    """How somebody can be told why nothing came of what they sent; `asker` is there where the payload names them."""

    is_command: bool
    is_event: bool
    workspace: str
    asker: Asker | None


def sender_of(body: Mapping[str, Any]) -> Sender:
    """Who sent a payload, as far as it says; never raises."""
    asker = _person_of(body)
    given = body.get("team_id")
    workspace = asker.place.team if asker else given if isinstance(given, str) else ""
    return Sender("command" in body, "event" in body, workspace, asker)


def _person_of(body: Mapping[str, Any]) -> Asker | None:
    for kind in (Click, MessageShortcut, Interaction):
        with suppress(ValidationError):
            return kind.model_validate(body).asker
    return None

"""Shortcuts, buttons and forms, and who sent a payload; https://docs.slack.dev/reference/interaction-payloads."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from bot.model.people import Conversation, Requester
from bot.slack.received.payloads import Id, Part, Payload, Text, Timestamp, Token, Url


class _Named(Part):
    id: Id


class _Container(Part):
    channel_id: Id | None = None
    message_ts: Timestamp | None = None
    thread_ts: Timestamp | None = None

    @property
    def parent_ts(self) -> str | None:
        """The message below which its own stands in a thread; `None` in the channel itself."""
        return self.thread_ts if self.thread_ts != self.message_ts else None


class _View(Part):
    """A view in which something was done: the Home, or a modal, which carries what the bot wrote into it."""

    app_installed_team_id: Id | None = None
    team_id: Id | None = None
    type: Text = ""
    id: Id | None = None
    hash: Token | None = None
    private_metadata: Text | None = None


class Interaction(Payload):
    """What all interactions say: who acted, and where."""

    user: _Named
    api_app_id: Id | None = None
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
        """The workspace in which it happened; a person's own (`user.team_id`) may be another one.

        Where an organisation has installed the app, what happens in no channel may name the workspace in its view
        alone; a shortcut from anywhere has none: it happens in the organisation.
        """
        if self.team:
            return self.team.id
        view, organisation = self.view or _View(), self.organisation
        if view.app_installed_team_id and view.app_installed_team_id != organisation:
            return view.app_installed_team_id
        return (organisation and view.team_id) or organisation

    @property
    def organisation(self) -> str:
        """Return the organisation with whose installation the workspace works."""
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
        return self.container.parent_ts if self.container else None

    @property
    def requester(self) -> Requester:
        """Who acted, and where; in a thread where the message stands in one."""
        conversation = Conversation(self.workspace, self.channel_id, self.thread_ts)
        return Requester(user=self.user.id, conversation=conversation, response_url=self.response_url or "")


class Metadata(Part):
    """What an app has written into a message; any app may write anything."""

    event_type: Text = ""
    event_payload: dict[Text, Any] | None = None


class Message(Part):
    """A message that a button stands on or a shortcut was chosen on."""

    ts: Timestamp
    app_id: Id | None = None
    thread_ts: Timestamp | None = None
    text: Text | None = None
    blocks: list[Any] | None = None
    attachments: list[Any] | None = None
    metadata: Metadata | None = None

    @property
    def parent_ts(self) -> str | None:
        """The message below which it stands in a thread; `None` in the channel itself.

        A message of the channel has its own `ts` as `thread_ts` once somebody has replied to it.
        """
        return self.thread_ts if self.thread_ts != self.ts else None


class GlobalShortcut(Interaction):
    """A shortcut that was chosen anywhere."""

    trigger_id: Token


class MessageShortcut(Interaction):
    """A shortcut that was chosen on a message."""

    channel: _Named
    message: Message
    trigger_id: Token

    @property
    def is_on_ours(self) -> bool:
        """Whether the message is this app's: of others' messages only what everybody reads is believed."""
        return bool(self.api_app_id) and self.message.app_id == self.api_app_id

    @property
    def thread_ts(self) -> str | None:
        """The thread in which the message stands."""
        return self.message.parent_ts

    @property
    def delivery(self) -> str:
        """The name that no two deliveries share."""
        return self.trigger_id


class _Action(Part):
    value: Text | None = None
    selected_conversation: Id | None = None


class Click(Interaction):
    """A button was pressed; of a message that one person alone sees, the payload carries no message."""

    actions: Annotated[list[_Action], Field(min_length=1)]
    trigger_id: Token
    message: Message | None = None

    @property
    def modal(self) -> _View | None:
        """The modal in which the button stands; `None` for one of a message or of the Home."""
        return self.view if self.view and self.view.type == "modal" and self.view.id else None

    @property
    def value(self) -> str:
        """What was written into the button, or was chosen from a list."""
        return self.actions[0].value or self.actions[0].selected_conversation or ""

    @property
    def thread_ts(self) -> str | None:
        """The thread in which the message stands."""
        return self.message.parent_ts if self.message else super().thread_ts

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


class _Option(Part):
    value: Text


Seconds: TypeAlias = Annotated[int, Field(ge=0, lt=10**10)]


class Entry(Part):
    """What a field of a form holds, whatever kind of field it is."""

    value: Text | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_conversation: Id | None = None
    selected_user: Id | None = None
    selected_users: list[Id] | None = None
    selected_date_time: Seconds | None = None


class _State(Part):
    values: dict[str, dict[str, Entry]]


class _Form(_View):
    id: Id
    state: _State


class _ResponseUrl(Part):
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
        """Return what a field holds, whose block and element have the same id; an empty one where it is not there."""
        return self.view.state.values.get(field, {}).get(field) or Entry()

    def response_url_of(self, channel: str) -> str:
        """Return the way back to the person in a channel that was chosen in the form; `""` where there is none."""
        return next((one.response_url for one in self.response_urls or () if one.channel_id == channel), "")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a payload, and how they are answered where it failed.

    `requester` is there where the payload names them; `field` is the first field of a form, beside which an answer
    stands while the form stays open.
    """

    is_command: bool
    is_event: bool
    workspace: str
    requester: Requester | None
    field: str = ""


def sender_of(body: Mapping[str, Any]) -> Sender:
    """Return who sent a payload, as far as it says; never raises."""
    requester = _person_of(body)
    given = body.get("team_id")
    workspace = requester.conversation.team if requester else given if isinstance(given, str) else ""
    return Sender("command" in body, "event" in body, workspace, requester, _first_field(body))


def _first_field(body: Mapping[str, Any]) -> str:
    with suppress(ValidationError):
        return next(iter(Submission.model_validate(body).view.state.values), "")
    return ""


def _person_of(body: Mapping[str, Any]) -> Requester | None:
    for kind in (Click, MessageShortcut, Interaction):
        with suppress(ValidationError):
            return kind.model_validate(body).requester
    return None

"""Who listens to what, found by name: one table, however many listeners there are.

A listener is handed its acknowledgement and what Slack sent, read into the type that belongs to its kind.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.slack.payloads import (
    Click,
    Command,
    Event,
    GlobalShortcut,
    MessageShortcut,
    Payload,
    Sender,
    Submission,
)

P = TypeVar("P", bound=Payload)
E = TypeVar("E", bound=Event)

Listener: TypeAlias = Callable[[AsyncAck, P], Awaitable[None]]
Registering: TypeAlias = Callable[[Listener[P]], None]
ErrorHandler: TypeAlias = Callable[[Exception, Sender], BoltResponse]
Name: TypeAlias = tuple[str, str]
"""What kind of thing Slack sends, and which one: `("command", "/assist")`."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A listener, and the type into which it wants to have its payload read."""

    reads: type[Payload]
    listener: Listener[Any]


class Listeners:
    """The listeners of an app, one for each name; methods are called as those of Bolt's app."""

    def __init__(self) -> None:
        self._by_name: dict[Name, Registered] = {}
        self.error_handler: ErrorHandler | None = None

    def command(self, command: str) -> Registering[Command]:
        """A slash command."""
        return self._registering("command", command, Command)

    def global_shortcut(self, callback_id: str) -> Registering[GlobalShortcut]:
        """A shortcut that is offered everywhere."""
        return self._registering("global_shortcut", callback_id, GlobalShortcut)

    def message_shortcut(self, callback_id: str) -> Registering[MessageShortcut]:
        """A shortcut on a message."""
        return self._registering("message_shortcut", callback_id, MessageShortcut)

    def action(self, action_id: str) -> Registering[Click]:
        """A button, or anything else that is chosen in blocks."""
        return self._registering("action", action_id, Click)

    def view(self, callback_id: str) -> Registering[Submission]:
        """A form that was sent."""
        return self._registering("view", callback_id, Submission)

    def event(self, event_type: str, reads: type[E]) -> Registering[E]:
        """An event, read into a type of its own."""
        return self._registering("event", event_type, reads)

    def error(self, handler: ErrorHandler) -> None:
        """What answers where a payload cannot be read, or a listener fails."""
        self.error_handler = handler

    def named(self, name: Name) -> Registered | None:
        """The listener of this name."""
        return self._by_name.get(name)

    def _registering(self, kind: str, name: str, reads: type[P]) -> Registering[P]:
        def register(listener: Listener[P]) -> None:
            self._by_name[kind, name] = Registered(reads, listener)

        return register


def name_of(body: Mapping[str, Any]) -> Name:
    """The name of what Slack has sent; of what nobody could listen to, `("other", "")`."""
    match body:
        case {"command": str(command)}:
            return "command", command
        case {"type": "event_callback", "event": {"type": str(event_type)}}:
            return "event", event_type
        case {"type": "block_actions", "actions": [{"action_id": str(action_id)}, *_]}:
            return "action", action_id
        case {"type": "view_submission", "view": {"callback_id": str(callback_id)}}:
            return "view", callback_id
        case {"type": "shortcut", "callback_id": str(callback_id)}:
            return "global_shortcut", callback_id
        case {"type": "message_action", "callback_id": str(callback_id)}:
            return "message_shortcut", callback_id
    return "other", ""

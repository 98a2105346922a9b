"""Who listens to what, found by name: Bolt by itself asks one listener after the other whether it is meant.

The listeners are Bolt's in all else: they name the arguments they want, and get those that Bolt would give them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from slack_bolt.listener.async_listener import AsyncCustomListener

Listener: TypeAlias = Callable[..., Awaitable[Any]]
Registering: TypeAlias = Callable[[Listener], None]
Name: TypeAlias = tuple[str, str]
"""What kind of thing Slack sends, and which one: `("command", "/assist")`."""


class Listeners:
    """The listeners of an app, one for each name; methods are called as those of Bolt's app."""

    def __init__(self) -> None:
        self._by_name: dict[Name, AsyncCustomListener] = {}
        self.error_handlers: list[Listener] = []

    def command(self, command: str) -> Registering:
        """A slash command."""
        return self._registering("command", command)

    def global_shortcut(self, callback_id: str) -> Registering:
        """A shortcut that is offered everywhere."""
        return self._registering("global_shortcut", callback_id)

    def message_shortcut(self, callback_id: str) -> Registering:
        """A shortcut on a message."""
        return self._registering("message_shortcut", callback_id)

    def action(self, action_id: str) -> Registering:
        """A button, or anything else that is chosen in blocks."""
        return self._registering("action", action_id)

    def view(self, callback_id: str) -> Registering:
        """A form that was sent."""
        return self._registering("view", callback_id)

    def event(self, event_type: str) -> Registering:
        """An event."""
        return self._registering("event", event_type)

    def error(self, handler: Listener) -> None:
        """What answers where a listener fails."""
        self.error_handlers.append(handler)

    def named(self, name: Name | None) -> AsyncCustomListener | None:
        """The listener of this name."""
        return self._by_name.get(name) if name else None

    def _registering(self, kind: str, name: str) -> Registering:
        def register(listener: Listener) -> None:
            self._by_name[kind, name] = AsyncCustomListener(
                app_name="apizee-slack", ack_function=listener, lazy_functions=[], matchers=[], middleware=[]
            )

        return register


def name_of(body: Mapping[str, Any]) -> Name | None:
    """The name of what Slack has sent; `None` where it has none that anybody could listen to."""
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
    return None

"""Slack's menu: one module per kind of thing that Slack sends, and one listener per thing.

Listeners parse, write down, acknowledge. They wait for nothing but Redis, and cannot lose what they took in.
"""

from __future__ import annotations

from bot.web.slack import Listeners
from handlers import actions, commands, errors, events, shortcuts, views
from handlers.services import Services


def register(app: Listeners, services: Services) -> None:
    """Make every listener known."""
    commands.register(app, services)
    shortcuts.register(app, services)
    views.register(app, services)
    actions.register(app, services)
    events.register(app, services)
    errors.register(app, services)

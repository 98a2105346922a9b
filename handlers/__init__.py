"""Slack's menu: one module per kind of thing that Slack sends, and one listener per thing.

Listeners parse, record, acknowledge. They wait for nothing but Redis, and cannot lose what they took in.
"""

from __future__ import annotations

from bot.web.slack import Listeners
from handlers import actions, commands, errors, events, shortcuts, steps, views
from handlers.services import Services


def listeners(services: Services) -> Listeners:
    """Return every listener, registered under its name."""
    app = Listeners()
    register(app, services)
    return app


def register(app: Listeners, services: Services) -> None:
    """Register every listener."""
    commands.register(app, services)
    shortcuts.register(app, services)
    views.register(app, services)
    actions.register(app, services)
    events.register(app, services)
    steps.register(app, services)
    errors.register(app, services)

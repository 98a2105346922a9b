"""Slack's menu: one module per kind of thing that Slack sends, and one listener per thing.

Listeners parse, write down, acknowledge. They wait for nothing but Redis, and cannot lose what they took in.
"""

from __future__ import annotations

from bot.slack.listeners import Listeners
from handlers import actions, commands, errors, events, shortcuts, views
from handlers.services import Desk


def register(app: Listeners, desk: Desk) -> None:
    """Make every listener known."""
    commands.register(app, desk)
    shortcuts.register(app, desk)
    views.register(app, desk)
    actions.register(app, desk)
    events.register(app, desk)
    errors.register(app, desk)

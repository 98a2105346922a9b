"""A workspace that has installed the bot."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot in one workspace, by the token with which it acts there; times are in Unix seconds.

    Where the Slack app rotates its tokens, this one works until `expires_at`; the next one costs the `refresh_token`.
    """

    team: str
    team_name: str
    bot_token: str = field(repr=False)
    installed_at: float
    refresh_token: str = field(default="", repr=False)
    expires_at: float | None = None

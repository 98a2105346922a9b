"""How a channel is to the bot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """Whether the bot is in a channel, whether it is archived, and whether another organisation is in it or invited."""

    is_member: bool
    is_archived: bool
    is_shared: bool

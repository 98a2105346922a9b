"""Builds what serves people in other places of Slack than commands and cards: links that they paste."""

from __future__ import annotations

from collections.abc import Callable

from bot.adapters import Adapters
from bot.policy.policy import Policy
from bot.sessions.list_ways import ListWays
from bot.settings import Settings
from bot.unfurls.links import LinkReader
from bot.unfurls.unfurling import Unfurling


def build_unfurling(
    settings: Settings, adapters: Adapters, policy: Policy, ways: ListWays, clock: Callable[[], float]
) -> Unfurling:
    """Return what shows the sessions of pasted links."""
    reader = LinkReader(settings.apizee_api_url, settings.public_url)
    command, slack = settings.assist_command, adapters.slack
    return Unfurling(reader, adapters.link_index, policy, slack, ways, command=command, clock=clock)

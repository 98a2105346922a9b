"""Builds what serves people in other places of Slack than commands and cards: pasted links and the Messages tab."""

from __future__ import annotations

from collections.abc import Callable

from bot.adapters import Adapters
from bot.home.overview import Overviews
from bot.home.service import Home
from bot.messages_tab.offers import StartOffers
from bot.messages_tab.tab import MessagesTab
from bot.messages_tab.views import Commands
from bot.permissions import Permissions
from bot.policy.agents import Agents
from bot.policy.policy import Policy
from bot.sessions.list_ways import ListWays
from bot.settings import Settings
from bot.store.people.greetings import Greetings
from bot.unfurls.links import LinkReader
from bot.unfurls.unfurling import Unfurling


def build_unfurling(
    settings: Settings, adapters: Adapters, policy: Policy, ways: ListWays, clock: Callable[[], float]
) -> Unfurling:
    """Return what shows the sessions of pasted links."""
    reader = LinkReader(settings.apizee_api_url, settings.public_url)
    command, slack = settings.assist_command, adapters.slack
    return Unfurling(reader, adapters.link_index, policy, slack, ways, command=command, clock=clock)


def build_messages_tab(settings: Settings, adapters: Adapters, agents: Agents) -> MessagesTab:
    """Return what greets and answers in the Messages tab."""
    commands = Commands(settings.assist_command, settings.meet_command)
    greetings, offers = Greetings(adapters.redis), StartOffers(adapters.keys)
    return MessagesTab(adapters.slack, agents, greetings, offers, commands=commands)


def build_home(
    settings: Settings, adapters: Adapters, may: Permissions, ways: ListWays, clock: Callable[[], float]
) -> Home:
    """Return what publishes people's Homes."""
    sessions, chosen = adapters.sessions, adapters.overview_channels
    return Home(
        adapters.slack,
        adapters.peoples,
        may.agents,
        ways,
        overviews=Overviews(sessions, chosen, may.agents, may.policy, may.places),
        accounts=adapters.accounts,
        logins=adapters.logins,
        digests=adapters.digest_store,
        commands=(settings.assist_command, settings.meet_command),
        clock=clock,
    )

"""What every listener is handed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.deferred.background import Background
from bot.deferred.forms import Forms
from bot.installation.flow import OAuthFlow
from bot.metrics import Metrics
from bot.policy.agents import Agents
from bot.sessions.intake import Intake
from bot.slack.client import Slack


@dataclass(frozen=True, slots=True)
class Services:
    """The services behind the listeners, and how this installation is called and dialled.

    `countries` are those whose numbers may be invited, all where there are none. `installing` is there where
    workspaces install the bot themselves.
    """

    intake: Intake
    agents: Agents
    forms: Forms
    slack: Slack
    background: Background
    installing: OAuthFlow | None
    metrics: Metrics
    assist_command: str
    meet_command: str
    region: str
    countries: frozenset[str]

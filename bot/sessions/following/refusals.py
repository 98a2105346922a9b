"""Handles accounts whose sign-in Apizee does not accept any more: polls them less, and sends one message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot.installation.accounts import Account
from bot.log import get_logger
from bot.model.errors import TryLater
from bot.policy.agents import Agents
from bot.sessions.views import private
from bot.slack.client import Slack
from bot.slack.errors import SlackError

LONGEST_REST: Final = timedelta(hours=1)

log = get_logger(__name__)


class SignInRefusals:
    """Notes refused sign-ins: each one in a row lets the account rest for twice as long, up to an hour."""

    def __init__(self, slack: Slack, agents: Agents) -> None:
        self._slack = slack
        self._agents = agents

    async def note(self, account: Account, teams: Iterable[str], *, every: timedelta) -> None:
        """Pause the account; the first time, notify the administrator who connected it, in each workspace."""
        refused = await account.polling.refused()
        await account.polling.rest(min(every * 2 ** min(refused, 20), LONGEST_REST))
        if refused > 1:
            return
        log.error("apizee_account_refused", account=account.about.id, teams=sorted(teams))
        for team in sorted(teams):
            if account.about.connected_by:
                await self._tell(team, account.about.connected_by)

    async def _tell(self, team: str, user: str) -> None:
        translate = await self._agents.translate(team, user)
        try:
            conversation = await self._slack.direct_messages(team, user)
            await self._slack.post(conversation, private.account_refused(translate))
        except (SlackError, TryLater) as error:
            log.warning("account_refused_not_said", team=team, reason=str(error))

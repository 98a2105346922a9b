"""Handles accounts whose sign-in Apizee does not accept any more: polls them less, and sends one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from bot.installation.accounts import Account, Accounts
from bot.log import get_logger
from bot.model.errors import TryLater
from bot.model.messages import Message
from bot.policy.agents import Agents
from bot.sessions.views import private
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.ui.text import Translator

LONGEST_REST: Final = timedelta(hours=1)

log = get_logger(__name__)


class SignInRefusals:
    """Notes refused sign-ins: each one in a row lets the account rest for twice as long, up to an hour."""

    def __init__(self, slack: Slack, agents: Agents, accounts: Accounts) -> None:
        self._slack = slack
        self._agents = agents
        self._accounts = accounts

    async def note(self, account: Account, teams: Iterable[str], *, every: timedelta) -> None:
        """Pause the account, and inform those who can correct it in each workspace that works with it.

        Each gets one message until it is accepted again; after a crash perhaps two. Who could not be reached is
        informed when it is refused the next time. Raises `AccountUnreadable` and `StoreUnavailable`.
        """
        refused = await account.polling.refused()
        await account.polling.rest(min(every * 2 ** min(refused, 20), LONGEST_REST))
        if refused == 1:
            log.error("apizee_account_refused", account=account.about.id, teams=sorted(teams))
        for team in sorted(teams):
            connected = await self._accounts.connected(team)
            if connected and connected.about.connected_by:
                user = connected.about.connected_by
                await self._inform(account, team, user, f"{team}/{user}", private.account_refused)
            if connected is None:
                # An id of an administrator is one workspace's: in the others Slack does not know it.
                for user in sorted(self._agents.admins):
                    await self._inform(account, team, user, user, private.operators_account_refused)

    async def _inform(
        self, account: Account, team: str, user: str, who: str, message: Callable[[Translator], Message]
    ) -> None:
        if await account.polling.is_informed(who):
            return
        translate = await self._agents.translate(team, user)
        try:
            conversation = await self._slack.direct_messages(team, user)
            await self._slack.post(conversation, message(translate))
        except (SlackError, TryLater) as error:
            log.warning("account_refused_not_said", team=team, user=user, reason=str(error))
        else:
            await account.polling.note_informed(who)

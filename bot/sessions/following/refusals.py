"""Handles accounts whose sign-in Apizee does not accept any more: polls them less, and sends one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final, TypeAlias

from bot.installation.accounts import Account, Accounts
from bot.log import get_logger
from bot.model.errors import TryLater
from bot.model.messages import Message
from bot.policy.agents import Agents
from bot.sessions.views import private
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.ui.text import Translator

Wording: TypeAlias = Callable[[Translator], Message]
"""Returns a message in a person's language."""

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

        That is who connected it, else those who administer the bot. Each gets one message until the account is accepted
        again; after a crash perhaps two. Who could not be reached is informed when it is refused the next time. Raises
        `AccountUnreadable` and `StoreUnavailable`.
        """
        refused = await account.polling.refused()
        await account.polling.rest(min(every * 2 ** min(refused, 20), LONGEST_REST))
        if refused == 1:
            log.error("apizee_account_refused", account=account.about.id, teams=sorted(teams))
        for team in sorted(teams):
            connected = await self._accounts.connected(team)
            if connected is None:
                # An id of an administrator is one workspace's: in the others Slack does not know it.
                await self._inform_admins(account, team, private.operators_account_refused, once_in="")
            elif not await self._inform(account, team, connected.about.connected_by, private.account_refused, team):
                await self._inform_admins(account, team, private.account_refused, once_in=team)

    async def _inform_admins(self, account: Account, team: str, message: Wording, *, once_in: str) -> None:
        for user in sorted(self._agents.admins):
            await self._inform(account, team, user, message, once_in)

    async def _inform(self, account: Account, team: str, user: str, message: Wording, once_in: str) -> bool:
        """Inform a person who is not yet; returns `False` where they can never be reached: they have left, perhaps."""
        who = f"{once_in}/{user}"
        if not user or await account.polling.is_informed(who):
            return bool(user)
        translate = await self._agents.translate(team, user)
        try:
            conversation = await self._slack.direct_messages(team, user)
            await self._slack.post(conversation, message(translate))
        except (SlackError, TryLater) as error:
            log.warning("account_refused_not_said", team=team, user=user, reason=str(error))
            return isinstance(error, TryLater)
        await account.polling.note_informed(who)
        return True

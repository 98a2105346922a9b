"""Lets administrators connect an Apizee account to their workspace, and disconnect it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from bot.apizee.errors import SignInFailed
from bot.deferred.background import Background
from bot.installation import views
from bot.installation.accounts import Accounts
from bot.installation.removal import forget_account
from bot.installation.views import Filled
from bot.log import get_logger
from bot.model.accounts import ApizeeAccount
from bot.model.acts import Act
from bot.model.errors import AccountUnreadable, KnownError, TooManyTries
from bot.model.people import Requester
from bot.policy.agents import Agents
from bot.policy.policy import Policy
from bot.slack.client import Slack
from bot.store.accounts.store import AccountStore
from bot.store.server.rewriting import FileRewriting
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.text import Translator

TRIES_PER_HOUR: Final = 10
"""Of one workspace: nobody guesses the password of another company's account here."""

log = get_logger(__name__)


class Connecting:
    """Connects accounts; an account is kept only once Apizee has accepted its user and password.

    `files` is what has the embedded Redis rewrite its file, in which a removed account stays until then. `redraw`
    publishes an administrator's Home again. `webhooks` is the address below which accounts have their own.
    """

    def __init__(
        self,
        *,
        accounts: Accounts,
        store: AccountStore,
        files: FileRewriting,
        sessions: Sessions,
        slack: Slack,
        agents: Agents,
        policy: Policy,
        background: Background,
        redraw: Callable[[Requester], Awaitable[None]],
        webhooks: str | None,
        command: str,
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._files = files
        self._sessions = sessions
        self._slack = slack
        self._agents = agents
        self._policy = policy
        self._background = background
        self._redraw = redraw
        self._webhooks = webhooks
        self._command = command

    def open(self, requester: Requester, trigger_id: str) -> None:
        """Start to open the form."""
        self._background.run(self._explained(requester, self._open(requester, trigger_id)))

    def connect(self, requester: Requester, view_id: str, given: ApizeeAccount) -> None:
        """Start to check an account, and to connect it; the form's window shows the result."""
        self._background.run(self._explained(requester, self._check(requester, view_id, given)))

    def disconnect(self, requester: Requester) -> None:
        """Start to disconnect the workspace's account."""
        self._background.run(self._explained(requester, self._disconnect(requester)))

    async def _open(self, requester: Requester, trigger_id: str) -> None:
        await self._policy.ask(Act.CONNECT_ACCOUNT, requester)
        team = requester.conversation.team
        try:
            known = await self._accounts.connected(team)
        except AccountUnreadable:
            known = None
        form = views.connect_form(
            await self._translate(requester),
            _filled(known.about) if known else Filled(),
            is_connected=known is not None,
        )
        await self._slack.open_modal(team, trigger_id, form)

    async def _check(self, requester: Requester, view_id: str, given: ApizeeAccount) -> None:
        team, translate = requester.conversation.team, await self._translate(requester)
        try:
            await self._policy.ask(Act.CONNECT_ACCOUNT, requester)
            unfollowed = await self._connect(requester, given)
        except KnownError as error:
            await self._slack.update_modal(
                team,
                views.connect_form(translate, _filled(given), problem=self._problem(error, translate)),
                view_id=view_id,
            )
            return
        address = f"{self._webhooks}/{team}" if self._webhooks and given.webhook_secret else None
        shown = views.connected(translate, username=given.username, webhook_address=address, unfollowed=unfollowed)
        await self._slack.update_modal(team, shown, view_id=view_id)
        await self._redraw(requester)

    async def _connect(self, requester: Requester, given: ApizeeAccount) -> int:
        """Connect an account that Apizee accepts; returns how many open sessions are another account's."""
        team = requester.conversation.team
        if await self._store.count_try(team) > TRIES_PER_HOUR:
            raise TooManyTries
        account = self._accounts.open_account(given)
        await account.apizee.token.sign_in_again()
        await self._files.note_forgotten()  # it may replace another one
        await self._store.keep(team, given)
        await account.polling.accepted()
        log.info("account_connected", team=team, account=given.id, by=requester.user)
        return await self._of_other_accounts(team, given.key)

    async def _disconnect(self, requester: Requester) -> None:
        await self._policy.ask(Act.CONNECT_ACCOUNT, requester)
        team, translate = requester.conversation.team, await self._translate(requester)
        await self._files.note_forgotten()
        await forget_account(self._accounts, self._store, team)
        log.info("account_disconnected", team=team, by=requester.user)
        said = translate(
            "The Apizee account is disconnected. Open sessions are no longer followed; their cards say so."
        )
        await self._slack.send_private(requester, private_messages.text_message(said), last_try=True)
        await self._redraw(requester)

    async def _of_other_accounts(self, team: str, account: str) -> int:
        followed = await self._sessions.followed([team])
        return sum(one.state.is_open and self._sessions.account_of(one) != account for one in followed)

    async def _explained(self, requester: Requester, work: Awaitable[None]) -> None:
        """Wait for some work, and send the person why it failed, if it did."""
        try:
            await work
        except KnownError as error:
            log.warning("account_not_connected", team=requester.conversation.team, reason=type(error).__name__)
            translate = await self._translate(requester)
            message = private_messages.text_message(self._problem(error, translate))
            await self._slack.send_private(requester, message, last_try=True)

    def _problem(self, error: KnownError, translate: Translator) -> str:
        match error:
            case SignInFailed():
                return translate(
                    "Apizee does not accept this user name with this password, so nothing was changed. Please check"
                    " both, and type the password again."
                )
            case _:
                return sentence(error, translate, command=self._command)

    async def _translate(self, requester: Requester) -> Translator:
        return await self._agents.translate(requester.conversation.team, requester.user)


def _filled(account: ApizeeAccount) -> Filled:
    return Filled(
        username=account.username,
        enterprise=str(account.enterprise_id),
        default_agent=account.default_agent or "",
        meeting_service=account.meeting_service_key or "",
    )

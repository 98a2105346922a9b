"""Removes workspaces: nothing that is kept for one stays, wherever it is kept."""

from __future__ import annotations

from bot.installation.accounts import Accounts
from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.store.accounts.store import AccountStore
from bot.store.server.rewriting import FileRewriting
from bot.store.set_aside import SetAsideJobs
from bot.store.workspaces.installations import InstallationStore

log = get_logger(__name__)


async def forget_account(accounts: Accounts, store: AccountStore, team: str) -> None:
    """Remove a workspace's Apizee account, and what is kept of it unless the operator or others use it too.

    Raises `StoreUnavailable`. It goes over all keys, so no acknowledgement should wait for it.
    """
    account = await store.account_id(team)
    await store.forget(team)
    is_operators = accounts.operators is not None and accounts.operators.about.id == account
    if account and not is_operators and not await store.teams_of(account):
        await store.forget_facts(account)


class WorkspaceRemoval:
    """Removes workspaces; it goes over the keys of all of them, and may be repeated after any failure.

    `files` is what has the embedded Redis rewrite its file, in which what was removed stays until then.
    """

    def __init__(
        self,
        installations: InstallationStore,
        accounts: Accounts,
        store: AccountStore,
        set_aside: SetAsideJobs,
        queue: Queue,
        files: FileRewriting,
    ) -> None:
        self._installations = installations
        self._accounts = accounts
        self._store = store
        self._set_aside = set_aside
        self._queue = queue
        self._files = files

    async def remove(self, team: str) -> list[str]:
        """Remove all that is kept for a workspace, but an installation that was made meanwhile.

        Of an organisation, it is that of all its workspaces; returns which were removed. Raises `StoreUnavailable`.
        """
        removed = [*await self._installations.workspaces_of(team), team]
        for each in removed:
            await self._remove(each)
            log.info("workspace_removed", team=each)
        return removed

    async def remove_leftovers(self, team: str) -> None:
        """Remove what was written of a workspace after it was removed; nothing where it has installed the bot again."""
        if not await self._installations.organisation_of(team) and not await self._installations.is_installed(team):
            await self._remove(team)

    async def _remove(self, team: str) -> None:
        await self._files.note_forgotten()
        await self._queue.drop_planned(team)
        for job in await self._set_aside.all():
            if job.team == team:
                await self._set_aside.drop(job.id)
        # Its own keys are known only as long as the account is.
        await forget_account(self._accounts, self._store, team)
        await self._installations.forget_workspace(team)

"""Finds the Apizee account of each workspace: the one that its administrators connected, else the operator's.

The operator's account serves the workspaces that the operator named, and nobody else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeAlias

from bot.apizee.client import Apizee
from bot.model.accounts import ApizeeAccount
from bot.model.errors import AccountReplaced, AccountUnreadable, NoAccount, NoSession, Unreadable
from bot.model.session import Kind, Session
from bot.store.accounts.events import AccountEvents
from bot.store.accounts.facts import AccountFacts
from bot.store.accounts.store import AccountStore
from bot.store.polling_state import PollingState

KEPT_AT_MOST: Final = 1000
"""Of so many workspaces the accounts are held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An Apizee account at work: the client that acts with it, and what Redis knows of it."""

    about: ApizeeAccount
    apizee: Apizee
    facts: AccountFacts
    events: AccountEvents
    polling: PollingState

    @property
    def key(self) -> str:
        """The beginning of its keys in Redis."""
        return self.about.key


class Names(Protocol):
    """Says whether the operator named a workspace."""

    def __call__(self, team: str) -> Awaitable[bool]:
        """Return whether it is named; raises `WorkspaceClosed` where the workspace may not use the bot at all."""
        ...


OwnersOf: TypeAlias = Callable[[str, Kind, Sequence[int]], Awaitable[Sequence[str | None]]]
"""Returns the workspaces of the sessions of an account's tickets or conferences; the account by its key."""


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """The accounts of all workspaces, each read from Redis whenever it is asked for: a new one counts at once.

    `open_account` makes the parts of an account. `operators` is the account of the settings. `background` is whether
    they are for work that nobody waits for.
    """

    store: AccountStore
    open_account: Callable[[ApizeeAccount], Account]
    operators: Account | None
    is_named: Names
    owners_of: OwnersOf
    background: bool = False
    known: dict[str, tuple[bytes, Account]] = field(default_factory=dict, repr=False)

    def in_background(self) -> Accounts:
        """Return the same accounts for work that nobody waits for: it leaves the turns at Apizee to people."""
        return replace(self, background=True)

    async def of(self, team: str) -> Account:
        """Return the account of a workspace.

        Raises `NoAccount`, `AccountUnreadable`, `WorkspaceClosed` where the workspace may not use the bot, and
        `StoreUnavailable`.
        """
        is_named = await self.is_named(team)
        account = await self.connected(team) or (self.operators if is_named else None)
        if account is None:
            raise NoAccount
        return replace(account, apizee=account.apizee.in_background()) if self.background else account

    async def of_session(self, session: Session) -> Account:
        """Return the account that a session belongs to.

        Raises `AccountReplaced` where it is not its workspace's any more, what `of` raises, and, for a session that is
        known by its ticket or conference alone, what `of_remote` raises.
        """
        team = session.requester.conversation.team
        if not session.id and session.remote.id:
            return await self.of_remote(team, session.kind, session.remote.id)
        account = await self.of(team)
        if session.account and session.account != account.key:
            raise AccountReplaced
        return account

    async def of_remote(self, team: str, kind: Kind, remote_id: int) -> Account:
        """Return a workspace's account, in which a ticket or conference is.

        Raises `NoSession` where that is another workspace's: several may use one account. Raises what `of` raises too.
        """
        account = await self.of(team)
        if await self.others_among(team, account, kind, [remote_id]):
            raise NoSession
        return account

    async def others_among(self, team: str, account: Account, kind: Kind, remote_ids: Sequence[int]) -> frozenset[int]:
        """Return those of the tickets or conferences of an account that another workspace made."""
        owners = await self.owners_of(account.key, kind, remote_ids)
        return frozenset(number for number, owner in zip(remote_ids, owners, strict=True) if owner not in {None, team})

    async def connected(self, team: str) -> Account | None:
        """Return the account that the administrators of a workspace connected; `None` where there is none.

        Raises `AccountUnreadable`.
        """
        sealed = await self.store.sealed(team)
        if sealed is None:
            self.known.pop(team, None)
            return None
        known = self.known.get(team)
        if known and known[0] == sealed:
            return known[1]
        if len(self.known) >= KEPT_AT_MOST:
            self.known.clear()
        try:
            account = self.open_account(self.store.open(team, sealed))
        except Unreadable as error:
            raise AccountUnreadable from error
        self.known[team] = sealed, account
        return account

    async def default_agent(self, team: str) -> str | None:
        """Return the login used in a workspace where a person has none; `None` where there is none either."""
        try:
            return (await self.of(team)).about.default_agent
        except (NoAccount, AccountUnreadable):
            return None

    @property
    def opened(self) -> list[Account]:
        """The accounts that this process works with, each once."""
        accounts = [*(account for _, account in self.known.values()), *filter(None, [self.operators])]
        return list({one.key: one for one in accounts}.values())

"""Finds the token with which the bot acts in a workspace: that of the settings, or that of its installation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.model.errors import StoreUnavailable
from bot.model.workspaces import AllowedWorkspaces, Installation
from bot.slack.errors import NotInstalled, WorkspaceNotAllowed

FRESH_SECONDS: Final = 60.0
"""For so long a token is taken without looking it up: acknowledgements wait for Redis once, not twice."""

_PATIENCE_SECONDS: Final = 0.1
KEPT_AT_MOST: Final = 1000
"""Of so many workspaces the clients are held."""


class Workspaces(Protocol):
    """The workspaces that the bot serves."""

    async def client(self, team: str) -> AsyncWebClient:
        """Return Slack's client for a workspace.

        Raises `NotInstalled`, `WorkspaceNotAllowed`, or `StoreUnavailable` where it is not known.
        """
        ...

    async def organisation(self, team: str) -> str:
        """Return the organisation that a workspace belongs to, `""` where it belongs to none; raises as `client`."""
        ...

    async def admit(self, team: str, organisation: str) -> None:
        """Let something of a workspace in, which may work with its organisation's installation; raises as `client`."""
        ...


class OneWorkspace:
    """The workspace whose token stands in the settings; Slack sends nothing from any other."""

    def __init__(self, client: AsyncWebClient, allowed: AllowedWorkspaces | None = None) -> None:
        self._client = client
        self._allowed = allowed or AllowedWorkspaces()

    async def client(self, team: str) -> AsyncWebClient:
        """Return the one client; raises `WorkspaceNotAllowed`."""
        if not self._allowed.admits(team):
            raise WorkspaceNotAllowed(team)
        return self._client

    async def organisation(self, team: str) -> str:
        """Return `""`, which stands for none; raises `WorkspaceNotAllowed`."""
        await self.client(team)
        return ""

    async def admit(self, team: str, organisation: str) -> None:  # noqa: ARG002  # one workspace has its own token
        """Let something of the workspace in; raises `WorkspaceNotAllowed`."""
        await self.client(team)


@dataclass(frozen=True, slots=True)
class _Known:
    client: AsyncWebClient
    organisation: str
    since: float


async def in_no_organisation(_team: str, _organisation: str) -> bool:
    """Return that no organisation has installed the bot."""
    return False


class WorkspaceTokens:
    """The workspaces that have installed the bot, each looked up by `find` once a minute.

    `client_with` makes the client that acts with a token. `join` records that a workspace works with its organisation's
    installation, and returns whether there is one. What one process forgets, the others use for a minute more.
    """

    def __init__(
        self,
        find: Callable[[str], Awaitable[Installation | None]],
        client_with: Callable[[str], AsyncWebClient],
        *,
        join: Callable[[str, str], Awaitable[bool]] = in_no_organisation,
        allowed: AllowedWorkspaces | None = None,
        kept_at_most: int = KEPT_AT_MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._client_with = client_with
        self._join = join
        self._allowed = allowed or AllowedWorkspaces()
        self._kept_at_most = kept_at_most
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def client(self, team: str) -> AsyncWebClient:
        """Return the client that acts with the workspace's own token.

        Raises `NotInstalled`, `WorkspaceNotAllowed`, or `StoreUnavailable`.
        """
        return (await self._workspace(team)).client

    async def organisation(self, team: str) -> str:
        """Return the organisation that a workspace belongs to; raises as `client` does."""
        return (await self._workspace(team)).organisation

    async def _workspace(self, team: str) -> _Known:
        known = self._known.get(team)
        if known is None:
            return await self._looked_up(team)
        if self._clock() - known.since < FRESH_SECONDS:
            return known
        return await self._looked_up_again(team, known)

    async def admit(self, team: str, organisation: str) -> None:
        """Let something of a workspace in, which may work with its organisation's installation; raises as `client`.

        That it does is recorded: what follows names the workspace alone.
        """
        try:
            await self.client(team)
        except NotInstalled:
            if not organisation or not await self._join(team, organisation):
                raise
            await self.client(team)

    def forget(self, team: str) -> None:
        """Look a workspace up when it is next asked for: it has installed or removed the bot.

        Of an organisation, it is all of its workspaces.
        """
        self._known = {one: known for one, known in self._known.items() if team not in {one, known.organisation}}

    async def _looked_up(self, team: str) -> _Known:
        installation = await self._find(team)
        if installation is None:
            self.forget(team)
            raise NotInstalled(team)
        if not self._allowed.admits(team, installation.organisation):
            self.forget(team)
            raise WorkspaceNotAllowed(team, installation.team_name)
        client = self._client_with(installation.bot_token)
        return self._remember(team, _Known(client, installation.organisation, self._clock()))

    async def _looked_up_again(self, team: str, known: _Known) -> _Known:
        """Return the present token; while Redis is away or slow, the last one known."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._looked_up(team)
        except (StoreUnavailable, TimeoutError):
            return known

    def _remember(self, team: str, known: _Known) -> _Known:
        if len(self._known) >= self._kept_at_most:
            self._known.clear()
        self._known[team] = known
        return known

"""Installs the bot in workspaces by OAuth, and removes what is kept for those that removed it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import KnownError, TryLater
from bot.model.workspaces import AllowedWorkspaces, Installation
from bot.slack.errors import SlackError, WorkspaceNotAllowed
from bot.slack.oauth import OAuth
from bot.slack.workspaces import WorkspaceTokens
from bot.store.workspaces.installations import InstallationStore, OAuthStates

_REVOKED_IN_TRIES: Final = 3

log = get_logger(__name__)


class WrongState(KnownError):
    """A browser came back from Slack that we did not send there, sent too long ago, or have seen come back already."""


class NotAgreed(KnownError):
    """Slack sent somebody back without an agreement."""


@dataclass(frozen=True, slots=True)
class AuthorizeRedirect:
    """Somebody on the way to Slack's page at `address`, who is known by the `state` when coming back."""

    address: str = field(repr=False)
    state: str = field(repr=False)


class OAuthFlow:
    """Installs the bot in workspaces, and removes it. All methods raise `StoreUnavailable` without Redis."""

    def __init__(
        self,
        *,
        oauth: OAuth,
        states: OAuthStates,
        installations: InstallationStore,
        workspaces: WorkspaceTokens,
        queue: Queue,
        allowed: AllowedWorkspaces,
    ) -> None:
        self._oauth = oauth
        self._states = states
        self._installations = installations
        self._workspaces = workspaces
        self._queue = queue
        self._allowed = allowed

    async def begin(self) -> AuthorizeRedirect:
        """Send somebody to Slack. Their browser keeps the state, and has to show it again."""
        state = await self._states.issue()
        return AuthorizeRedirect(self._oauth.address(state), state)

    async def finish(self, *, state: str, kept_state: str, code: str) -> Installation:
        """Exchange what Slack sent somebody back with for the workspace's token.

        `kept_state` is what the browser kept. Raises `WrongState`, `NotAgreed` where there is no code,
        `WorkspaceNotAllowed` after the token was given back, or what `OAuth.exchange` raises; then nothing is kept.
        """
        await self._check(state, kept_state)
        if not code:
            raise NotAgreed
        installation = await self._oauth.exchange(code)
        await self._states.use(state)
        if not self._allowed.admits(installation.team, installation.organisation):
            await self._give_back(installation)
            raise WorkspaceNotAllowed(installation.team, installation.team_name)
        await self._installations.keep(installation)
        self._workspaces.forget(installation.team)
        log.info("workspace_installed", team=installation.team)
        return installation

    async def removed(self, team: str, *, at: float) -> None:
        """Queue the removal of all that is kept for a workspace that removed the app at that time (Unix seconds)."""
        if await self._ended(team, at):
            await self._queue.forget_workspace(team)

    async def access_revoked(self, teams: Sequence[str]) -> None:
        """Queue the removal of workspaces from which their organisation took the app away."""
        for team in teams:
            self._workspaces.forget(team)
            await self._queue.forget_workspace(team)

    async def token_revoked(self, team: str, *, at: float) -> None:
        """Forget a workspace's token, which was revoked at that time (Unix seconds)."""
        await self._ended(team, at)

    async def _give_back(self, installation: Installation) -> None:
        """Revoke a token that is not to be used; where Slack does not do it, the log says so: nobody has it."""
        for _ in range(_REVOKED_IN_TRIES):
            try:
                await self._oauth.revoke(installation)
            except (SlackError, TryLater) as error:
                reason = str(error)
            else:
                log.warning("workspace_not_allowed", team=installation.team, organisation=installation.organisation)
                return
        log.error("token_not_revoked", team=installation.team, reason=reason)

    async def _check(self, state: str, kept_state: str) -> None:
        # Without the browser's part, anybody could make others finish an installation that they began themselves.
        is_same_browser = hmac.compare_digest(state.encode(), kept_state.encode())
        if not is_same_browser or not await self._states.is_open(state):
            raise WrongState

    async def _ended(self, team: str, at: float) -> bool:
        """Forget the installation, unless the news is older than it: Slack's events may come late."""
        installation = await self._installations.get(team)
        if installation and installation.installed_at > at:
            log.info("workspace_installed_again_meanwhile", team=team)
            return False
        self._workspaces.forget(team)
        await self._installations.forget(team)
        log.info("workspace_forgotten", team=team)
        return True

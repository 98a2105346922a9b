"""Exchanges tokens that expire: where a Slack app rotates them, one process gets the next one in time.

https://docs.slack.dev/authentication/using-token-rotation
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import inf
from typing import Final

from bot.log import get_logger
from bot.model.errors import KnownError, StoreUnavailable
from bot.model.workspaces import Installation
from bot.slack.errors import SlackAway, SlackError
from bot.slack.oauth import OAuth
from bot.store.workspaces.installations import InstallationStore

BEFORE_IT_EXPIRES: Final = timedelta(hours=2)
"""Of the 12 hours that Slack gives: whatever is down meanwhile has time to come back."""

_AGAIN_IN: Final = 30.0
_WORTH_WAITING: Final = 0.7
"""An acknowledgement has a second in all."""

_PAUSES: Final = (0.1, 0.3, 1.0, 3.0, 9.0)
_ENDS_WITHIN: Final = 5.0

_FOR_GOOD: Final = frozenset({"invalid_refresh_token", "invalid_grant", "token_revoked", "token_expired"})
"""Slack's own codes for a refresh token that is worth nothing any more; all else may pass."""

log = get_logger(__name__)


class TokenRotation:
    """The installations of workspaces, each with a token that works."""

    def __init__(
        self, installations: InstallationStore, oauth: OAuth, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._installations = installations
        self._oauth = oauth
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def current(self, team: str) -> Installation | None:
        """Return the workspace's installation; `None` without one, or where its token expired and gets no next one.

        Nobody waits for Slack while the present token works. Raises `StoreUnavailable`; `SlackAway` where the token has
        expired and the next one is not there yet.
        """
        installation = await self._installations.get(team)
        if installation is None and (organisation := await self._installations.organisation_of(team)):
            return await self.current(organisation)
        if installation is None or not self._is_due(installation):
            return self._usable(installation)
        exchange = self._exchange_soon(team)
        if not self._has_expired(installation):
            return installation
        await asyncio.wait([exchange], timeout=_WORTH_WAITING)
        installation = await self._installations.get(team)
        if installation and self._has_expired(installation) and installation.refresh_token:
            raise SlackAway(_AGAIN_IN)
        return self._usable(installation)

    async def close(self) -> None:
        """Wait for exchanges that have begun: an answer that is not recorded is lost."""
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()), timeout=_ENDS_WITHIN)

    def _usable(self, installation: Installation | None) -> Installation | None:
        return None if installation and self._has_expired(installation) else installation

    def _is_due(self, installation: Installation) -> bool:
        return bool(installation.refresh_token) and self._left(installation) < BEFORE_IT_EXPIRES.total_seconds()

    def _has_expired(self, installation: Installation) -> bool:
        return self._left(installation) <= 0

    def _left(self, installation: Installation) -> float:
        return inf if installation.expires_at is None else installation.expires_at - self._clock()

    def _exchange_soon(self, team: str) -> asyncio.Task[None]:
        """Return the exchange that is under way in this process; it goes on if its waiters are cancelled."""
        task = self._under_way.get(team)
        if task is None:
            task = self._under_way[team] = asyncio.create_task(self._exchange_safely(team))
            task.add_done_callback(lambda _: self._under_way.pop(team, None))
        return task

    async def _exchange_safely(self, team: str) -> None:
        try:
            await self._exchange(team)
        except KnownError as error:
            log.warning("token_not_exchanged", team=team, reason=f"{type(error).__name__}: {error}")
        except Exception:  # A request is under way: the token that it has may still do.
            log.exception("token_not_exchanged", team=team)

    async def _exchange(self, team: str) -> None:
        """Exchange the token, unless somebody else does; what failed is not tried again within a minute."""
        if not await self._installations.begin_exchange(team):
            return
        installation = await self._installations.get(team)
        if installation and self._is_due(installation):
            await self._keep(installation, await self._next(installation))
        await self._installations.end_exchange(team)

    async def _next(self, installation: Installation) -> Installation:
        try:
            return await self._oauth.refresh(installation)
        except SlackError as error:
            if error.code not in _FOR_GOOD:
                raise
            log.error("workspace_has_to_install_again", team=installation.team, reason=error.code)  # noqa: TRY400  # no bug
            return replace(installation, refresh_token="")

    async def _keep(self, former: Installation, installation: Installation) -> None:
        """Record the next token, for the former one gets no other; try for about 13 seconds."""
        for pause in _PAUSES:
            try:
                await self._installations.replace(former, installation)
            except StoreUnavailable:
                await asyncio.sleep(pause)
            else:
                log.info("token_exchanged", team=former.team)
                return
        await self._installations.replace(former, installation)

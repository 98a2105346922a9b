"""Where people are in Slack, and which channels another organisation is in; believed for a few minutes.

What cannot be known counts against the person: nothing is shown or started on a guess.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from bot.log import get_logger
from bot.model.timing import PlacesTiming
from bot.policy.recent import Recent
from bot.slack.client import Slack
from bot.slack.errors import CannotPost, MissingScope, SlackError, WorkspaceClosed
from bot.store.cache import Cache

_KINDS: Final = ("public_channel", "private_channel", "mpim")
_DIRECT: Final = "D"
"""With this letter begin the ids of conversations of two: with the bot in it, nobody else is."""

_SHARED: Final = "yes"
_NOT_SHARED: Final = "no"

log = get_logger(__name__)


class Places:
    """Asks Slack. Every method raises `SlackAway` or `StoreUnavailable` where the question may be asked later."""

    def __init__(
        self,
        slack: Slack,
        cache: Cache,
        *,
        timing: PlacesTiming | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        timing = timing or PlacesTiming()
        self._slack = slack
        self._cache = cache
        self._shared_kept_for = timedelta(seconds=timing.kept_for)
        self._conversations: Recent[tuple[str, str], frozenset[str]] = Recent(timing.kept_for, clock=clock)
        self._members: Recent[tuple[str, str], frozenset[str]] = Recent(timing.kept_for, clock=clock)

    async def is_shared(self, team: str, channel: str) -> bool | None:
        """Return whether another organisation is in a channel or is invited to it; `None` where Slack does not say.

        A channel that the bot cannot see has no cards: those go into the direct messages of who asked.
        """
        if channel.startswith(_DIRECT):
            return False
        if known := await self._cache.get(team, _sharing_of(channel)):
            return known == _SHARED
        try:
            is_shared = await self._slack.is_shared(team, channel)
        except CannotPost:
            is_shared = False
        except WorkspaceClosed:
            raise
        except SlackError as error:
            log.warning("sharing_unknown", team=team, channel=channel, reason=error.code)
            return None
        await self.note_shared(team, channel, is_shared=is_shared)
        return is_shared

    async def note_shared(self, team: str, channel: str, *, is_shared: bool) -> None:
        """Cache what Slack said of a channel, for all processes."""
        said = _SHARED if is_shared else _NOT_SHARED
        await self._cache.set(team, _sharing_of(channel), said, lasts=self._shared_kept_for)

    async def is_member(self, team: str, user: str, channel: str) -> bool:
        """Return whether somebody is in a channel, as far as Slack shows this bot."""
        if channel.startswith(_DIRECT):
            return False
        known = self._conversations.get((team, user))
        if known is None:
            known = self._conversations.put((team, user), await self._conversations_of(team, user))
        return channel in known

    async def is_in_group(self, team: str, user: str, groups: frozenset[str]) -> bool | None:
        """Return whether somebody is in one of some user groups; `None` where Slack shows none of them."""
        known = [members for group in sorted(groups) if (members := await self._members_of(team, group)) is not None]
        return any(user in members for members in known) if known else None

    async def _conversations_of(self, team: str, user: str) -> frozenset[str]:
        try:
            return await self._slack.conversations_of(team, user, _KINDS)
        except MissingScope:
            of_each_kind = [await self._of_kind(team, user, kind) for kind in _KINDS]
            return frozenset().union(*of_each_kind)
        except WorkspaceClosed:
            raise
        except SlackError as error:
            log.warning("membership_unknown", team=team, reason=error.code)
            return frozenset()

    async def _of_kind(self, team: str, user: str, kind: str) -> frozenset[str]:
        """Return the conversations of one kind: each has a scope of its own, which may be missing."""
        try:
            return await self._slack.conversations_of(team, user, [kind])
        except MissingScope:
            log.warning("membership_unknown", team=team, conversations=kind, reason="missing_scope")
            return frozenset()

    async def _members_of(self, team: str, group: str) -> frozenset[str] | None:
        known = self._members.get((team, group))
        if known is not None:
            return known
        try:
            return self._members.put((team, group), await self._slack.group_members(team, group))
        except WorkspaceClosed:
            raise
        except SlackError as error:
            log.warning("group_unknown", team=team, group=group, reason=error.code)
            return None


def _sharing_of(channel: str) -> str:
    return f"shared {channel}"

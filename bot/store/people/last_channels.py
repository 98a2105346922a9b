"""Remembers which channel a person chose last, for a form's card or for their Home; sealed, gone with the workspace."""

from __future__ import annotations

from datetime import timedelta

from bot.store.cache import Cache


class LastChannels:
    """The last channel of each person of a workspace, `kept_for` after it was chosen; `what` says for what.

    Its methods raise `StoreUnavailable` when Redis does not answer.
    """

    def __init__(self, cache: Cache, kept_for: timedelta, *, what: str = "last channel") -> None:
        self._cache = cache
        self._kept_for = kept_for
        self._what = what

    async def of(self, team: str, user: str) -> str:
        """Return the channel that a person chose last, `""` where none is remembered."""
        return await self._cache.get(team, self._named(user)) or ""

    async def remember(self, team: str, user: str, channel: str) -> None:
        """Remember the channel that a person has chosen, instead of the one before."""
        await self._cache.set(team, self._named(user), channel, lasts=self._kept_for)

    def _named(self, user: str) -> str:
        return f"{self._what} of {user}"

"""Remembers in which channel a person last had a form show its card; sealed, and gone with the workspace."""

from __future__ import annotations

from datetime import timedelta

from bot.model.people import Requester
from bot.store.cache import Cache


class LastChannels:
    """The last channel of each person of a workspace, `kept_for` after it was chosen.

    Its methods raise `StoreUnavailable` when Redis does not answer.
    """

    def __init__(self, cache: Cache, kept_for: timedelta) -> None:
        self._cache = cache
        self._kept_for = kept_for

    async def of(self, requester: Requester) -> str:
        """Return the channel that a person chose last, `""` where none is remembered."""
        return await self._cache.get(requester.conversation.team, _named(requester)) or ""

    async def remember(self, requester: Requester) -> None:
        """Remember the channel where a person has asked for something, instead of the one before."""
        conversation = requester.conversation
        await self._cache.set(conversation.team, _named(requester), conversation.channel, lasts=self._kept_for)


def _named(requester: Requester) -> str:
    return f"last channel of {requester.user}"

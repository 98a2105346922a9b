"""Turns the weekly digest of a channel on and off, as administrators ask."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.jobs.queue import Queue
from bot.model.digest import Digest, DigestBlocked, next_due
from bot.model.errors import NoDigestHere
from bot.model.people import Person
from bot.slack.client import Slack
from bot.slack.errors import CannotPost
from bot.store.workspaces.digests import DigestStore


class Digests:
    """The digests of all channels; `shared_channels` is whether one shared with another organisation may have one."""

    def __init__(
        self,
        store: DigestStore,
        queue: Queue,
        slack: Slack,
        *,
        shared_channels: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._queue = queue
        self._slack = slack
        self._shared_channels = shared_channels
        self._clock = clock

    async def turn_on(self, person: Person, channel: str) -> None:
        """Have a channel get a digest from the next Monday on.

        Raises `NoDigestHere`, and what Slack raises where it does not say how the channel is.
        """
        await self.check(person.team, channel)
        due = next_due(self._clock(), person.timezone)
        await self._store.put(person.team, Digest(channel, person.id, due, person.timezone, person.locale))
        await self.plan(person.team, channel, due)

    async def turn_off(self, team: str, channel: str) -> None:
        """Have a channel get no digest any more; the job that is planned finds none."""
        await self._store.remove(team, channel)

    async def moved(self, team: str, channel: str, new: str) -> None:
        """Have a channel get its digest under its new id."""
        digest = await self._store.of(team, channel)
        if digest:
            await self._store.put(team, digest.in_channel(new))
            await self.plan(team, new, digest.due)
            await self._store.remove(team, channel)

    async def check(self, team: str, channel: str) -> None:
        """Raise `NoDigestHere` where a channel cannot have a digest."""
        try:
            channel_is = await self._slack.channel(team, channel)
        except CannotPost as error:
            raise NoDigestHere(DigestBlocked.NOT_A_MEMBER) from error
        if channel_is.is_archived:
            raise NoDigestHere(DigestBlocked.ARCHIVED)
        if not channel_is.is_member:
            raise NoDigestHere(DigestBlocked.NOT_A_MEMBER)
        if channel_is.is_shared and not self._shared_channels:
            raise NoDigestHere(DigestBlocked.SHARED)

    async def plan(self, team: str, channel: str, due: float) -> None:
        """Plan the job that sends a digest when it is due, in Unix seconds by the bot's clock."""
        await self._queue.send_digest(team, channel, due, wait=due - self._clock())

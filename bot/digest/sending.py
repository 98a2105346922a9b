"""Sends the weekly digest of a channel: when it is due, once, and never late."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.digest.figures import add_up
from bot.digest.turning import Digests
from bot.digest.views import digest_message, turned_off
from bot.log import get_logger
from bot.model.digest import Digest, DigestBlocked, next_due
from bot.model.errors import NoDigestHere, TryLater
from bot.model.people import Conversation, Requester
from bot.slack.client import Slack
from bot.slack.errors import CannotPost, SlackAway, SlackError
from bot.store.sessions.reader import SessionReader
from bot.store.workspaces.digests import DigestStore
from bot.ui.ids import digest_block_id
from bot.ui.text import translator_for

_SETTLED_AFTER: Final = 30.0
"""In seconds: by then a message that a process was about to post is there, or never will be."""

_CLOCKS_DIFFER_BY: Final = 120.0

log = get_logger(__name__)


class DigestSender:
    """Runs the job of a channel's digest; `command` is the slash command that sentences name."""

    def __init__(
        self,
        store: DigestStore,
        digests: Digests,
        sessions: SessionReader,
        slack: Slack,
        *,
        command: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._digests = digests
        self._sessions = sessions
        self._slack = slack
        self._command = command
        self._clock = clock

    async def send(self, team: str, channel: str, due: float) -> None:
        """Send the digest that is due, unless it is turned off, was sent, or is late; raises `TryLater`.

        The next one is planned first: whatever happens to this one, that comes.
        """
        digest = await self._store.of(team, channel)
        if digest is None or digest.due != due:
            return
        now = self._clock()
        if now < due:
            raise TryLater(due - now, is_stated=True)  # the clock was set back since it was planned
        following = replace(digest, due=next_due(now, digest.timezone), begun=None)
        await self._digests.plan(team, channel, following.due)
        if now > digest.is_late_from:
            log.info("digest_skipped", team=team, channel=channel, late=round(now - due))
            await self._store.change(team, digest, following)
            return
        try:
            await self._digests.check(team, channel)
            await self._post_once(team, digest, following)
        except NoDigestHere as error:
            await self._turn_off(team, digest, error)

    async def _post_once(self, team: str, digest: Digest, following: Digest) -> None:
        """Claim the digest and post it; where a process died in between, look first whether it is there."""
        if digest.begun is not None and await self._was_posted(team, digest, digest.begun):
            await self._store.change(team, digest, following)
            return
        (since, until), now = digest.days, self._clock()
        sessions = await self._sessions.started_in(team, since=since.timestamp(), until=until.timestamp(), now=now)
        begun = replace(digest, begun=now)
        if not await self._store.change(team, digest, begun):
            return  # turned off, or claimed by another process
        message = digest_message(digest, add_up(sessions), translator_for(digest.locale))
        try:
            await self._slack.post(Conversation(team, digest.channel), message)
        except CannotPost as error:
            raise NoDigestHere(DigestBlocked.RESTRICTED) from error
        except SlackAway as error:
            if error.is_stated:  # Slack only asked to wait: it is not there
                await self._store.change(team, begun, digest)
            raise
        await self._store.change(team, begun, following)
        log.info("digest_sent", team=team, channel=digest.channel)

    async def _was_posted(self, team: str, digest: Digest, begun: float) -> bool:
        """Return whether the digest stands in its channel; where Slack does not show it, it counts as posted.

        Raises `TryLater` as long as it may be on its way.
        """
        waited = self._clock() - begun
        if 0 <= waited < _SETTLED_AFTER:
            raise TryLater(_SETTLED_AFTER - waited, is_stated=True)
        try:
            messages = await self._slack.messages(
                Conversation(team, digest.channel), since=min(begun, self._clock()) - _CLOCKS_DIFFER_BY
            )
        except SlackError as error:
            log.warning("digest_not_looked_for", team=team, channel=digest.channel, reason=error.code)
            return True
        mark = digest_block_id(digest.due)
        return any(block.get("block_id") == mark for one in messages for block in one.get("blocks") or ())

    async def _turn_off(self, team: str, digest: Digest, error: NoDigestHere) -> None:
        """Turn the digest off, and inform the administrator who had turned it on."""
        log.warning("digest_turned_off", team=team, channel=digest.channel, reason=error.blocked)
        message = turned_off(digest, error, translator_for(digest.locale), command=self._command)
        await self._slack.send_private(Requester(digest.user, Conversation(team, "")), message)
        await self._store.remove(team, digest.channel)

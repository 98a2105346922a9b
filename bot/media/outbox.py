"""Sends messages with media into a thread: each once, whatever dies in between.

A message is written to the session's record before it is sent and after it has arrived. A process that goes on after a
crash looks for it in the thread. Where the bot may not read the thread, Slack's refusal to share a file again is the
answer.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.log import get_logger
from bot.model.errors import StaleRecord, TryLater
from bot.model.media import Media, MediaProgress, OutgoingMessage, Upload
from bot.model.messages import Message
from bot.model.people import Conversation
from bot.model.session import Session
from bot.model.timing import MediaTiming
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.store.sessions.store import Sessions
from bot.ui import media as shown
from bot.ui.ids import media_block_id
from bot.ui.text import translator_for

# Further away from Slack's clock, every request of Slack's is refused.
_CLOCKS_DIFFER_BY = 300.0
# Slack's words for a file whose upload was completed already.
_SHARED_ALREADY = "file_not_found"

log = get_logger(__name__)


class Outbox:
    """Sends messages with media, one after the other for a session.

    A final refusal of Slack's raises `SlackError`, and then nothing was sent. Where Slack asks us to wait, it raises
    `SlackAway`, and the message may have been sent.
    """

    def __init__(
        self,
        sessions: Sessions,
        slack: Slack,
        *,
        count: Callable[[Media, str], None],
        timing: MediaTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._count = count
        self._timing = timing or MediaTiming()
        self._clock = clock

    async def send_uploads(self, session: Session, items: Sequence[Media], files: Sequence[Upload]) -> None:
        """Show uploaded files, one for each item, in one message."""
        outgoing = self._outgoing(items, files)
        await self._send(session, outgoing, items, lambda: self._share(session, outgoing, items))

    async def send_links(self, session: Session, items: Sequence[Media], *, refused: bool) -> None:
        """Show links in one message; `refused` is whether it has to say why they are no uploads.

        Where Slack does not take them in the thread, the requester gets them alone.
        """
        translate, outgoing = translator_for(session.locale), self._outgoing(items)
        message = shown.links(items, translate, session.timezone, mark=_mark(session, outgoing), refused=refused)
        await self._send(session, outgoing, items, lambda: self._post_or_send_private(session, message))

    async def resume(self, session: Session, items: Sequence[Media]) -> Session:
        """Find out whether the message on its way has arrived, if there is one; raises `TryLater` while it still may.

        `items` are all media of the session. What has not arrived counts as never sent.
        """
        outgoing = session.media_progress.outgoing
        if outgoing is None:
            return session
        if outgoing.started > self._clock():  # the clock was set back since: nobody waits until it has caught up
            outgoing = replace(outgoing, started=self._clock())
            session = await self._note(session, lambda latest: latest.with_outgoing(outgoing))
        settled_in = outgoing.started + self._timing.settled_after - self._clock()
        if settled_in > 0:
            raise TryLater(settled_in)
        sent = [one for one in items if one.id in outgoing.media]
        if await self._was_sent(session, outgoing, sent):
            return await self._note_sent(session, outgoing, sent)
        return await self.note_failure(session)

    async def note_failure(self, session: Session) -> Session:
        """Record that one more try has failed."""
        return await self._note(session, MediaProgress.with_failure)

    def _outgoing(self, items: Sequence[Media], files: Sequence[Upload] = ()) -> OutgoingMessage:
        return OutgoingMessage(tuple(one.id for one in items), self._clock(), tuple(files))

    async def _send(
        self, session: Session, outgoing: OutgoingMessage, items: Sequence[Media], send: Callable[[], Awaitable[object]]
    ) -> None:
        await self._note(session, lambda latest: _started(latest, outgoing))
        try:
            await send()
        except SlackError:
            await self._note(session, lambda latest: latest.with_outgoing(None))
            raise
        await self._note_sent(session, outgoing, items)

    async def _post_or_send_private(self, session: Session, message: Message) -> None:
        try:
            await self._slack.post(_thread(session), message)
        except SlackError as error:
            log.info("links_refused_in_thread", session=session.id, reason=error.code)
            if not await self._slack.send_private(session.requester, message):
                raise

    async def _share(self, session: Session, outgoing: OutgoingMessage, items: Sequence[Media]) -> None:
        text = shown.summary(items, translator_for(session.locale))
        await self._slack.share(_thread(session), outgoing.files, text)

    async def _was_sent(self, session: Session, outgoing: OutgoingMessage, items: Sequence[Media]) -> bool:
        try:
            messages = await self._slack.messages(_thread(session), since=outgoing.started - _CLOCKS_DIFFER_BY)
        except SlackError as error:
            log.info("thread_not_read", reason=error.code)
            return bool(outgoing.files) and await self._is_shared_by_now(session, outgoing, items)
        mark = _mark(session, outgoing)
        return any(_holds(message, outgoing, mark) for message in messages)

    async def _is_shared_by_now(self, session: Session, outgoing: OutgoingMessage, items: Sequence[Media]) -> bool:
        """Return whether the files are shared, by sharing them again: Slack refuses those that were shared before."""
        try:
            await self._share(session, outgoing, items)
        except SlackError as error:
            return error.code == _SHARED_ALREADY
        return True

    async def _note_sent(self, session: Session, outgoing: OutgoingMessage, items: Sequence[Media]) -> Session:
        await self._send_locations(session, [one for one in items if one.location])
        for one in items:
            self._count(one, "uploaded" if outgoing.files else "linked")
        log.info("media_delivered", uploads=len(outgoing.files), media=len(outgoing.media))
        return await self._note(session, lambda latest: latest.with_sent(outgoing))

    async def _send_locations(self, session: Session, located: Sequence[Media]) -> None:
        """Send the agent alone where photos were taken: only they may know where somebody is."""
        if not located:
            return
        try:
            places = shown.places(located, translator_for(session.locale), session.timezone)
            await self._slack.send_private(session.requester, places)
        except SlackError as error:
            log.info("locations_not_sent", reason=error.code)

    async def _note(self, session: Session, edit: Callable[[MediaProgress], MediaProgress]) -> Session:
        team = session.requester.conversation.team
        return await self._sessions.change(
            team, session.id, lambda latest: replace(latest, media_progress=edit(latest.media_progress))
        )


def _started(latest: MediaProgress, outgoing: OutgoingMessage) -> MediaProgress:
    """Return the progress with this message on its way; raises `StaleRecord` where another process brings these media.

    It does where this one stood still for so long that it was taken for dead.
    """
    if latest.outgoing not in {None, outgoing} or set(outgoing.media) & set(latest.sent):
        raise StaleRecord
    return latest.with_outgoing(outgoing)


def _thread(session: Session) -> Conversation:
    card = session.card
    assert card  # noqa: S101  # nothing is delivered before there is a card
    return Conversation(session.requester.conversation.team, card.channel, card.thread_ts or card.ts)


def _mark(session: Session, outgoing: OutgoingMessage) -> str:
    return media_block_id(session.id, outgoing.media[0])


def _holds(message: Mapping[str, Any], outgoing: OutgoingMessage, mark: str) -> bool:
    files = {file.get("id") for file in message.get("files") or ()}
    blocks = {block.get("block_id") for block in message.get("blocks") or ()}
    return mark in blocks or any(file.id in files for file in outgoing.files)

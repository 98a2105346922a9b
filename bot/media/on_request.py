"""Photos and recordings brought into a session's own thread because somebody asks, also while it still runs."""

from __future__ import annotations

from typing import Protocol

from bot.jobs.queue import Queue
from bot.model.media import Media
from bot.model.messages import Message
from bot.model.people import Person, Requester
from bot.model.session import Session
from bot.model.targets import MessageRef, SessionRef
from bot.sessions.resolve import SessionResolver
from bot.ui import private_messages
from bot.ui.media import summary
from bot.ui.text import translator_for


class MediaList(Protocol):
    """Where the media of a session are asked for."""

    async def media_of(self, session: Session) -> list[Media]:
        """Its photos and recordings, as far as they can be had already."""
        ...


class ThreadMedia:
    """Answers “Show in the thread”. The deliverer does the work, so that each photo comes once, whoever asks."""

    def __init__(self, resolver: SessionResolver, media: MediaList, queue: Queue) -> None:
        self._resolver = resolver
        self._media = media
        self._queue = queue

    async def bring(
        self, requester: Requester, session_ref: SessionRef, message_ref: MessageRef, person: Person, *, request: str
    ) -> Message:
        """Have what is missing brought into the thread, and say what that is; `request` names this request."""
        translate = translator_for(person.locale)
        session = await self._resolver.pointed_at(requester, session_ref, message_ref)
        if not session.id or session.card is None:
            return private_messages.told(private_messages.no_thread(translate))
        media = await self._media.media_of(session)
        missing = [one for one in media if one.id not in session.media_progress.sent]
        if not missing:
            return private_messages.told(translate("All of it is in the thread already."))
        await self._queue.bring_media(person.team, session.id, request=request)
        return private_messages.told(
            translate("On its way into the thread: {media}.", media=summary(missing, translate))
        )

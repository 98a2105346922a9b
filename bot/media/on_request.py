"""Brings photos and recordings into a session's own thread because somebody asks, also while it still runs."""

from __future__ import annotations

from collections.abc import Mapping

from bot.jobs.queue import Queue
from bot.media.plan import missing_of
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.session import Kind, Session
from bot.sessions.provider import VideoProvider
from bot.ui import private_messages
from bot.ui.media import summary
from bot.ui.text import translator_for


class ThreadMedia:
    """Answers “Show in the thread”; `MediaDelivery` does the work, so that each photo comes once."""

    def __init__(self, providers: Mapping[Kind, VideoProvider], queue: Queue) -> None:
        self._providers = providers
        self._queue = queue

    async def bring(self, session: Session, person: Person, *, request: str) -> Message:
        """Queue what is missing in the thread, and return what that is; `request` names this request."""
        translate = translator_for(person.locale)
        if not session.id or session.card is None or session.remote.id is None:
            return private_messages.text_message(private_messages.no_thread(translate))
        media = await self._providers[session.kind].media(person.team, session.remote.id)
        missing = missing_of(media, session.media_progress)
        if not missing:
            return private_messages.text_message(translate("Everything is in the thread already."))
        await self._queue.bring_media(person.team, session.id, request=request)
        return private_messages.text_message(
            translate("On its way into the thread: {media}.", media=summary(missing, translate))
        )

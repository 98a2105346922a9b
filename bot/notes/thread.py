"""Shows the note of a session in the thread of its card: one message, edited when the note changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from bot.log import get_logger
from bot.model.messages import Message
from bot.model.people import Conversation, Requester
from bot.model.session import Card, Session
from bot.model.session.notes import NoteMessage
from bot.notes import views
from bot.slack.client import Slack
from bot.slack.errors import MessageGone, SlackError
from bot.store.sessions.store import Sessions
from bot.ui.ids import note_block_id
from bot.ui.notes.masking import LinkMask
from bot.ui.text import translator_for

# Further away from Slack's clock, every request of Slack's is refused.
_CLOCKS_DIFFER_BY = 300.0

log = get_logger(__name__)


class NoteThread:
    """Posts and edits the messages with notes. That one is being posted is recorded before, and its `ts` after it."""

    def __init__(
        self, sessions: Sessions, slack: Slack, links: LinkMask, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._links = links
        self._clock = clock

    async def show(self, team: str, session_id: str) -> None:
        """Show the latest note; one caller at a time for a session. Raises `TryLater`."""
        session = await self._sessions.get(team, session_id)
        if session is None or session.card is None or session.note is None:
            return
        if session.note_message.shows == session.note.at:
            return
        note, translate = session.note, translator_for(session.locale)
        message = views.in_thread(session, note, self._links, translate)
        try:
            ts = await self._edited(session, session.card, message) or await self._posted(
                session, session.card, message
            )
        except SlackError as error:
            log.warning("note_not_shown", session=session.id, reason=error.code)
            author = Requester(note.author, replace(session.requester.conversation, thread_ts=None))
            await self._slack.send_private(author, views.instead_of_thread(message, translate))
            return
        await self._record(session, NoteMessage(session.note_message.begun, ts, note.at))

    async def _edited(self, session: Session, card: Card, message: Message) -> str:
        """Edit the message that is there, or that a process left that died; returns its `ts`, `""` for none."""
        known = session.note_message
        ts = known.ts or (await self._left_behind(session, card, known.begun) if known.begun else "")
        if not ts:
            return ""
        try:
            await self._slack.edit(session.requester.conversation.team, Card(card.channel, ts), message)
        except MessageGone:
            return ""
        return ts

    async def _posted(self, session: Session, card: Card, message: Message) -> str:
        await self._record(session, NoteMessage(begun=self._clock()))
        return (await self._slack.post(_thread(session, card), message)).ts

    async def _left_behind(self, session: Session, card: Card, begun: float) -> str:
        since = min(begun, self._clock()) - _CLOCKS_DIFFER_BY
        try:
            messages = await self._slack.messages(_thread(session, card), since=since)
        except SlackError as error:
            log.info("note_not_looked_for", session=session.id, reason=error.code)
            return ""
        mark = note_block_id(session.id)
        found = [one for one in messages if any(block.get("block_id") == mark for block in one.get("blocks") or ())]
        return str(found[0]["ts"]) if found else ""

    async def _record(self, session: Session, message: NoteMessage) -> None:
        team = session.requester.conversation.team
        await self._sessions.change(team, session.id, lambda latest: replace(latest, note_message=message))


def _thread(session: Session, card: Card) -> Conversation:
    return Conversation(session.requester.conversation.team, card.channel, card.thread_ts or card.ts)

"""The cards on the wall: posted once, wherever the bot may post, and edited in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from bot.log import get_logger
from bot.model import Card, Closed, Message, Place, Session
from bot.slack.errors import CannotPost, MessageGone, SlackError
from bot.slack.gateway import Slack
from bot.store.sessions import Sessions
from bot.ui import cards, forgetting, whispers
from bot.ui.ids import card_block_id
from bot.ui.text import words_for

# How far Slack's clock and ours may differ, in seconds, when a card is looked for by its time.
_CLOCKS_DIFFER_BY = 10.0

log = get_logger(__name__)


class Board:
    """Posts and draws the cards of sessions."""

    def __init__(self, slack: Slack, sessions: Sessions, *, clock: Callable[[], float] = time.time) -> None:
        self._slack = slack
        self._sessions = sessions
        self._clock = clock

    async def post(self, session: Session) -> Session:
        """Post a session's card, or find the one that was posted before a crash could be outlived.

        The session is written down before; the one that is answered has the card, which is still to be written.

        Where the bot may not post, the card goes to the person's own conversation with the bot, and the
        person is told. Raises `PersonGone` where there is no such conversation either.
        """
        begun = session.progress.card_begun
        card = await self._posted_before(session, begun) if begun else None
        if card is None:
            session = await self._begun(session)
            card = await self._posted(session)
        return replace(session, card=card)

    async def draw(self, session: Session, *, wait: float | None = None) -> bool:
        """Show a session on its card as it stands; answers whether there is one: deleted ones are left alone."""
        return await self._edit(session, cards.card(session, words_for(session.locale), wait=wait))

    async def clear(self, session: Session) -> bool:
        """Take from a card all that it says of people; answers whether there is one."""
        return await self._edit(session, forgetting.cleared(session, words_for(session.locale)))

    async def _begun(self, session: Session) -> Session:
        return await self._sessions.write(session, session.stepped(card_begun=self._clock()))

    async def _posted(self, session: Session) -> Card:
        try:
            return await self._slack.post(session.asker.place, cards.card(session, words_for(session.locale)))
        except CannotPost as error:
            return await self._post_elsewhere(session, error)

    async def _edit(self, session: Session, message: Message) -> bool:
        if session.card is None:
            return False
        try:
            await self._slack.edit(session.asker.place.team, session.card, message)
        except MessageGone:
            log.info("card_deleted", session=session.id)
            return False
        return True

    async def _post_elsewhere(self, session: Session, refusal: CannotPost) -> Card:
        words, asker = words_for(session.locale), session.asker
        place = await self._slack.direct_messages(asker.place.team, asker.user)
        card = await self._slack.post(place, cards.card(session, words))
        link = await self._slack.permalink(place.team, card)
        await self._slack.whisper(asker, whispers.card_elsewhere(_why(asker.place, refusal.closed), link, words))
        return card

    async def _posted_before(self, session: Session, begun: float) -> Card | None:
        place, mark = session.asker.place, card_block_id(session.id)
        try:
            messages = await self._slack.messages(place, since=begun - _CLOCKS_DIFFER_BY)
        except SlackError as error:
            log.info("card_not_looked_for", session=session.id, reason=error.code)
            return None
        for message in messages:
            if any(block.get("block_id") == mark for block in message.get("blocks") or ()):
                return Card(place.channel, message["ts"], place.thread_ts)
        return None


def _why(place: Place, closed: Closed) -> Closed:
    """Nobody can invite the bot into a conversation of two people; Slack calls both cases the same."""
    between_people = closed is Closed.NOT_A_MEMBER and place.channel.startswith("D")
    return Closed.BETWEEN_PEOPLE if between_people else closed

"""Posts each card once, wherever the bot may post, and edits it in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from bot.log import get_logger
from bot.model.errors import TryLater
from bot.model.messages import Message, PostingBlocked
from bot.model.people import Conversation
from bot.model.session import Card, Session
from bot.sessions.views import card_view, erasure
from bot.slack.client import Slack
from bot.slack.errors import CannotPost, MessageGone, SlackError, WorkspaceClosed
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.ids import card_block_id
from bot.ui.lists.references import NO_REFERENCE_LINKS, ReferenceLinks
from bot.ui.text import translator_for

# How far Slack's clock and ours may differ, in seconds, when a card is looked for by its time. A clock that is
# further away from Slack's has every request of Slack's refused.
_CLOCKS_DIFFER_BY = 300.0

log = get_logger(__name__)


class Update(Enum):
    """What became of an update: the card shows it, somebody has deleted the card, or Slack refuses it for good."""

    SHOWN = "shown"
    GONE = "gone"
    REFUSED = "refused"


class Cards:
    """Posts and updates the cards of sessions."""

    def __init__(
        self,
        slack: Slack,
        sessions: Sessions,
        *,
        references: ReferenceLinks = NO_REFERENCE_LINKS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._slack = slack
        self._sessions = sessions
        self._references = references
        self._clock = clock

    async def post(self, session: Session) -> Session:
        """Post the card, unless there is one, or find the one that a crashed process posted.

        Records first that it begins; the caller records the session that is returned, which has the card. Where the bot
        may not post, the card goes to the requester's direct messages with the bot, and the requester is notified.
        Raises `SlackError` where these do not accept it either.
        """
        if session.card:
            return session
        begun = session.progress.card_begun
        card = await self._posted_before(session, begun) if begun else None
        if card:
            return replace(session, card=card)
        session = await self._sessions.write(session, session.with_progress(card_begun=self._clock()))
        shown = self._shown(session)
        try:
            return replace(session, card=await self._slack.post(session.requester.conversation, shown))
        except WorkspaceClosed:
            raise
        except SlackError as error:
            log.info("card_refused", session=session.id, reason=error.code)
            return await self._post_elsewhere(session, shown, _why(session.requester.conversation, error))

    async def update(self, session: Session, *, wait: float | None = None) -> Update:
        """Show a session on its card as it is now; raises `TryLater` alone.

        `wait` is in how many seconds the invitation can go out.
        """
        try:
            shown = await self._edit(session, self._shown(session, wait=wait))
        except SlackError as error:
            log.warning("card_not_updated", session=session.id, reason=error.code)
            return Update.REFUSED
        return Update.SHOWN if shown else Update.GONE

    async def keep_one(self, posted: Session) -> None:
        """Delete the card that this process posted, where another process went on with the session meanwhile.

        The card of the record stays. Where there is none, and no other process has begun one, it becomes this one.
        """
        team, card = posted.requester.conversation.team, posted.card
        latest = await self._sessions.get(team, posted.id)
        if card is None or latest is None:
            return
        if latest.card is None and latest.progress.card_begun == posted.progress.card_begun:
            latest = await self._sessions.update(latest, lambda one: one if one.card else replace(one, card=card))
        if latest.card == card:
            return
        log.info("second_card", session=posted.id)
        try:
            await self.remove(team, card)
        except TryLater as error:
            log.warning("second_card_left", session=posted.id, reason=str(error))

    async def reply(self, session: Session, message: Message) -> bool:
        """Reply in the thread of a card, where everybody sees it; returns whether Slack accepted it."""
        card = session.card
        if card is None:
            return False
        try:
            conversation = Conversation(session.requester.conversation.team, card.channel, card.thread_ts or card.ts)
            await self._slack.post(conversation, message)
        except SlackError as error:
            log.warning("not_replied", session=session.id, reason=error.code)
            return False
        return True

    async def remove(self, team: str, card: Card) -> bool:
        """Delete a message of ours that is no session's card; returns whether it is gone."""
        try:
            await self._slack.delete(team, card)
        except SlackError as error:
            log.info("leftover_not_removed", team=team, reason=error.code)
            return isinstance(error, MessageGone)
        return True

    async def remove_file(self, team: str, file_id: str) -> None:
        """Delete a file of ours, wherever it was shared; what Slack refuses to delete stays, and the log says so."""
        try:
            await self._slack.delete_file(team, file_id)
        except SlackError as error:
            log.warning("file_not_deleted", team=team, reason=error.code)

    async def link(self, session: Session) -> str | None:
        """Return the address of a session's card; `None` where Slack does not say it now."""
        if session.card is None:
            return None
        try:
            return await self._slack.permalink(session.requester.conversation.team, session.card)
        except (SlackError, TryLater):
            return None

    async def clear(self, session: Session) -> bool:
        """Remove from a card all that it says of people; returns whether there is one, raises `SlackError`."""
        return await self._edit(session, erasure.cleared(session, translator_for(session.locale)))

    def _shown(self, session: Session, *, wait: float | None = None) -> Message:
        return card_view.card(session, translator_for(session.locale), wait=wait, references=self._references)

    async def _edit(self, session: Session, message: Message) -> bool:
        if session.card is None:
            return False
        try:
            await self._slack.edit(session.requester.conversation.team, session.card, message)
        except MessageGone:
            log.info("card_deleted", session=session.id)
            return False
        return True

    async def _post_elsewhere(self, session: Session, shown: Message, closed: PostingBlocked) -> Session:
        translate, requester = translator_for(session.locale), session.requester
        card = await self._slack.post(
            await self._slack.direct_messages(requester.conversation.team, requester.user), shown
        )
        # Recorded at once: a second card would be posted if Slack wanted us to wait with the rest.
        session = await self._sessions.write(session, replace(session, card=card))
        message = private_messages.card_elsewhere(closed, await self.link(session), translate)
        try:
            await self._slack.send_private(requester, message, last_try=True)
        except (SlackError, TryLater) as error:
            log.warning("card_elsewhere_not_notified", session=session.id, reason=str(error))
        return session

    async def _posted_before(self, session: Session, begun: float) -> Card | None:
        """Return the card that a crash may have left, in the conversation or in the requester's direct messages."""
        requester = session.requester
        if card := await self._found_in(requester.conversation, session, begun):
            return card
        try:
            own = await self._slack.direct_messages(requester.conversation.team, requester.user)
        except SlackError:
            return None
        return await self._found_in(own, session, begun)

    async def _found_in(self, conversation: Conversation, session: Session, begun: float) -> Card | None:
        try:
            messages = await self._slack.messages(conversation, since=min(begun, self._clock()) - _CLOCKS_DIFFER_BY)
        except SlackError as error:
            log.info("card_not_looked_for", session=session.id, reason=error.code)
            return None
        mark = card_block_id(session.id)
        for message in messages:
            if any(block.get("block_id") == mark for block in message.get("blocks") or ()):
                return Card(conversation.channel, message["ts"], conversation.thread_ts)
        return None


def _why(conversation: Conversation, error: SlackError) -> PostingBlocked:
    """Return why: nobody can invite the bot into a conversation of two people, and Slack calls both cases the same."""
    closed = error.closed if isinstance(error, CannotPost) else PostingBlocked.REFUSED
    between_people = closed is PostingBlocked.NOT_A_MEMBER and conversation.channel.startswith("D")
    return PostingBlocked.BETWEEN_PEOPLE if between_people else closed

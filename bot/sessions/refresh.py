"""Asks Apizee for a session's state, and shows it on its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.jobs.queue import Queue
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.session import Card, Failure, Kind, Problem, Session, State
from bot.model.targets import MessageRef, SessionRef
from bot.sessions.cards import Cards
from bot.sessions.provider import VideoProvider
from bot.sessions.views import private
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.text import translator_for


class Refresh:
    """Brings cards up to date, when somebody presses Refresh."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        cards: Cards,
        providers: Mapping[Kind, VideoProvider],
        queue: Queue,
    ) -> None:
        self._sessions = sessions
        self._cards = cards
        self._providers = providers
        self._queue = queue

    async def refresh(
        self, known: Session, session_ref: SessionRef, message_ref: MessageRef, person: Person
    ) -> Message | None:
        """Update the card of a button as Apizee knows the session now; returns what the person reads, if anything.

        `known` is the session that the button points at, as the bot knows it.
        """
        session = known if known.id else _on_card(known, message_ref, person)
        translate = translator_for(person.locale)
        if _is_left_over(known, session_ref, message_ref) and await self._cards.remove(
            person.team, _card_at(message_ref)
        ):
            return private.superseded(await self._cards.link(known), translate)
        if known.id and known.remote.id is None and known.state is State.INVITING:
            return private.still_inviting(translate)
        if known.state is State.PLANNED:
            await self._update_card(known)
            return private_messages.unchanged(known.state, translate)
        if session.problem is Problem.UNCERTAIN:
            session = await self._found_after_all(session)
        else:
            session = await self._saved(await self._providers[session.kind].fetch(session))
        await self._update_card(session)
        if session.remote.id is None:
            return private_messages.text_message(
                translate("Apizee knows of no invitation: nobody was invited. You can invite again.")
            )
        if session.id and session.state is State.DONE:
            await self._queue.deliver_media(person.team, session.id)
        return private_messages.unchanged(session.state, translate) if session.state is known.state else None

    async def _update_card(self, session: Session) -> None:
        if session.id:
            await self._queue.request_redraw(session.requester.conversation.team, session.id)
        else:
            await self._cards.update(session)

    async def _found_after_all(self, session: Session) -> Session:
        async for made in self._providers[session.kind].find_created(session):
            if await self._sessions.claim(made, made.remote.id or 0):
                return await self._saved(made)
        return await self._saved(replace(session, failure=Failure(Problem.UNREACHABLE)))

    async def _saved(self, session: Session) -> Session:
        if not session.id:
            return session
        team = session.requester.conversation.team
        return await self._sessions.change(team, session.id, lambda latest: latest.as_seen(session))


def _is_left_over(session: Session, session_ref: SessionRef, message_ref: MessageRef) -> bool:
    """Return whether a card was posted by a process that died, so that another card took its place."""
    card, is_a_card = session.card, message_ref.metadata is not None
    if not is_a_card or session_ref.remote_id is not None or not session.id or card is None:
        return False
    return (card.channel, card.ts) != (message_ref.channel, message_ref.ts)


def _card_at(message_ref: MessageRef) -> Card:
    return Card(message_ref.channel, message_ref.ts, message_ref.thread_ts)


def _on_card(session: Session, message_ref: MessageRef, person: Person) -> Session:
    """Return a session that Redis has forgotten, with the card whose button was pressed."""
    card = _card_at(message_ref)
    return replace(session, card=card, locale=person.locale, timezone=person.timezone, created_at=float(message_ref.ts))

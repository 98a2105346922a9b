"""Asking Apizee how a session stands, and showing it on its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from bot.model.messages import Message
from bot.model.people import Asker, Person
from bot.model.session import Card, Kind, Problem, Session, State
from bot.model.targets import Pointer, Spot
from bot.sessions.cards import Board
from bot.sessions.provider import Following, Room
from bot.sessions.resolve import Locator
from bot.sessions.views import private
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.text import words_for


class MediaQueue(Protocol):
    """Where the delivery of media is handed over."""

    async def deliver_media(self, team: str, session_id: str) -> None:
        """Have a session's photos and recordings brought into its thread."""
        ...


class Refresher:
    """Brings a card up to date."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        locator: Locator,
        board: Board,
        rooms: Mapping[Kind, Room],
        following: Following,
        media: MediaQueue,
    ) -> None:
        self._sessions = sessions
        self._locator = locator
        self._board = board
        self._rooms = rooms
        self._following = following
        self._media = media

    async def refresh(self, asker: Asker, pointer: Pointer, spot: Spot, person: Person) -> Message | None:
        """Draw the card of a button as Apizee knows the session now; answers what to tell the person, if anything."""
        known = await self._locator.pointed_at(asker, pointer, spot)
        session = known if known.id else _on_card(known, spot, person)
        words = words_for(person.locale)
        if _is_left_over(known, pointer, spot) and await self._board.remove(person.team, _card_at(spot)):
            return private.superseded(await self._board.link(known), words)
        if known.id and known.remote_id is None and known.state is State.INVITING:
            return private.still_inviting(words)
        if session.problem is Problem.UNCERTAIN:
            session = await self._found_after_all(session)
        else:
            session = await self._saved(await self._rooms[session.kind].refreshed(session))
        await self._draw(session)
        if session.remote_id is None:
            return private_messages.told(
                words("Apizee knows of no invitation: nobody was invited. You can invite again.")
            )
        if session.id and session.state is State.DONE:
            await self._media.deliver_media(person.team, session.id)
        return private_messages.unchanged(session.state, words) if session.state is known.state else None

    async def _draw(self, session: Session) -> None:
        if session.id:
            await self._following.draw(session.asker.place.team, session.id)
        else:
            await self._board.draw(session)

    async def _found_after_all(self, session: Session) -> Session:
        async for made in self._rooms[session.kind].lookalikes(session):
            if await self._sessions.claim(made, made.remote_id or 0):
                return await self._saved(made)
        return await self._saved(replace(session, problem=Problem.UNREACHABLE))

    async def _saved(self, session: Session) -> Session:
        if not session.id:
            return session
        team = session.asker.place.team
        return await self._sessions.change(team, session.id, lambda latest: _brought_up_to_date(latest, session))


def _brought_up_to_date(latest: Session, seen: Session) -> Session:
    return replace(
        latest,
        state=seen.state,
        remote_id=seen.remote_id,
        links=seen.links,
        delivery=replace(latest.delivery, place=seen.delivery.place or latest.delivery.place),
        started_at=seen.started_at,
        ended_at=seen.ended_at,
        problem=seen.problem,
        refusal=seen.refusal,
        closed_silently=False,
    )


def _is_left_over(session: Session, pointer: Pointer, spot: Spot) -> bool:
    """Whether a card was posted by a process that died, so that another card took its place."""
    card, is_a_card = session.card, spot.metadata is not None
    if not is_a_card or pointer.remote_id is not None or not session.id or card is None:
        return False
    return (card.channel, card.ts) != (spot.channel, spot.ts)


def _card_at(spot: Spot) -> Card:
    return Card(spot.channel, spot.ts, spot.thread_ts)


def _on_card(session: Session, spot: Spot, person: Person) -> Session:
    """A session that Redis has forgotten still has the card whose button was pressed."""
    card = _card_at(spot)
    return replace(session, card=card, locale=person.locale, timezone=person.timezone, created_at=float(spot.ts))

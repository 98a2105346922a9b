"""Finds where the lines of a list lead the person who reads it: into the ticket, to the card, and to the case."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from bot.model.people import Person
from bot.model.session import Session
from bot.model.targets import SessionRef
from bot.sessions.cards import Cards
from bot.sessions.open_links import OpenLinks
from bot.store.cache import Cache
from bot.ui.lists.references import ReferenceLinks
from bot.ui.lists.ways import Ways, WaysOf

_LINK_KEPT_FOR: Final = timedelta(days=30)
"""The address of a message does not change."""


class ListWays:
    """Makes the links of a page of a list. What Slack does not say now is left out."""

    def __init__(self, open_links: OpenLinks | None, references: ReferenceLinks, cards: Cards, cache: Cache) -> None:
        self._open_links = open_links
        self._references = references
        self._cards = cards
        self._cache = cache

    async def to_sessions(self, sessions: Sequence[Session], person: Person) -> WaysOf:
        """Return the ways to sessions of ours that a person sees."""
        references = {SessionRef.to(session): session.invitation.reference for session in sessions}
        return await self.to({SessionRef.to(session): session for session in sessions}, person, references)

    async def to(
        self,
        listed: Mapping[SessionRef, Session | None],
        person: Person,
        references: Mapping[SessionRef, str | None],
    ) -> WaysOf:
        """Return the ways to what a person sees, of which some is no session of ours; `references` are theirs."""
        cards = await asyncio.gather(*(self._card_link(session) for session in listed.values()))
        return {
            one: Ways(
                self._open_link(one, person),
                card,
                self._references.link(references.get(one)),
                may_take_over=bool(session and session.may_be_taken_over and session.recipient.user != person.id),
            )
            for (one, session), card in zip(listed.items(), cards, strict=True)
        }

    def _open_link(self, session_ref: SessionRef, person: Person) -> str | None:
        return self._open_links.link(session_ref, team=person.team, user=person.id) if self._open_links else None

    async def _card_link(self, session: Session | None) -> str | None:
        if session is None or session.card is None:
            return None
        team, name = session.requester.conversation.team, f"card {session.card.channel} {session.card.ts}"
        link = await self._cache.get(team, name)
        if link is None and (link := await self._cards.link(session)):
            await self._cache.set(team, name, link, lasts=_LINK_KEPT_FOR)
        return link

"""Forgetting sessions: when somebody asks for it, and when they have been kept long enough."""

from __future__ import annotations

from bot.log import get_logger
from bot.model.errors import NoSession
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.session import Kind, Session
from bot.policy.agents import Agents
from bot.sessions.cards import Cards
from bot.sessions.following.isolation import alone
from bot.sessions.views import erasure
from bot.slack.errors import SlackError
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.store import Sessions
from bot.ui.text import translator_for

RETENTION = "retention"
"""Who forgets what has been kept long enough."""

audit = get_logger("audit")


class Forgetting:
    """Removes what the bot keeps of a session, and what its card says of people; each time the audit log tells."""

    def __init__(self, sessions: Sessions, invitees: Invitees, cards: Cards, agents: Agents) -> None:
        self._sessions = sessions
        self._guests = invitees
        self._cards = cards
        self._agents = agents

    async def ask(self, ticket_id: int, person: Person) -> Message:
        """The question before a ticket's session is forgotten; raises `NoSession` where nothing is kept of it."""
        session, translate = await self._kept(ticket_id, person), translator_for(person.locale)
        return erasure.question(session, translate) if self._may(session, person) else erasure.not_yours(translate)

    async def forget_ticket(self, ticket_id: int, person: Person) -> Message:
        """Forget a ticket's session; raises `NoSession` where nothing is kept of it (any more)."""
        session, translate = await self._kept(ticket_id, person), translator_for(person.locale)
        if not self._may(session, person):
            return erasure.not_yours(translate)
        await self._forget(session, by=person.id)
        return erasure.done(ticket_id, translate)

    async def sweep(self) -> None:
        """Forget some of the sessions that have been kept long enough; raises `StoreUnavailable`."""
        for session in await self._sessions.overdue():
            team = session.requester.conversation.team
            await alone("forget", self._forget(session, by=RETENTION), team=team, session=session.id)

    async def _kept(self, ticket_id: int, person: Person) -> Session:
        session = await self._sessions.of_remote(person.team, Kind.ASSISTANCE, ticket_id)
        if session is None:
            raise NoSession
        return session

    def _may(self, session: Session, person: Person) -> bool:
        return session.requester.user == person.id or self._agents.administers(person)

    async def _forget(self, session: Session, *, by: str) -> None:
        """The card goes first: after a crash the record still tells where it is."""
        team = session.requester.conversation.team
        try:
            await self._cards.clear(session)
        except SlackError as error:
            audit.warning("card_not_cleared", team=team, session=session.id, reason=error.code)
        await self._guests.forget(session)
        await self._sessions.forget(session)
        audit.info("session_forgotten", by=by, team=team, session=session.id, kind=session.kind, id=session.remote.id)

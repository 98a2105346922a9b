"""Forgets sessions: when somebody asks for it, and when they have been kept long enough."""

from __future__ import annotations

from bot.log import get_logger
from bot.model.errors import NoSession
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.session import Kind, Session
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
    """Removes what the bot keeps of a session, and what its card says of people; each time the audit log says so."""

    def __init__(self, sessions: Sessions, invitees: Invitees, cards: Cards) -> None:
        self._sessions = sessions
        self._invitees = invitees
        self._cards = cards

    async def kept(self, team: str, ticket_id: int) -> Session:
        """Return a ticket's session; raises `NoSession` where nothing is kept of it (any more)."""
        session = await self._sessions.of_remote(team, Kind.ASSISTANCE, ticket_id)
        if session is None:
            raise NoSession
        return session

    async def forget_ticket(self, session: Session, person: Person) -> Message:
        """Forget a ticket's session, as a person asks for who may."""
        await self._forget(session, by=person.id)
        return erasure.done(session.remote.id or 0, translator_for(person.locale))

    async def sweep(self) -> None:
        """Forget some of the sessions that have been kept long enough; raises `StoreUnavailable`."""
        for session in await self._sessions.overdue():
            team = session.requester.conversation.team
            await alone("forget", self._forget(session, by=RETENTION), team=team, session=session.id)

    async def _forget(self, session: Session, *, by: str) -> None:
        """Forget a session; its card first, for after a crash the record still says where it is."""
        team = session.requester.conversation.team
        try:
            await self._cards.clear(session)
        except SlackError as error:
            audit.warning("card_not_cleared", team=team, session=session.id, reason=error.code)
        await self._invitees.forget(session)
        await self._sessions.forget(session)
        audit.info("session_forgotten", by=by, team=team, session=session.id, kind=session.kind, id=session.remote.id)

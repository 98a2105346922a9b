"""Forgets sessions: when somebody asks for it, and when they have been kept long enough."""

from __future__ import annotations

from collections.abc import Sequence

from bot.log import get_logger
from bot.model.errors import NothingKept
from bot.model.people import Contact
from bot.model.session import Card, Kind, Session
from bot.model.targets import InviteeRef
from bot.sessions.cards import Cards
from bot.sessions.following.isolation import alone
from bot.sessions.passing_on.qr_codes import QrCodes
from bot.slack.errors import SlackError
from bot.store.server.rewriting import FileRewriting
from bot.store.sessions.invitee_index import InviteeIndex
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.store import Sessions

RETENTION = "retention"
"""Who forgets what has been kept long enough."""

audit = get_logger("audit")


class Forgetting:
    """Removes what the bot keeps of sessions, and what their cards say of people; each time the log says so.

    `files` is what has the embedded Redis rewrite its file, in which what was removed stays until then.
    """

    def __init__(
        self,
        sessions: Sessions,
        index: InviteeIndex,
        invitees: Invitees,
        cards: Cards,
        qr_codes: QrCodes,
        files: FileRewriting,
    ) -> None:
        self._sessions = sessions
        self._index = index
        self._invitees = invitees
        self._cards = cards
        self._qr_codes = qr_codes
        self._files = files

    async def kept(self, team: str, kind: Kind, remote_id: int) -> Session:
        """Return a ticket's or meeting's session; raises `NothingKept` where nothing is kept of it (any more)."""
        session = await self._sessions.of_remote(team, kind, remote_id)
        if session is None:
            raise NothingKept(kind, remote_id)
        return session

    def invitee(self, contact: Contact) -> InviteeRef:
        """Return how somebody who was invited is named without saying who it is."""
        return InviteeRef(tuple(self._index.fingerprints(contact)))

    async def kept_of(self, team: str, invitee: InviteeRef) -> list[Session]:
        """Return the sessions of a workspace to which somebody was invited, the latest change first."""
        return await self._index.sessions_with(team, invitee.fingerprints)

    async def forget(self, sessions: Sequence[Session], *, by: str) -> None:
        """Forget sessions, as somebody asks who may."""
        for session in sessions:
            await self._forget(session, by=by)

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
        await self._qr_codes.remove(team, session.id)
        await self._remove_note(session)
        await self._remove_reports(session)
        await self._invitees.forget(session)
        await self._files.note_forgotten()
        await self._sessions.forget(session)
        audit.info("session_forgotten", by=by, team=team, session=session.id, kind=session.kind, id=session.remote.id)

    async def _remove_note(self, session: Session) -> None:
        """Remove the message with the session's note, which may say anything about people."""
        if session.card and session.note_message.ts:
            note = Card(session.card.channel, session.note_message.ts)
            await self._cards.remove(session.requester.conversation.team, note)

    async def _remove_reports(self, session: Session) -> None:
        """Delete the files with the session's reports, wherever they were shared."""
        for report in session.reports:
            await self._cards.remove_file(session.requester.conversation.team, report.file.id)

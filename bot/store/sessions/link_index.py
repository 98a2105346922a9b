"""Indexes the links of a workspace's sessions: from a link that somebody pasted to the session that it leads to.

Links are kept as fingerprints: Redis holds none that could be followed. Each writing of a session keeps its entries
(`bot.store.sessions.scripts`), and forgetting it removes them.
"""

from __future__ import annotations

from bot.model.session import Kind, Session
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.reader import SessionReader


class LinkIndex:
    """Finds sessions by their links. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, sealer: KeyRing, sessions: SessionReader) -> None:
        self._sealer = sealer
        self._sessions = sessions

    async def of_ticket(self, team: str, ticket: int) -> Session | None:
        """Return a workspace's session of a ticket."""
        return await self._sessions.of_remote(team, Kind.ASSISTANCE, ticket)

    async def of_meeting(self, team: str, url: str) -> Session | None:
        """Return a workspace's session of the meeting to which an address leads, be it the long or the short one."""
        return await self._found(team, _meeting(url))

    async def of_customer(self, team: str, conversation: str) -> Session | None:
        """Return a workspace's session of the ticket to which a customer's link leads, by the conversation in it."""
        return await self._found(team, _conversation(conversation))

    async def _found(self, team: str, link: str) -> Session | None:
        ids: list[str] = []
        for fingerprint in self._sealer.fingerprints(link):
            ids += await self._sessions.ids_found_by(team, fingerprint, formerly=former.linked(team, fingerprint))
        found = await self._sessions.those_of(team, ids)
        return next((session for session in found if link in links_of(session)), None)


def links_of(session: Session) -> list[str]:
    """Return the texts of which a session's links are fingerprinted."""
    links = session.remote.links
    meetings = [_meeting(url) for url in (links.meeting, links.meeting_short) if url]
    return [*meetings, *([_conversation(links.conversation)] if links.conversation else [])]


def _meeting(url: str) -> str:
    return f"meeting {url}"


def _conversation(conversation: str) -> str:
    return f"conversation {conversation}"

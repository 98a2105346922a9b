"""Video meetings: several guests, one conference."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.apizee.client import Apizee
from bot.apizee.errors import Unavailable
from bot.apizee.schemas import Conference
from bot.model.errors import NoAddress, NoSession
from bot.model.session import Kind, Links, Remote, Session, State
from bot.policy.agents import Agents
from bot.sessions.provider import Listed
from bot.ui.lists.results import FOUND_AT_MOST, Found
from bot.ui.text import translator_for

# How far Apizee's clock and ours may differ when a conference is recognised by its age.
_CLOCKS_DIFFER_BY = timedelta(minutes=2)


class ConferenceProvider:
    """The rooms of video meetings: Apizee's conferences."""

    def __init__(self, apizee: Apizee, agents: Agents) -> None:
        self._apizee = apizee
        self._agents = agents

    async def prepared(self, session: Session) -> Session:
        """The meeting with a name; raises `NoAddress` for a colleague who shows no e-mail address."""
        await self._addresses(session)
        translate = translator_for(session.locale)
        # The name is what guests read and what finds the conference again, so an unnamed one gets its own.
        return session.with_invitation(
            name=session.invitation.name or translate("Video meeting {code}", code=session.id[-6:].upper())
        )

    def reference(self, session: Session) -> str:
        """A conference has no reference of ours: it is found again by its name."""
        return session.invitation.name or ""

    async def invited(self, session: Session) -> Session:
        """Make the conference, and let Apizee invite its guests."""
        participants = [*(contact.value for contact in session.invitation.contacts), *await self._addresses(session)]
        conference = await self._apizee.for_claim(session.id).create_conference(
            participants=participants,
            name=session.invitation.name or "",
            moderator=session.invitation.agent or "",
            moderated=session.invitation.moderated,
        )
        return _joined(session, conference)

    async def find_created(self, session: Session) -> AsyncIterator[Session]:
        """The conferences of this name, no older than the invitation.

        Raises `Unavailable` after them where Apizee's answer leaves open whether these are all.
        """
        since = datetime.fromtimestamp(session.created_at, UTC) - _CLOCKS_DIFFER_BY
        found = await self._apizee.for_claim(session.id).find_conferences(
            search=session.invitation.name or "", since=since
        )
        for conference in found.items:
            if conference.name == session.invitation.name and (conference.created or since) >= since:
                yield _joined(session, conference)
        if not found.is_whole:
            raise Unavailable

    async def fetch(self, session: Session) -> Session:
        """The conference's present state; raises `NoSession` where it is not to be found by its name.

        Raises `Unavailable` where Apizee's answer leaves open whether it is there.
        """
        name = session.invitation.name or session.invitation.reference or ""
        found = await self._apizee.find_conferences(search=name, since=_made_since(session))
        for conference in found.items:
            if conference.id == session.remote.id:
                return _joined(session.with_invitation(name=conference.name), conference)
        raise NoSession if found.is_whole else Unavailable

    async def fetch_many(self, sessions: Sequence[Session], since: datetime, offset: int) -> Listed:
        """Those of the sessions whose conferences are on a page of all since then, as these say."""
        by_conference = {session.remote.id: session for session in sessions if session.remote.id}
        page = await self._apizee.conferences_page(since=since, offset=offset)
        known = [(by_conference[one.id], one) for one in page.items if one.id in by_conference]
        return Listed({session.id: _joined(session, conference) for session, conference in known}, page.next_offset)

    async def find(self, text: str) -> list[Found]:
        """The latest conferences whose name holds a text."""
        found = await self._apizee.find_conferences(search=text, most=FOUND_AT_MOST)
        return [_found(conference) for conference in found.items]

    async def _addresses(self, session: Session) -> list[str]:
        people = [
            await self._agents.person(session.requester.conversation.team, user)
            for user in session.invitation.colleagues
        ]
        for person in people:
            if person.email is None:
                raise NoAddress(person.id)
        return [person.email for person in people if person.email]


def _made_since(session: Session) -> datetime | None:
    """Since when the conference may have been made; `None` where nobody remembers."""
    return datetime.fromtimestamp(session.created_at, UTC) - _CLOCKS_DIFFER_BY if session.created_at else None


def _joined(session: Session, conference: Conference) -> Session:
    """Return the session with what its conference says."""
    return replace(
        session,
        remote=Remote(
            id=conference.id,
            links=Links(
                meeting=conference.url,
                meeting_short=conference.short_url,
                dial_in=conference.sip_phone_number,
                dial_in_code=conference.sip_dtmf_code,
            ),
            started_at=conference.start_time,
            ended_at=conference.end_time,
        ),
        state=conference.progress or (State.INVITED if session.state is State.INVITING else session.state),
        failure=None,
    )


def _found(conference: Conference) -> Found:
    url = conference.short_url or conference.url
    return Found(Kind.MEETING, conference.id, conference.name, conference.progress, conference.created, url)

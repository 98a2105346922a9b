"""Video meetings: several guests, one conference."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.apizee.answers.schemas import Conference
from bot.apizee.client import Apizee
from bot.apizee.errors import Unavailable
from bot.installation.accounts import Account, Accounts
from bot.model.errors import NoAddress, NoSession
from bot.model.media import Media
from bot.model.session import Invitation, Kind, Links, Remote, Session, State
from bot.policy.agents import Agents
from bot.sessions.provider import Listed
from bot.ui.lists.results import FOUND_AT_MOST, Found
from bot.ui.text import translator_for

# How far Apizee's clock and ours may differ when a conference is recognised by its age.
_CLOCKS_DIFFER_BY: Final = timedelta(minutes=2)


class ConferenceProvider:
    """Video meetings at Apizee: conferences. They have no reference of ours, and are found again by their names."""

    awaits_customer: Final = False
    counts_participants: Final = True

    def __init__(self, accounts: Accounts, agents: Agents) -> None:
        self._accounts = accounts
        self._agents = agents

    async def prepare(self, session: Session) -> Session:
        """Return the meeting with a name and its colleagues' addresses.

        Raises `NoAddress` for a colleague without a confirmed one.
        """
        addresses = await self._addresses(session)
        # The name is what guests read and what finds the conference again, so an unnamed one gets its own.
        translate, code = translator_for(session.locale), session.id[-6:].upper()
        name = session.invitation.name or translate("Video meeting {code}", code=code)
        return session.with_invitation(name=name, addresses=tuple(addresses))

    def reference(self, session: Session) -> str | None:  # noqa: ARG002  # the tickets' one needs it
        """Return `None`: a conference is found by its name."""
        return None

    def invitation_found_by(self, text: str) -> Invitation:
        """Return an invitation of this name."""
        return Invitation(name=text)

    async def create(self, session: Session) -> Session:
        """Create the conference; Apizee invites its guests."""
        account, invitation = await self._accounts.of_session(session), session.invitation
        addresses = invitation.addresses or await self._addresses(session)  # a version before recorded none
        participants = [*(contact.value for contact in invitation.contacts), *addresses]
        conference = await _claiming(account, session).create_conference(
            participants=participants,
            name=invitation.name or "",
            moderator=invitation.agent or "",
            moderated=invitation.moderated,
        )
        return _with_conference(session, conference)

    async def find_created(self, session: Session) -> AsyncIterator[Session]:
        """Yield the session with each conference of this name, no older than the invitation."""
        account = await self._accounts.of_session(session)
        since, name = datetime.fromtimestamp(session.created_at, UTC) - _CLOCKS_DIFFER_BY, session.invitation.name
        found = await _claiming(account, session).find_conferences(search=name or "", since=since)
        for conference in found.items:
            if conference.name == name and (conference.created or since) >= since:
                yield _with_conference(session, conference)
        if not found.is_whole:
            raise Unavailable

    async def fetch(self, session: Session) -> Session:
        """Return the session with its conference, which is looked up by its name."""
        account = await self._accounts.of_session(session)
        found = await account.apizee.find_conferences(
            search=session.invitation.name or "", since=_created_since(session)
        )
        for conference in found.items:
            if conference.id == session.remote.id:
                return _with_conference(session.with_invitation(name=conference.name), conference)
        raise NoSession if found.is_whole else Unavailable

    async def fetch_many(self, sessions: Sequence[Session], since: datetime, offset: int) -> Listed:
        """Return those of the sessions, of one account, whose conferences are on one page of all since then."""
        account = await self._accounts.of_session(sessions[0])
        by_conference = {session.remote.id: session for session in sessions if session.remote.id}
        page = await account.apizee.conferences_page(since=since, offset=offset)
        known = [(by_conference[one.id], one) for one in page.items if one.id in by_conference]
        seen = {session.id: _with_conference(session, conference) for session, conference in known}
        return Listed(seen, page.next_offset)

    async def find(self, team: str, text: str) -> list[Found]:
        """Return a workspace's latest conferences whose name holds this text."""
        account = await self._accounts.of(team)
        found = await account.apizee.find_conferences(search=text, most=FOUND_AT_MOST)
        others = await self._accounts.others_among(team, account, Kind.MEETING, [one.id for one in found.items])
        return [_as_found(one) for one in found.items if one.id not in others]

    async def find_by_id(self, team: str, remote_id: int) -> Found:  # noqa: ARG002  # the tickets' one needs it
        """Return what Apizee shows of a conference by its id alone: nothing."""
        return Found(Kind.MEETING, remote_id, "", None, None)

    async def media(self, team: str, remote_id: int, *, in_background: bool = False) -> list[Media]:
        """Return a conference's recordings."""
        account = await self._accounts.of_remote(team, Kind.MEETING, remote_id)
        apizee = account.apizee.in_background() if in_background else account.apizee
        return await apizee.conference_media(remote_id)

    async def _addresses(self, session: Session) -> list[str]:
        team, colleagues = session.requester.conversation.team, session.invitation.colleagues
        people = [await self._agents.person(team, user) for user in colleagues]
        for person in people:
            if not person.email_verified:
                raise NoAddress(person.id)
        return [person.email for person in people if person.email]


def _claiming(account: Account, session: Session) -> Apizee:
    return account.apizee.for_claim(session.id, person=session.requester.key)


def _created_since(session: Session) -> datetime | None:
    """Return since when the conference may have been created; `None` where that was forgotten."""
    return datetime.fromtimestamp(session.created_at, UTC) - _CLOCKS_DIFFER_BY if session.created_at else None


def _with_conference(session: Session, conference: Conference) -> Session:
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


def _as_found(conference: Conference) -> Found:
    url = conference.short_url or conference.url
    return Found(Kind.MEETING, conference.id, conference.name, conference.progress, conference.created, url)

"""Finds what a person asks about, as the policy needs it: in our record, in our own message, else at Apizee."""

from __future__ import annotations

from dataclasses import replace

from bot.installation.accounts import Accounts
from bot.model.people import Person
from bot.model.session import OUR_REFERENCE, Kind, Session
from bot.model.targets import MessageRef, SessionRef
from bot.policy.policy import Policy, Subject
from bot.store.sessions.store import Sessions
from bot.ui.lists.results import Found


class Subjects:
    """Finds out whose a session, ticket or conference is, and where its card stands."""

    def __init__(self, sessions: Sessions, accounts: Accounts, policy: Policy) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._policy = policy

    async def pointed_at(
        self, session: Session, message_ref: MessageRef, session_ref: SessionRef | None = None
    ) -> Subject:
        """Return what a button or a message of ours points at.

        What Redis has forgotten is where the message stands: our own message has shown it there, in a channel or to one
        person alone.
        """
        if session.id:
            return Subject.of(session)
        team, known = session.requester.conversation.team, session.remote.id
        forgotten = Subject(team=team, kind=session.kind, remote_id=known, channel=message_ref.channel)
        if session_ref and session_ref.user:
            forgotten = replace(forgotten, owner=session_ref.user)
        return await self._owned(forgotten)

    async def shown(self, team: str, kind: Kind, remote_id: int, channel: str) -> Subject:
        """Return what a message for one person alone has shown in a channel."""
        return await self._owned(Subject(team=team, kind=kind, remote_id=remote_id, channel=channel))

    async def found(self, team: str, result: Found) -> Subject:
        """Return what Apizee found: a session of ours, or what was made outside the bot."""
        outside = Subject(team=team, kind=result.kind, remote_id=result.remote_id, agent=result.agent)
        return await self._owned(_by_reference(outside, result.name))

    async def visible(self, person: Person, results: list[Found], *, here: str) -> list[Found]:
        """Return those of what Apizee found that are shown to a person, who looks it up in a channel."""
        subjects = [await self.found(person.team, result) for result in results]
        return [
            result
            for result, subject in zip(results, subjects, strict=True)
            if await self._policy.sees(person, subject, here=here)
        ]

    async def is_visible(self, person: Person, session: Session, *, here: str) -> bool:
        """Return whether a session of ours is shown to a person, who asks in a channel."""
        return await self._policy.sees(person, Subject.of(session), here=here)

    async def _owned(self, subject: Subject) -> Subject:
        """Return the session's own subject where a session of any workspace has this ticket or conference."""
        if subject.remote_id is None:
            return subject
        if session := await self._sessions.of_remote(subject.team, subject.kind, subject.remote_id):
            return Subject.of(session)
        account = await self._accounts.of(subject.team)
        owner = await self._sessions.owner(account.key, subject.kind, subject.remote_id)
        if owner is None or owner[0] == subject.team:
            return subject
        return replace(subject, team=owner[0], session=owner[1])


def _by_reference(outside: Subject, reference: str) -> Subject:
    """Return where the card stood of which a ticket has its reference, also once the session is forgotten."""
    if outside.kind is not Kind.ASSISTANCE or not reference.startswith(OUR_REFERENCE):
        return outside
    team, _, place = reference.removeprefix(OUR_REFERENCE).partition(":")
    return replace(outside, team=team, channel=place.partition(":")[0])

"""Forgets what people want forgotten: after a question, where it is theirs or they administer the workspace."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.acts import Act
from bot.model.errors import NotAllowed
from bot.model.messages import Message
from bot.model.people import Contact, Person, Requester
from bot.model.session import Kind, Session
from bot.model.targets import InviteeRef
from bot.policy.policy import Policy, Subject
from bot.sessions.following.erasure import Forgetting
from bot.sessions.views import erasure
from bot.ui.text import translator_for


class ForgetRequests:
    """Answers requests to forget; people do not read whether anything is there that is not theirs."""

    def __init__(self, forgetting: Forgetting, policy: Policy) -> None:
        self._forgetting = forgetting
        self._policy = policy

    async def ask(self, requester: Requester, person: Person, kind: Kind, remote_id: int) -> Message:
        """Return the question whether a ticket's or meeting's session should be forgotten."""
        session = await self._theirs(requester, kind, remote_id)
        return erasure.question(session, translator_for(person.locale))

    async def forget(self, requester: Requester, person: Person, kind: Kind, remote_id: int) -> Message:
        """Forget a ticket's or meeting's session."""
        session = await self._theirs(requester, kind, remote_id)
        await self._forgetting.forget([session], by=person.id)
        return erasure.done([session], translator_for(person.locale))

    async def ask_about(self, requester: Requester, person: Person, contact: Contact) -> Message:
        """Return the question whether all sessions to which somebody was invited should be forgotten."""
        translate, invitee = translator_for(person.locale), self._forgetting.invitee(contact)
        sessions = await self._all_theirs(requester, invitee)
        if not sessions:
            return erasure.nothing_about(contact, translate)
        return erasure.question_about(contact, sessions, invitee, translate)

    async def forget_invitee(self, requester: Requester, person: Person, invitee: InviteeRef) -> Message:
        """Forget all sessions to which somebody was invited."""
        sessions = await self._all_theirs(requester, invitee)
        await self._forgetting.forget(sessions, by=person.id)
        return erasure.done(sessions, translator_for(person.locale))

    async def _theirs(self, requester: Requester, kind: Kind, remote_id: int) -> Session:
        session = await self._forgetting.kept(requester.conversation.team, kind, remote_id)
        await self._policy.ask(Act.FORGET, requester, Subject.of(session))
        return session

    async def _all_theirs(self, requester: Requester, invitee: InviteeRef) -> Sequence[Session]:
        found = await self._forgetting.kept_of(requester.conversation.team, invitee)
        return [session for session in found if await self._may_forget(requester, session)]

    async def _may_forget(self, requester: Requester, session: Session) -> bool:
        try:
            await self._policy.ask(Act.FORGET, requester, Subject.of(session))
        except NotAllowed:
            return False
        return True

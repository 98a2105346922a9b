"""Who may do what, asked in one place before anything is done; each answer, yes or no, is a line of the audit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from bot.model.acts import Act, Refusal
from bot.model.audit import AuditEntry
from bot.model.errors import NotAllowed, NotAnAgent
from bot.model.people import Person, Requester, Standing
from bot.model.session import Kind, Session
from bot.policy import rules
from bot.policy.agents import Agents
from bot.policy.audit import Audit
from bot.policy.places import Places
from bot.policy.rules import Choices, Place, Relation, Role
from bot.slack.errors import UserUnavailable

_ROLES: Final = {
    Standing.BOT: Role.BOT,
    Standing.OTHER_ORGANISATION: Role.OTHER_ORGANISATION,
    Standing.GUEST: Role.GUEST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A session, ticket or conference that somebody asks about, as far as it matters for who may.

    `owner` is the Slack id of who started it, `agent` the login of its agent, `channel` where its card stands; each is
    empty where it is not known. What was made outside the bot has no `session`.
    """

    team: str
    kind: Kind
    session: str = ""
    remote_id: int | None = None
    owner: str = ""
    agent: str | None = field(default=None, repr=False)
    channel: str = ""

    @classmethod
    def of(cls, session: Session) -> Subject:
        """Return what the policy needs to know of a session of ours."""
        return cls(
            team=session.requester.conversation.team,
            kind=session.kind,
            session=session.id,
            remote_id=session.remote.id,
            owner=session.requester.user,
            agent=session.invitation.agent,
            channel=session.card.channel if session.card else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the operator limits: `groups` whose members are agents, `channels` where sessions start; empty is all."""

    groups: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


class Policy:
    """Answers whether a person may do something.

    Its methods raise `SlackAway` or `StoreUnavailable` where that cannot be known yet.
    """

    def __init__(
        self,
        agents: Agents,
        places: Places,
        audit: Audit,
        *,
        choices: Choices,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._agents = agents
        self._places = places
        self._audit = audit
        self._choices = choices
        self._limits = limits or Limits()
        self._clock = clock

    async def ask(
        self,
        act: Act,
        requester: Requester,
        about: Subject | None = None,
        *,
        whom: str = "",
        from_elsewhere: bool = False,
    ) -> Person:
        """Return the person who asks, if they may do this; raises `NotAllowed`, or `UserUnavailable` if they left.

        `whom` is the Slack id of somebody else whom it is about, for the audit. `from_elsewhere`: they are not where
        the requester's conversation is, so that says nothing of their being in it.
        """
        person = await self._person(act, requester, about)
        role = await self._role(person, act)
        here = "" if from_elsewhere else requester.conversation.channel
        relation = await self._relation(person, role, here, about)
        place = await self._place(requester) if act in rules.STARTS else Place.ALLOWED
        choices = await self._choices_for(person, role)
        self._answer(act, requester, about, rules.refusal_of(act, role, relation, place, choices), whom)
        return person

    async def admit(self, act: Act, requester: Requester) -> Person:
        """Return the person who asks, if they may do this with something of their own; raises as `ask` does.

        It is what is asked first where it takes work to find out what a person means. Only a no is a line of the audit:
        `ask` follows.
        """
        person = await self._person(act, requester, None)
        role = await self._role(person, act)
        choices = await self._choices_for(person, role)
        if refusal := rules.refusal_of(act, role, Relation.OWN, Place.ALLOWED, choices):
            self._answer(act, requester, None, refusal)
        return person

    async def agent(self, requester: Requester, about: Subject, user: str) -> Person:
        """Return the colleague who is to be the agent of what the requester starts: an agent with a login of their own.

        Raises `NotAnAgent`, or `UserUnavailable` if they left. Only a no is a line of the audit: the start has its own.
        """
        person = await self._agents.person(requester.conversation.team, user)
        refusal = rules.refusal_of(Act.START, await self._role(person, Act.START))
        if refusal is None and not self._agents.own_login(person):
            refusal = Refusal.NO_LOGIN
        if refusal:
            self._record(Act.START, requester, about, refusal, user)
            raise NotAnAgent(user, refusal)
        return person

    def note_refused(self, act: Act, requester: Requester, refusal: Refusal) -> None:
        """Record a no that was found out before anybody had to be asked."""
        self._record(act, requester, None, refusal)

    async def may_sign_in(self, requester: Requester, person: Person, about: Subject) -> bool:
        """Return whether a link may sign a person in as the agent of a ticket."""
        is_theirs = self._agents.is_login_of(person, about.agent)
        relation = Relation.THEIR_TICKET if is_theirs else Relation.NOT_THEIRS
        refusal = rules.refusal_of(Act.SIGN_IN, await self._role(person, Act.SIGN_IN), relation, choices=self._choices)
        self._record(Act.SIGN_IN, requester, about, refusal)
        return refusal is None

    async def sees(self, person: Person, about: Subject, *, here: str = "") -> bool:
        """Return whether something is shown to a person who looks it up; `here` is the channel where they do."""
        role = await self._role(person, Act.FIND)
        return rules.sees(role, await self._relation(person, role, here, about))

    async def _person(self, act: Act, requester: Requester, about: Subject | None) -> Person:
        try:
            return await self._agents.person(requester.conversation.team, requester.user)
        except UserUnavailable:
            self._record(act, requester, about, Refusal.DEACTIVATED)
            raise

    async def _role(self, person: Person, act: Act) -> Role:
        if person.standing in _ROLES:
            return _ROLES[person.standing]
        if self._agents.administers(person):
            return Role.ADMIN
        # What is no start is the same for agents and their colleagues: Slack need not be asked about groups.
        if self._limits.groups and act in rules.STARTS:
            is_in_group = await self._places.is_in_group(person.team, person.id, self._limits.groups)
            if not is_in_group:
                return Role.OF_UNKNOWN_GROUPS if is_in_group is None else Role.COLLEAGUE
        return Role.AGENT if self._agents.own_login(person) else Role.WITHOUT_LOGIN

    async def _choices_for(self, person: Person, role: Role) -> Choices:
        """Return what was chosen for a person's workspace, whose Apizee account says whether it has a default agent."""
        if role is not Role.WITHOUT_LOGIN or self._choices.has_default_agent:
            return self._choices
        return replace(self._choices, has_default_agent=bool(await self._agents.default_login(person.team)))

    async def _relation(self, person: Person, role: Role, here: str, about: Subject | None) -> Relation:
        """Return what a person has to do with something; of administrators and guests Slack is asked nothing."""
        if about is None:
            return Relation.NOTHING
        if about.team != person.team:
            return Relation.ANOTHER_WORKSPACES
        is_their_login = self._agents.is_login_of(person, about.agent)
        if about.owner == person.id or (about.session and is_their_login):
            return Relation.OWN
        if about.channel and await self._is_in(person, role, about.channel, here):
            return Relation.IN_THEIR_CHANNEL
        return Relation.THEIR_TICKET if is_their_login else Relation.NOT_THEIRS

    async def _is_in(self, person: Person, role: Role, channel: str, here: str) -> bool:
        """Return whether a person is in a channel: who acts in it is."""
        if channel == here:
            return True
        if role not in {Role.AGENT, Role.COLLEAGUE, Role.OF_UNKNOWN_GROUPS, Role.WITHOUT_LOGIN}:
            return False
        return await self._places.is_member(person.team, person.id, channel)

    async def _place(self, requester: Requester) -> Place:
        conversation = requester.conversation
        if not self._choices.shared_channels:
            is_shared = await self._places.is_shared(conversation.team, conversation.channel)
            if is_shared is not False:
                return Place.UNKNOWN if is_shared is None else Place.SHARED
        is_allowed = not self._limits.channels or conversation.channel in self._limits.channels
        return Place.ALLOWED if is_allowed else Place.NOT_ALLOWED

    def _answer(
        self, act: Act, requester: Requester, about: Subject | None, refusal: Refusal | None, whom: str = ""
    ) -> None:
        """Record the answer in the audit, and raise a no."""
        self._record(act, requester, about, refusal, whom)
        if refusal:
            raise NotAllowed(refusal)

    def _record(
        self, act: Act, requester: Requester, about: Subject | None, refusal: Refusal | None, whom: str = ""
    ) -> None:
        self._audit.record(
            AuditEntry(
                at=datetime.fromtimestamp(self._clock(), UTC),
                team=requester.conversation.team,
                user=requester.user,
                act=act,
                refusal=refusal,
                kind=about.kind if about else None,
                session=about.session if about else "",
                remote_id=about.remote_id if about else None,
                channel=requester.conversation.channel,
                person=whom,
            )
        )

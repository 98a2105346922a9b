"""Beginnings of sessions: an Apizee that fails as a test asks, and a starter that is called until it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import pytest

from bot.installation.accounts import Accounts
from bot.model.errors import KnownError, TryLater
from bot.model.media import Media
from bot.model.session import Invitation, Kind, Session, State
from bot.policy.agents import Agents, no_default_agent
from bot.policy.policy import Policy
from bot.sessions.cards import Cards
from bot.sessions.duplicates import DuplicateCheck
from bot.sessions.invitation_limit import InvitationLimit
from bot.sessions.planned.plans import Plans
from bot.sessions.planned.preparing import Preparing
from bot.sessions.provider import Listed
from bot.sessions.start import SessionStart
from bot.slack.client import Slack
from bot.store.sessions.store import Sessions
from bot.ui.lists.results import Found
from sandbox.slack.default_world import TEAM
from tests.fixtures.recorded_queue import RecordedQueue

A_MINUTE = 60.0
# Until a postponed job begins again.
LATENESS = 0.2


class Clock:
    """Time that passes when a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class BadDay:
    """An Apizee at which each invitation and each question takes some seconds, and then ends in the same way."""

    clock: Clock
    invitation: tuple[float, KnownError | None]
    question: tuple[float, KnownError | None] = (0.1, None)
    finds: int | None = None
    invitations: int = 0
    awaits_customer: bool = True
    counts_participants: bool = False

    async def prepare(self, session: Session) -> Session:
        return session

    def reference(self, session: Session) -> str | None:
        return session.invitation.reference

    def invitation_found_by(self, text: str) -> Invitation:
        raise NotImplementedError

    async def create(self, session: Session) -> Session:
        self.invitations += 1
        self._pass(*self.invitation)
        return replace(session.with_remote(id=900), state=State.INVITED)

    async def find_created(self, session: Session) -> AsyncIterator[Session]:
        self._pass(*self.question)
        if self.finds:
            yield replace(session.with_remote(id=self.finds), state=State.INVITED)

    async def fetch(self, session: Session) -> Session:
        raise NotImplementedError

    async def fetch_many(self, sessions: Sequence[Session], since: datetime, offset: int) -> Listed:
        raise NotImplementedError

    async def find_by_id(self, team: str, remote_id: int) -> Found:
        raise NotImplementedError

    async def find(self, team: str, text: str) -> list[Found]:
        raise NotImplementedError

    async def media(self, team: str, remote_id: int, *, in_background: bool = False) -> list[Media]:
        raise NotImplementedError

    def _pass(self, seconds: float, error: KnownError | None) -> None:
        self.clock.now += seconds
        if error:
            raise error


@dataclass
class Beginning:
    """One session on its way."""

    starter: SessionStart
    clock: Clock
    sessions: Sessions
    waits: list[float]

    async def goes_on_until_it_ends(self) -> Session:
        """Start it again whenever that is asked for; how it ended."""
        while len(self.waits) < 100:
            try:
                await self.starter.start(TEAM, "s1")
            except TryLater as error:
                self.waits.append(error.retry_in)
                self.clock.now += error.retry_in + LATENESS
            else:
                return await self.stands()
        pytest.fail("it never ends")

    async def stands(self) -> Session:
        found = await self.sessions.get(TEAM, "s1")
        assert found
        return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def recorded(sessions: Sessions, session: Session, clock: Clock) -> Session:
    session = replace(session, created_at=clock.now)
    await sessions.record(session, delivery="d1")
    return session


Begin: TypeAlias = Callable[[BadDay], "Beginning"]
"""Makes a beginning at an Apizee that fails as the day says."""


@pytest.fixture
def begin(
    slack: Slack,
    sessions: Sessions,
    accounts: Accounts,
    duplicates: DuplicateCheck,
    limit: InvitationLimit,
    policy: Policy,
) -> Begin:
    def beginning(day: BadDay) -> Beginning:
        agents, queue, cards = (
            Agents(slack, default_login=no_default_agent),
            RecordedQueue(),
            Cards(slack, sessions, clock=day.clock),
        )
        starter = SessionStart(
            sessions=sessions,
            slack=slack,
            agents=agents,
            preparing=Preparing(slack, agents, policy, accounts, {Kind.ASSISTANCE: day}),
            plans=Plans(sessions, slack, cards, queue, before=timedelta(minutes=10), clock=day.clock),
            cards=cards,
            providers={Kind.ASSISTANCE: day},
            duplicates=duplicates,
            limit=limit,
            queue=queue,
            apizee_url="https://apizee.invalid/api",
            command="/assist",
            clock=day.clock,
        )
        return Beginning(starter, day.clock, sessions, [])

    return beginning

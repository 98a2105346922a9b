"""Sessions from beginning to end among real parts, without a queue: each step is repeated as a job would be."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.apizee.client import Apizee
from bot.media.delivery import MediaDelivery
from bot.media.outbox import Outbox
from bot.media.plan import Uploading
from bot.model.errors import TryLater
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Invitation, Kind, Session, State
from bot.policy.agents import Agents, no_default_agent
from bot.policy.policy import Policy
from bot.sessions.cards import Cards
from bot.sessions.conferences import ConferenceProvider
from bot.sessions.duplicates import DuplicateCheck
from bot.sessions.following.completion import CardUpdater
from bot.sessions.following.notices import AgentNotices
from bot.sessions.following.schedule import PollSchedule
from bot.sessions.invitation_limit import InvitationLimit
from bot.sessions.passing_on.qr_codes import QrCodes
from bot.sessions.planned.plans import Plans
from bot.sessions.planned.preparing import Preparing
from bot.sessions.provider import VideoProvider
from bot.sessions.start import SessionStart
from bot.sessions.tickets import TicketProvider
from bot.slack.client import Slack
from bot.store.people.invitations import InvitationCounter
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from bot.store.timeline import Timeline
from sandbox.apizee import World
from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN
from tests.fixtures.parts import accounts_of
from tests.fixtures.recorded_queue import RecordedQueue
from tests.scenarios.environment import said

MOST_TRIES: Final = 40
PHOTOS: Final = 3

LATENESS: Final = 0.2
"""Until a postponed job begins again."""


@dataclass
class Clock:
    """Time that passes when a test moves it."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now


@dataclass
class Runner:
    """Starts sessions, follows them to their end, and brings their photos."""

    workspace: Workspace
    world: World
    sessions: Sessions
    starter: SessionStart
    follower: CardUpdater
    deliverer: MediaDelivery
    clock: Clock
    queue: RecordedQueue
    waits: list[float] = field(default_factory=list)

    async def repeatedly(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work, and again whenever it asks for that; what never ends fails the story."""
        for _ in range(MOST_TRIES):
            try:
                return await work()
            except TryLater as error:
                self.waits.append(error.retry_in)
                self.clock.now += error.retry_in + LATENESS
        pytest.fail("it is repeated without an end")

    async def started(self, session: Session) -> Session:
        """Start a session, with the redraws that it requested."""
        await self.sessions.record(session, delivery=session.id)
        await self.repeatedly(lambda: self.starter.start(TEAM, session.id))
        while self.queue.redraws:
            waiting = self.queue.redraws.pop()
            await self.repeatedly(lambda waiting=waiting: self.follower.update(TEAM, waiting))  # type: ignore[misc]  # mypy's lambdas
        return await self.stands(session)

    async def ended(self, session: Session) -> Session:
        """Let a session take place and end, with photos where it is an assistance."""
        if session.kind is Kind.ASSISTANCE:
            ticket = session.remote.id or 0
            for step in (self.world.customer_opens, self.world.accepts, self.world.allows_camera):
                step(ticket)
            for _ in range(PHOTOS):
                self.world.takes_photo(ticket)
            self.world.hangs_up(ticket)
        await self.sessions.change(TEAM, session.id, lambda latest: replace(latest, state=State.DONE))
        await self.repeatedly(lambda: self.follower.update(TEAM, session.id))
        await self.repeatedly(lambda: self.deliverer.deliver(TEAM, session.id, last=True))
        return await self.stands(session)

    async def stands(self, session: Session) -> Session:
        """Return the session as it is stored."""
        found = await self.sessions.get(TEAM, session.id)
        assert found
        return found

    def read_by(self, user: str = U_EN) -> str:
        """Return all that one person can read of the bot: in channels, in private, in direct messages."""
        channels = [one for one in self.workspace.channels.values() if user in one.members]
        public = [message for one in channels for message in one.messages if message.user == self.workspace.bot_user]
        return "\n".join(said(message) for message in [*public, *self.workspace.ephemerals(user)])

    def has_sent_the_way_into(self, session: Session) -> bool:
        """Whether the agent can read how to get into the session."""
        links = session.remote.links
        link = links.agent if session.kind is Kind.ASSISTANCE else links.meeting_short or links.meeting
        return bool(link) and str(link) in self.read_by()

    def asking(self, user: str = U_EN, channel: str = SUPPORT, *, thread_ts: str | None = None) -> Requester:
        """Somebody who has typed a command just now."""
        url = f"{self.workspace.address}/response/{self.workspace.response_urls.issue(user, channel)}"
        return Requester(user, Conversation(TEAM, channel, thread_ts), url)

    def assistance(self, name: str, requester: Requester, *, phone: str = "+33662682193") -> Session:
        """Return an assistance that somebody has just asked for."""
        contacts = (Contact(phone),)
        return Session(
            name, Kind.ASSISTANCE, requester, self.clock(), invitation=Invitation(contacts=contacts, reference=name)
        )

    def meeting(self, name: str, requester: Requester) -> Session:
        """Return a meeting that somebody has just asked for."""
        return Session(
            name,
            Kind.MEETING,
            requester,
            self.clock(),
            invitation=Invitation(contacts=(Contact("ann@example.com"),), name=name),
        )


@pytest.fixture
def runner(
    workspace: Workspace,
    world: World,
    redis: Redis,
    sessions: Sessions,
    slack: Slack,
    apizee: Apizee,
    duplicates: DuplicateCheck,
    policy: Policy,
) -> Runner:
    """Return all that sessions need, with the clock of the sandbox Slack."""
    clock, queue = workspace.clock, RecordedQueue()
    assert isinstance(clock, Clock)
    agents = Agents(slack, default_login=no_default_agent)
    accounts = accounts_of(redis, KeyRing([Fernet.generate_key().decode()]), apizee)
    cards = Cards(slack, sessions, clock=clock)
    providers: dict[Kind, VideoProvider] = {
        Kind.ASSISTANCE: TicketProvider(accounts),
        Kind.MEETING: ConferenceProvider(accounts, agents),
    }
    outbox = Outbox(sessions, slack, count=lambda _item, _way: None, clock=clock)
    starter = SessionStart(
        sessions=sessions,
        slack=slack,
        agents=agents,
        preparing=Preparing(slack, agents, policy, accounts, providers),
        plans=Plans(sessions, slack, cards, queue, before=timedelta(minutes=10), clock=clock),
        cards=cards,
        providers=providers,
        duplicates=duplicates,
        limit=InvitationLimit(InvitationCounter(redis, limit=60), clock=clock),
        queue=queue,
        apizee_url="https://apizee.invalid/api",
        command="/assist",
        clock=clock,
    )
    follower = CardUpdater(
        sessions=sessions,
        timeline=Timeline(redis),
        accounts=accounts,
        slack=slack,
        cards=cards,
        notices=AgentNotices(slack, providers),
        qr_codes=QrCodes(sessions, slack),
        providers=providers,
        queue=queue,
        schedule=PollSchedule(timedelta(seconds=60)),
        clock=clock,
    )
    deliverer = MediaDelivery(
        sessions=sessions,
        slack=slack,
        accounts=accounts,
        providers=providers,
        outbox=outbox,
        queue=queue,
        uploading=Uploading(),
    )
    return Runner(workspace, world, sessions, starter, follower, deliverer, clock, queue)

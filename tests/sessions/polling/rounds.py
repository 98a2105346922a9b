"""A poller among real parts, whose rounds a story makes, and many tickets for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from redis.asyncio import Redis

from bot.apizee.budget import Budget
from bot.apizee.client import Apizee
from bot.apizee.token import Token
from bot.model.accounts import account_key
from bot.model.people import Contact, Requester
from bot.model.session import Card, Invitation, Kind, Remote, Session, State
from bot.policy.agents import Agents, no_default_agent
from bot.sessions.cards import Cards
from bot.sessions.conferences import ConferenceProvider
from bot.sessions.following.erasure import Forgetting
from bot.sessions.following.polling import Poller
from bot.sessions.following.refusals import SignInRefusals
from bot.sessions.following.reminders import Reminders
from bot.sessions.following.schedule import PollSchedule
from bot.sessions.following.sync import SessionSync
from bot.sessions.passing_on.qr_codes import QrCodes
from bot.sessions.provider import VideoProvider
from bot.sessions.tickets import TicketProvider
from bot.slack.client import Slack
from bot.store import keys as redis_keys
from bot.store.polling_state import PollCount
from bot.store.sealing.keyring import KeyRing
from bot.store.server.rewriting import FileRewriting
from bot.store.sessions.invitee_index import InviteeIndex
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.store import Sessions
from bot.store.timeline import Timeline
from sandbox.apizee import World
from sandbox.apizee import build_app as apizee_app
from sandbox.apizee.model import Ticket, TicketState
from sandbox.apizee.world import API_PASSWORD, API_USER
from sandbox.slack.default_world import TEAM, U_EN
from tests.fixtures.parts import accounts_of
from tests.fixtures.recorded_queue import RecordedQueue
from tests.fixtures.watched import Watched

TICKETS = 900
EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass
class Rounds:
    """A poller, and what it was given."""

    poller: Poller
    sync: SessionSync
    queue: RecordedQueue
    transport: Watched
    sessions: Sessions
    redis: Redis

    async def round(self) -> list[str]:
        """Make a round, with the syncs that it requests, and return what Apizee was asked."""
        await self.redis.delete(*(redis_keys.polled(account_key(API_USER), kind) for kind in Kind))
        self.transport.asked.clear()
        await self.poller.poll()
        for account, teams in self.queue.polls.items():
            await self.poller.poll_account(account, teams)
        syncs, self.queue.syncs = self.queue.syncs, []
        for session_id in syncs:
            await self.sync.sync(TEAM, session_id)
        return list(self.transport.asked)

    async def states(self) -> dict[str, State]:
        """Return how each session stands, by its id."""
        found = await self.sessions.started_by(TEAM, U_EN, since=EPOCH, until=datetime.now(UTC))
        return {session.id: session.state for session in found}


@pytest.fixture
async def rounds(redis: Redis, keys: KeyRing, sessions: Sessions, slack: Slack, world: World) -> AsyncIterator[Rounds]:
    """Yield a poller that asks for a thousand requests a minute at most."""
    base = "https://cloud.apizee.test/api"
    budget = Budget(redis, user=API_USER, per_minute=1000)
    async with httpx.ASGITransport(apizee_app(world)) as app:
        transport = Watched(app)
        token = Token(
            redis, http=transport, base_url=base, username=API_USER, password=API_PASSWORD, sealer=keys, budget=budget
        )
        apizee = Apizee(http=transport, base_url=base, enterprise_id=1, token=token, budget=budget)
        accounts = accounts_of(redis, keys, apizee).in_background()
        agents = Agents(slack, default_login=no_default_agent, admins=frozenset())
        providers: dict[Kind, VideoProvider] = {
            Kind.ASSISTANCE: TicketProvider(accounts),
            Kind.MEETING: ConferenceProvider(accounts, agents),
        }
        timeline, queue, schedule = Timeline(redis), RecordedQueue(), PollSchedule(timedelta(seconds=60))
        sync = SessionSync(
            sessions=sessions,
            timeline=timeline,
            providers=providers,
            queue=queue,
            schedule=schedule,
        )
        cards = Cards(slack, sessions)
        poller = Poller(
            sessions=sessions,
            timeline=timeline,
            accounts=accounts,
            count=PollCount(redis),
            providers=providers,
            sync=sync,
            reminders=Reminders(sessions, slack, providers),
            forgetting=Forgetting(
                sessions,
                InviteeIndex(redis, keys, sessions, timedelta(days=1)),
                Invitees(redis, keys, timedelta(days=1)),
                cards,
                QrCodes(sessions, slack),
                FileRewriting(redis, None),
            ),
            refusals=SignInRefusals(slack, agents, accounts),
            queue=queue,
            schedule=schedule,
        )
        yield Rounds(poller, sync, queue, transport, sessions, redis)


@pytest.fixture
async def tickets(world: World, apizee: Apizee) -> list[Ticket]:
    """Many tickets of the last hours, the latest first."""
    made = await apizee.create_ticket(agent="agent1@apizee.com", contact=Contact("+33662682193"), reference="1234")
    pattern, now = world.tickets.pop(made.id), datetime.now(UTC)
    many = [
        replace(pattern, id=1000 + number, created=now - timedelta(seconds=10 * number), state=TicketState.INVITED)
        for number in range(TICKETS)
    ]
    world.tickets.update({ticket.id: ticket for ticket in many})
    return many


def more(world: World, tickets: list[Ticket], how_many: int) -> list[Ticket]:
    """Return so many tickets, the latest first: older ones are added to those that there are."""
    last = tickets[-1]
    older = [
        replace(last, id=last.id + number, created=last.created - timedelta(seconds=number))
        for number in range(1, how_many - len(tickets) + 1)
    ]
    world.tickets.update({ticket.id: ticket for ticket in older})
    return [*tickets, *older]


async def followed(sessions: Sessions, requester: Requester, tickets: list[Ticket]) -> list[Session]:
    """Return an open session of each of these tickets, none of which is old enough for a nudge."""
    made = []
    for ticket in tickets:
        session = Session(
            f"of-{ticket.id}",
            Kind.ASSISTANCE,
            replace(requester, user=U_EN),
            ticket.created.timestamp(),
            invitation=Invitation(contacts=(Contact("+33662682193"),)),
            remote=Remote(id=ticket.id),
            state=State.INVITED,
            card=Card(requester.conversation.channel, f"{ticket.created.timestamp():.6f}"),
        ).with_progress(card_begun=1.0, links_sent=True, reminded=True)
        await sessions.record(session, delivery=session.id)
        made.append(session)
    await sessions.load_for_start(TEAM, made[0].id)
    return made


def decline(world: World, ticket: Ticket) -> None:
    """Let a customer decline."""
    world.tickets[ticket.id] = replace(ticket, state=TicketState.DECLINED)

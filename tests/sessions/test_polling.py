"""Rounds over many open sessions and few requests: each is looked at, and what is odd costs only itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

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
from bot.sessions.following.listing import PAGES_AT_MOST, READ_SINGLY_AT_MOST
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
from tests.fixtures.watched import Before, Watched

TICKETS = 900


@dataclass
class Rounds:
    """A poller among real parts, whose rounds a story makes."""

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
        found = await self.sessions.latest_of(TEAM, U_EN, limit=1000)
        return {session.id: session.state for session in found}


@pytest.fixture
async def rounds(redis: Redis, keys: KeyRing, sessions: Sessions, slack: Slack, world: World) -> AsyncIterator[Rounds]:
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
    world.tickets[ticket.id] = replace(ticket, state=TicketState.DECLINED)


@pytest.mark.parametrize("how_many", [TICKETS, 10_000])
async def test_one_session_behind_many_tickets_costs_two_requests(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester, how_many: int
) -> None:
    tickets = more(world, tickets, how_many)
    await followed(rounds.sessions, requester, [tickets[-1]])
    decline(world, tickets[-1])
    assert await rounds.round() == ["/api/tickets@0", f"/api/tickets/{tickets[-1].id}@0"]
    assert set((await rounds.states()).values()) == {State.DECLINED}


async def test_each_of_many_sessions_is_looked_at_within_five_rounds(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester
) -> None:
    mine = tickets[::20]
    await followed(rounds.sessions, requester, mine)
    await rounds.round()  # wherever the list was left
    for ticket in mine:
        decline(world, ticket)
    for _round in range(5):
        asked = await rounds.round()
        assert len([one for one in asked if one.startswith("/api/tickets@")]) <= PAGES_AT_MOST
        assert len(asked) <= PAGES_AT_MOST + READ_SINGLY_AT_MOST
    assert set((await rounds.states()).values()) == {State.DECLINED}


async def test_a_dozen_sessions_among_ten_thousand_tickets_are_looked_at_within_five_rounds(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester
) -> None:
    mine = more(world, tickets, 10_000)[800::800]
    await followed(rounds.sessions, requester, mine)
    await rounds.round()
    for ticket in mine:
        decline(world, ticket)
    asked = [one for _ in range(5) for one in await rounds.round()]
    assert len(asked) <= 5 * (PAGES_AT_MOST + READ_SINGLY_AT_MOST)
    assert set((await rounds.states()).values()) == {State.DECLINED}


async def test_the_latest_sessions_are_seen_in_each_round(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester
) -> None:
    mine = tickets[::50]
    await followed(rounds.sessions, requester, mine)
    await rounds.round()
    decline(world, mine[0])
    await rounds.round()
    assert (await rounds.states())[f"of-{mine[0].id}"] is State.DECLINED


async def test_a_page_that_is_refused_costs_only_itself(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester
) -> None:
    mine = [*tickets[100:110], *tickets[250:260]]
    await followed(rounds.sessions, requester, mine)
    for ticket in mine:
        decline(world, ticket)

    async def refuse(request: httpx.Request) -> httpx.Response | None:
        is_second = request.url.path == "/api/tickets" and request.url.params.get("offset") == "100"
        return httpx.Response(400, json={"code": 10, "message": "odd ticket"}) if is_second else None

    rounds.transport.before = refuse
    await rounds.round()
    behind = [(await rounds.states())[f"of-{ticket.id}"] for ticket in tickets[250:260]]
    assert set(behind) == {State.DECLINED}
    for _round in range(4):
        await rounds.round()
    assert set((await rounds.states()).values()) == {State.DECLINED}


async def test_where_the_requests_run_out_what_was_read_counts_and_the_next_round_goes_on(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester
) -> None:
    mine = tickets[::50]
    await followed(rounds.sessions, requester, mine)
    for ticket in mine:
        decline(world, ticket)

    async def limit(request: httpx.Request) -> httpx.Response | None:
        is_second = request.url.params.get("offset") == "100"
        return httpx.Response(429, headers={"X-RateLimit-Reset": "1"}, json={"error": "slow"}) if is_second else None

    rounds.transport.before = limit
    assert await rounds.round() == ["/api/tickets@0", "/api/tickets@100"]
    states = await rounds.states()
    assert states[f"of-{mine[0].id}"] is State.DECLINED
    rounds.transport.before = None
    await rounds.redis.delete(f"{account_key(API_USER)}:budget:blocked")
    assert (await rounds.round())[:3] == ["/api/tickets@0", "/api/tickets@100", "/api/tickets@200"]


async def test_a_record_that_becomes_unreadable_meanwhile_costs_only_itself(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester
) -> None:
    mine = await followed(rounds.sessions, requester, tickets[:5])
    for ticket in tickets[:5]:
        decline(world, ticket)

    async def spoil(_request: httpx.Request) -> None:
        await rounds.redis.hset(redis_keys.session(TEAM, mine[0].id), "body", "odd")

    rounds.transport.before = cast("Before", spoil)
    with capture_logs() as log:
        await rounds.round()
        await rounds.round()
    states = await rounds.states()
    assert mine[0].id not in states
    assert set(states.values()) == {State.DECLINED}
    assert [one["event"] for one in log].count("record_unread") == 1


async def test_a_card_follows_although_it_was_seen_before_the_clock_was_set_back(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester
) -> None:
    (mine,) = await followed(rounds.sessions, requester, tickets[:1])
    in_an_hour = time.time() + 3600
    await rounds.sessions.change(TEAM, mine.id, lambda latest: replace(latest, seen_at=in_an_hour))
    decline(world, tickets[0])
    await rounds.round()
    assert await rounds.states() == {mine.id: State.DECLINED}
    assert rounds.queue.redraws == [mine.id]


async def test_what_was_seen_later_still_wins_over_what_comes_late(
    rounds: Rounds, world: World, tickets: list[Ticket], requester: Requester
) -> None:
    (mine,) = await followed(rounds.sessions, requester, tickets[:1])
    late = replace(mine, state=State.INVITED)
    await rounds.sync.apply(mine, replace(mine, state=State.IN_PROGRESS), at=time.time() - 1)
    await rounds.sync.apply(mine, late, at=time.time() - 2)
    assert world.tickets
    assert await rounds.states() == {mine.id: State.IN_PROGRESS}


async def test_what_is_forgotten_while_the_list_is_read_leaves_nothing(
    rounds: Rounds, tickets: list[Ticket], requester: Requester
) -> None:
    (session,) = await followed(rounds.sessions, requester, tickets[:1])

    async def forget(_request: httpx.Request) -> None:
        await rounds.sessions.forget(session)

    rounds.transport.before = forget
    with capture_logs() as logs:
        await rounds.round()
    assert not await rounds.redis.exists(redis_keys.polling(account_key(API_USER), "seen"))
    assert "step_failed" not in [one["event"] for one in logs]

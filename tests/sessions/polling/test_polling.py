"""Rounds over many open sessions and few requests: each is looked at, and what is odd costs only itself."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import cast

import httpx
import pytest
from structlog.testing import capture_logs

from bot.model.accounts import account_key
from bot.model.people import Requester
from bot.model.session import State
from bot.sessions.following.listing import PAGES_AT_MOST, READ_SINGLY_AT_MOST
from bot.store import keys as redis_keys
from sandbox.apizee import World
from sandbox.apizee.model import Ticket
from sandbox.apizee.world import API_USER
from sandbox.slack.default_world import TEAM
from tests.fixtures.watched import Before
from tests.sessions.polling.rounds import TICKETS, Rounds, decline, followed, more


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

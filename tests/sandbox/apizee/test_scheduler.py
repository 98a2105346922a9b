"""Time passes in the sandbox, by itself or skipped, and what is due happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sandbox.apizee import World
from sandbox.apizee.accounts import AGENT_1
from sandbox.apizee.meetings import ConferenceOrder
from sandbox.apizee.model import Operation, Ticket, TicketState
from sandbox.apizee.scheduler import Scheduler, SkippedClock
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.apizee.world import API_PASSWORD, API_USER

_LINKS = Links("http://sandbox", "http://sandbox")


@pytest.fixture
def clock() -> SkippedClock:
    return SkippedClock()


@pytest.fixture
def world(clock: SkippedClock) -> World:
    return World(clock=clock)


@pytest.fixture
async def scheduler(world: World, clock: SkippedClock) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(world, clock)
    async with scheduler.running():
        yield scheduler


async def test_an_invitation_expires_at_its_own_moment_however_far_is_skipped(
    world: World, scheduler: Scheduler
) -> None:
    ticket = _invited(world)
    scheduler.skip(timedelta(minutes=29))
    assert world.ticket(ticket.id).state is TicketState.INVITED
    scheduler.skip(timedelta(days=1))
    expired = world.ticket(ticket.id)
    assert expired.state is TicketState.EXPIRED
    assert expired.end_time - ticket.end_time < timedelta(seconds=1)
    assert world.events[-1].name == "ticket.invitationExpired"


async def test_who_is_in_a_session_is_left_in_it(world: World, scheduler: Scheduler) -> None:
    ticket = _invited(world)
    world.customer_opens(ticket.id)
    world.accepts(ticket.id)
    scheduler.skip(timedelta(hours=2))
    assert world.ticket(ticket.id).state is TicketState.IN_PROGRESS


async def test_a_recording_has_one_webhook_when_it_appears(world: World, scheduler: Scheduler) -> None:
    ticket = _ended(world)
    assert _webhooks_about_media(world) == 0
    scheduler.skip(timedelta(seconds=10))
    assert len(world.media_of(world.ticket(ticket.id))) == 1
    scheduler.skip(timedelta(hours=1))
    assert _webhooks_about_media(world) == 1


async def test_a_recording_appears_without_anybody_skipping(clock: SkippedClock) -> None:
    world = World(clock=clock, recording_after=timedelta(milliseconds=50))
    async with Scheduler(world, clock).running():
        _ended(world)
        await world.wait_for(lambda: _webhooks_about_media(world) == 1)


async def test_a_meetings_recording_appears_as_well(world: World, scheduler: Scheduler) -> None:
    order = ConferenceOrder(("ann@example.com",), "Boiler", None, moderated=False, invite=True)
    conference = world.schedule_conference(order, _LINKS)
    world.guest_joins(conference.id, "ann@example.com")
    world.guest_leaves(conference.id, "ann@example.com")
    scheduler.skip(timedelta(minutes=1))
    assert _webhooks_about_media(world) == 1


async def test_tokens_end_and_the_limit_frees_as_time_is_skipped(world: World, scheduler: Scheduler) -> None:
    token = world.accounts.sign_in(API_USER, API_PASSWORD)
    assert token
    for _ in range(10):
        world.limit.count(API_USER, Operation.TICKET)
    assert world.limit.used(API_USER) == 10
    scheduler.skip(timedelta(seconds=61))
    assert world.limit.used(API_USER) == 0
    assert world.accounts.user_of(token) == API_USER
    scheduler.skip(timedelta(hours=24))
    assert world.accounts.user_of(token) is None


async def test_who_looks_on_sees_the_limit_free(clock: SkippedClock) -> None:
    world = World(clock=clock)
    async with Scheduler(world, clock).running():
        world.limit.count(API_USER, Operation.TICKET)
        clock.ahead += timedelta(seconds=59.9)
        world.changed()
        await world.wait_for(lambda: world.limit.used(API_USER) == 0)


def _invited(world: World) -> Ticket:
    return world.open_ticket(TicketOrder(AGENT_1, ("+33612345678",), None, invite=True), _LINKS)


def _ended(world: World) -> Ticket:
    ticket = _invited(world)
    for step in (world.customer_opens, world.accepts, world.allows_camera, world.hangs_up):
        step(ticket.id)
    return ticket


def _webhooks_about_media(world: World) -> int:
    return sum(event.object == "media" for event in world.events)

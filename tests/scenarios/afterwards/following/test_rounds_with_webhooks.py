"""Webhooks make polling rarer for what they announce, as long as they come, and for nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.apizee.webhooks import Subject
from bot.model.accounts import account_key
from bot.store import keys
from sandbox.apizee.guesses import MeetingStart
from sandbox.apizee.model import Conference
from sandbox.apizee.world import API_USER
from tests.scenarios.environment import Environment, Vendors, said
from tests.scenarios.waiting import rounds_pass
from tests.scenarios.webhooks import Listening, listening

EVERY = 1
TWO_POLLS = 2 * EVERY
A_LITTLE = 1.5
"""The sync, the redraw, and a machine on which other stories run."""


@pytest.fixture
async def listener(around: Vendors) -> AsyncIterator[Listening]:
    """Yield a bot that would poll in a minute: what its cards show sooner came by webhook."""
    async with listening(around) as both:
        yield both


@pytest.fixture
async def polling(around: Vendors) -> AsyncIterator[Listening]:
    """Yield a bot that polls every second."""
    async with listening(around, apizee_poll_seconds=EVERY) as both:
        yield both


async def a_meeting(environment: Environment) -> Conference:
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("invited")
    await asyncio.sleep(0.1)  # the starter's last line
    return next(iter(environment.apizee.conferences.values()))


async def card_says(environment: Environment, word: str, *, within: float) -> None:
    await environment.slack.wait_for(lambda: any(word in said(card) for card in environment.cards()), within)


async def webhooks_are_coming(redis: Redis, *subjects: Subject) -> None:
    """Have webhooks about other sessions come, and go on."""
    for subject in subjects:
        await redis.set(keys.announced(account_key(API_USER), subject), b"1")


def tickets_listed(environment: Environment) -> int:
    return len([asked for asked in environment.asked("GET", "/api/tickets") if "reference" not in asked])


@pytest.mark.parametrize("start", [MeetingStart.NAMED, MeetingStart.CREATED], ids=lambda start: start.name.lower())
async def test_the_card_of_a_meeting_follows_its_start_within_seconds(listener: Listening, start: MeetingStart) -> None:
    environment = listener.environment
    environment.apizee.guesses.meeting_start = start
    conference = await a_meeting(environment)
    environment.apizee.guest_joins(conference.id, "Ann")
    await card_says(environment, "In progress", within=2.0)


async def test_webhooks_about_assistances_and_ends_leave_a_meetings_start_to_the_next_poll(
    polling: Listening, redis: Redis
) -> None:
    environment = polling.environment
    conference = await a_meeting(environment)
    await rounds_pass(redis, 1)  # the first one asks, for no webhooks have come
    await webhooks_are_coming(redis, Subject.ASSISTANCE, Subject.MEETING_END)
    environment.apizee.guest_joins(conference.id, "Ann")
    await card_says(environment, "In progress", within=EVERY + A_LITTLE)


async def test_what_webhooks_announce_is_polled_ten_times_more_rarely(polling: Listening, redis: Redis) -> None:
    environment = polling.environment
    await webhooks_are_coming(redis, Subject.ASSISTANCE)
    await environment.assist("+33 6 62 68 21 93")
    await environment.invited()
    await rounds_pass(redis, 3)
    assert tickets_listed(environment) == 0


async def test_when_webhooks_stop_polling_is_normal_again_within_two_polls(polling: Listening, redis: Redis) -> None:
    environment = polling.environment
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    await rounds_pass(redis, 1)
    environment.apizee.customer_opens(ticket.id)
    await card_says(environment, "link opened", within=2.0)

    polling.sender.faults.missing = True
    environment.apizee.declines(ticket.id)
    await card_says(environment, "declined", within=TWO_POLLS + A_LITTLE)

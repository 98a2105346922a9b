"""Without webhooks the cards follow all the same: one list for all open sessions, now and then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
import pytest
from redis.asyncio import Redis

from bot.jobs.queue import QueueTiming
from bot.model.accounts import account_key
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Invitation, Kind, Session
from bot.model.timing import FollowTiming
from bot.store import keys
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from bot.timing import Timing
from sandbox.apizee.faults import Limited
from sandbox.apizee.model import Operation, Ticket
from sandbox.apizee.world import API_USER
from sandbox.slack.default_world import SUPPORT, TEAM, U_ADMIN, U_EN
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import ENCRYPTION_KEY, Environment, Vendors, new_environment
from tests.scenarios.waiting import rounds_pass


@pytest.fixture
def timing() -> Timing:
    """Participants are counted at once, and what nobody is to start is soon nobody's."""
    follow = FollowTiming(handed_over_within=timedelta(seconds=0.5))
    return replace(SLOW_MACHINE, queue=QueueTiming(counted_after=timedelta(0)), follow=follow)


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around, apizee_poll_seconds=1, invitations_per_hour=1000) as environment:
        yield environment


async def assisted(environment: Environment) -> Ticket:
    await environment.assist("+33 6 62 68 21 93")
    return await environment.invited()


async def says(environment: Environment, word: str) -> None:
    await environment.slack.wait_for(lambda: any(word in card.text for card in environment.cards()), 6.0)


def rounds(environment: Environment) -> list[dict[str, str]]:
    return [asked for asked in environment.asked("GET", "/api/tickets") if "reference" not in asked]


async def test_a_card_follows_its_ticket_without_webhooks(environment: Environment) -> None:
    ticket = await assisted(environment)
    environment.apizee.customer_opens(ticket.id)
    environment.apizee.accepts(ticket.id)
    await says(environment, "In progress")
    environment.apizee.allows_camera(ticket.id)
    environment.apizee.hangs_up(ticket.id)
    await says(environment, "Done after")
    assert environment.asked("GET", f"/api/tickets/{ticket.id}") == []


async def test_a_meeting_is_followed_to_its_end_and_its_call_is_closed_with_its_duration(
    environment: Environment,
) -> None:
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("invited")
    conference = next(iter(environment.apizee.conferences.values()))
    environment.apizee.guest_joins(conference.id, "Ann")
    await says(environment, "In progress")
    environment.apizee.ends(conference.id)
    await says(environment, "Done")
    call = next(iter(environment.slack.registered_calls.values()))
    await environment.slack.wait_for(lambda: call.ended_at is not None)


async def test_the_card_of_a_meeting_tells_how_many_took_part(environment: Environment) -> None:
    environment.apizee.sessions_shown_after = timedelta(0)
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("invited")
    conference = next(iter(environment.apizee.conferences.values()))
    for guest in ("Ann", "Bob", "Cleo"):
        environment.apizee.guest_joins(conference.id, guest)
    environment.apizee.ends(conference.id)
    await says(environment, "3 participants")


async def test_where_nothing_is_open_apizee_is_asked_nothing(environment: Environment, redis: Redis) -> None:
    ticket = await assisted(environment)
    environment.apizee.declines(ticket.id)
    await says(environment, "declined")
    asked = len(environment.apizee.requests)
    await rounds_pass(redis, 2)
    assert len(environment.apizee.requests) == asked


async def test_one_request_looks_at_a_hundred_sessions(environment: Environment, redis: Redis) -> None:
    for number in range(110):
        await environment.assist(f"+33 6 62 68 {number // 100:02} {number % 100:02}")
    await environment.apizee.wait_for(lambda: len(environment.apizee.tickets) == 110, 60)
    await environment.slack.wait_for(lambda: len(environment.slack.ephemeral_messages) == 110, 60)
    await rounds_pass(redis, 1)
    before = len(rounds(environment))
    await environment.apizee.wait_for(lambda: len(rounds(environment)) >= before + 4, 10)
    one_round = rounds(environment)[before : before + 4]
    assert [asked.get("offset", "0") for asked in one_round] in (["0", "100"] * 2, ["100", "0"] * 2)


async def test_two_processes_look_no_more_often_than_one(environment: Environment, around: Vendors) -> None:
    async with new_environment(around, apizee_poll_seconds=1):
        await assisted(environment)
        before, since = len(rounds(environment)), time.monotonic()
        await environment.apizee.wait_for(lambda: len(rounds(environment)) >= before + 4, 10)
        assert 2.5 < time.monotonic() - since < 6


async def test_what_webhooks_announced_while_the_bot_was_down_is_found_when_it_starts(
    around: Vendors, redis: Redis
) -> None:
    await redis.set(keys.webhooks_received(account_key(API_USER)), b"1")
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        ticket = await assisted(environment)
    around.apizee.declines(ticket.id)
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        await says(environment, "declined")


async def test_after_the_clock_was_set_back_cards_follow_all_the_same(environment: Environment, redis: Redis) -> None:
    ticket = await assisted(environment)
    await environment.settled()
    account, in_an_hour = account_key(API_USER), time.time() + 3600
    # What the clock wrote down before: the next round, the last look, and when the record was seen.
    async with asyncio.timeout(30):
        while not await redis.zadd("apizee:queue", {"round": in_an_hour}, xx=True, ch=True):  # noqa: ASYNC110  # while it waits, not while it runs
            await asyncio.sleep(0.02)
    await redis.set(keys.polled(account, Kind.ASSISTANCE), int(in_an_hour * 1000), ex=7200)
    environment.apizee.declines(ticket.id)
    await environment.slack.wait_for(lambda: any("declined" in card.text for card in environment.cards()), 30.0)


async def test_a_ticket_that_apizee_forgot_is_closed_without_a_word(environment: Environment) -> None:
    ticket = await assisted(environment)
    del environment.apizee.tickets[ticket.id]
    await says(environment, "Apizee gave no reason")


async def test_a_ticket_that_is_open_a_day_after_its_end_is_closed_without_a_word(
    environment: Environment, redis: Redis
) -> None:
    ticket = await assisted(environment)
    environment.apizee.update_ticket(ticket.id, end_time=datetime.now(UTC) - timedelta(days=1, minutes=1))
    await says(environment, "Apizee gave no reason")
    edits = len([call for call in environment.slack.calls if call.method == "chat.update"])
    await rounds_pass(redis, 2)
    assert len([call for call in environment.slack.calls if call.method == "chat.update"]) == edits


async def test_what_was_written_down_and_never_acknowledged_is_nobodys_open_session(
    environment: Environment, redis: Redis
) -> None:
    await assisted(environment)
    requester, customer = Requester(U_EN, Conversation(TEAM, SUPPORT)), Contact("ann@example.com")
    orphaned = Session("orphaned", Kind.ASSISTANCE, requester, time.time(), invitation=Invitation(contacts=(customer,)))
    keyring, account = KeyRing([ENCRYPTION_KEY]), account_key(API_USER)
    await Sessions(redis, keyring, timedelta(days=1), account=account).record(orphaned, delivery="d1")
    assert await redis.zcard(keys.open_sessions(TEAM)) == 2
    async with asyncio.timeout(30):
        while await redis.zcard(keys.open_sessions(TEAM)) == 2:  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.05)
    assert len(environment.apizee.tickets) == len(environment.cards()) == 1


async def test_a_record_that_cannot_be_read_keeps_no_other_card_from_following(
    environment: Environment, redis: Redis
) -> None:
    odd = await assisted(environment)
    record = cast("list[bytes]", await redis.zrange(keys.open_sessions(TEAM), 0, -1))[0].decode()
    await environment.settled()
    await redis.hset(keys.session(TEAM, record), "body", "odd")
    await environment.assist("ann@example.com")
    ticket = await environment.apizee.wait_for(
        lambda: next((one for one in environment.apizee.tickets.values() if one.id != odd.id), None)
    )
    assert ticket
    environment.apizee.declines(ticket.id)
    await says(environment, "declined")
    async with httpx.AsyncClient() as http:
        counted = (await http.get(f"{environment.bot_url}/metrics")).text
    assert 'apizee_slack_records_unread_total{reason="unreadable"} 1.0' in counted


async def test_a_round_that_apizee_refuses_is_made_up_for(environment: Environment) -> None:
    ticket = await assisted(environment)
    environment.apizee.faults.switch_on(Limited(reset=1), Operation.LIST_TICKETS, times=1)
    environment.apizee.declines(ticket.id)
    await says(environment, "declined")
    await environment.people.open_home(U_ADMIN)
    await environment.slack.wait_for(
        lambda: "Last incident: Apizee accepted no more requests" in str(environment.slack.homes.get(U_ADMIN))
    )


async def test_a_card_that_somebody_deleted_is_left_alone_and_the_thread_tells_the_end(
    environment: Environment, redis: Redis
) -> None:
    question = environment.slack.channels[SUPPORT].messages
    del question[:]
    ticket = await assisted(environment)
    card = environment.cards()[0]
    environment.slack.remove(card)
    environment.apizee.declines(ticket.id)
    notice = await environment.private_message("declined")
    assert "+33 6 •• •• •• 93" in notice.text
    await rounds_pass(redis, 1)
    assert len([one for one in environment.ephemeral_messages() if "declined" in one]) == 1
    assert environment.cards() == []

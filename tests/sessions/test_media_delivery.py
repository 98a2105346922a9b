"""What is delivered, what is linked, and what is left alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.apizee.errors import BudgetExhausted
from bot.media.delivery import AT_A_TIME, SESSIONS_AT_A_TIME
from bot.media.plan import Uploading
from bot.model.errors import TryLater
from bot.model.session import State
from sandbox.apizee.faults import Broken, FeatureMissing
from sandbox.apizee.model import Location, Operation
from sandbox.slack.default_world import SUPPORT, TEAM, U_GONE
from sandbox.slack.faults import Refuses
from tests.sessions.media_services import Services


async def test_what_was_delivered_is_written_down_counted_and_on_the_card(services: Services) -> None:
    session = await services.over(photos=2)
    services.apizee.recording_appears(session.remote.id or 0)
    await services.deliverer().deliver(TEAM, "s1", last=False)
    session = await services.record()
    assert len(session.media_progress.sent) == 3
    assert session.media_progress.outgoing is None
    assert (session.outcome.photos, session.outcome.videos) == (2, 1)
    assert services.queue.redraws == ["s1"]
    assert services.counted == {"photo uploaded": 2, "recording linked": 1}


async def test_nothing_is_brought_before_the_end(services: Services) -> None:
    await services.over()
    await services.parts.adapters.sessions.change(TEAM, "s1", lambda latest: replace(latest, state=State.IN_PROGRESS))
    asked = len(services.apizee.requests)
    await services.deliverer().deliver(TEAM, "s1", last=False)
    await services.deliverer().deliver(TEAM, "unknown", last=False)
    assert len(services.apizee.requests) == asked


async def test_media_leave_the_last_turns_at_apizee_to_people(services: Services) -> None:
    await services.over()
    budget = (await services.parts.adapters.accounts.of(TEAM)).apizee.budget
    for _ in range((await budget.remaining()).limit * 7 // 10):
        await budget.spend()
    with pytest.raises(BudgetExhausted):
        await services.deliverer().deliver(TEAM, "s1", last=False)
    await budget.spend()


async def test_of_all_sessions_together_a_few_files_come_at_a_time(services: Services) -> None:
    for number in range(4):
        await services.over(f"s{number}", photos=2)
    under_way, most = 0, 0
    all_at_once = asyncio.Event()

    async def begin(operation: Operation) -> None:
        nonlocal under_way, most
        under_way += operation is Operation.MEDIA_FILE
        most = max(most, under_way)
        if under_way == AT_A_TIME:
            all_at_once.set()
        if operation is Operation.MEDIA_FILE:
            await asyncio.wait_for(all_at_once.wait(), 10)
            await asyncio.sleep(0.02)  # time for one too many

    async def end(operation: Operation) -> None:
        nonlocal under_way
        under_way -= operation is Operation.MEDIA_FILE

    services.apizee.before, services.apizee.after = begin, end
    deliverer = services.deliverer()
    await asyncio.gather(*(deliverer.deliver(TEAM, f"s{number}", last=False) for number in range(4)))
    assert most == AT_A_TIME == 3
    assert [len(one.files) for one in services.replies()] == [2] * 4


async def test_while_an_account_hangs_its_next_sessions_wait_elsewhere_than_in_a_worker(services: Services) -> None:
    for number in range(SESSIONS_AT_A_TIME + 1):
        await services.over(f"s{number}")
    goes_on, all_hang, deliverer, asked = asyncio.Event(), asyncio.Event(), services.deliverer(), 0

    async def hang(_operation: Operation) -> None:
        nonlocal asked
        asked += 1
        if asked == SESSIONS_AT_A_TIME:
            all_hang.set()
        await goes_on.wait()

    services.apizee.before = hang
    hanging = [
        asyncio.create_task(deliverer.deliver(TEAM, f"s{number}", last=False)) for number in range(SESSIONS_AT_A_TIME)
    ]
    await asyncio.wait_for(all_hang.wait(), 10)
    with pytest.raises(TryLater):
        await deliverer.deliver(TEAM, f"s{SESSIONS_AT_A_TIME}", last=False)
    goes_on.set()
    await asyncio.gather(*hanging)
    await deliverer.deliver(TEAM, f"s{SESSIONS_AT_A_TIME}", last=False)
    assert len(services.replies()) == SESSIONS_AT_A_TIME + 1


async def test_a_recording_that_is_too_large_is_linked(services: Services) -> None:
    session = await services.over(photos=0)
    services.apizee.recording_appears(session.remote.id or 0)
    await services.deliverer(Uploading(recordings_up_to=10)).deliver(TEAM, "s1", last=False)
    assert services.counted == {"recording linked": 1}


async def test_what_apizee_does_not_show_the_bot_is_left_alone(services: Services) -> None:
    await services.over()
    services.apizee.faults.switch_on(FeatureMissing(), Operation.TICKET_MEDIAS)
    await services.deliverer().deliver(TEAM, "s1", last=False)
    assert not services.replies()


@pytest.mark.parametrize("times", [2, 1000])
async def test_what_somebody_asks_for_is_asked_for_again_and_linked_where_it_cannot_be_had(
    services: Services, times: int
) -> None:
    await services.over(photos=2)
    services.apizee.faults.switch_on(Broken(503), Operation.MEDIA_FILE, times=times)
    waits = 0
    for _ in range(10):
        try:
            await services.deliverer().deliver(TEAM, "s1", last=False, asked=True)
            break
        except TryLater:
            waits += 1
    assert 1 <= waits <= 4
    assert len((await services.record()).media_progress.sent) == 2
    ways = {"photo uploaded": 2} if times == 2 else {"photo linked": 2}
    assert services.counted == ways


async def test_where_nothing_can_be_posted_nothing_is_taken_for_delivered(services: Services) -> None:
    await services.over()
    services.slack.channels[SUPPORT].is_archived = True
    services.slack.faults.switch_on(Refuses("user_disabled"), "conversations.open")
    await services.deliverer().deliver(TEAM, "s1", last=False)
    delivery = (await services.record()).media_progress
    assert (delivery.sent, delivery.outgoing, delivery.links_only) == ((), None, True)


async def test_where_files_are_forbidden_nothing_is_fetched_a_second_time(services: Services) -> None:
    await services.over(photos=3)
    services.slack.faults.switch_on(Refuses("file_uploads_disabled"), "files.getUploadURLExternal")
    await services.deliverer().deliver(TEAM, "s1", last=False)
    assert services.counted == {"photo linked": 3}
    assert sum(one.operation is Operation.MEDIA_FILE for one in services.apizee.requests) == 1


async def test_an_agent_who_is_gone_costs_nobody_a_photo(services: Services) -> None:
    await services.over(location=Location(48.77, -3.51), user=U_GONE)
    await services.deliverer().deliver(TEAM, "s1", last=False)
    assert [len(one.files) for one in services.replies()] == [1]
    assert not services.slack.ephemeral_messages

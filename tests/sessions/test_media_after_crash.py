"""What is found in the thread by the worker that goes on after a crash."""

from __future__ import annotations

import pytest

from bot.media.plan import Uploading
from bot.model.errors import StaleRecord, TryLater
from bot.model.media import OutgoingMessage
from bot.model.timing import MediaTiming
from sandbox.slack.default_world import TEAM
from sandbox.slack.faults import Refuses
from tests.sessions.media_services import NOW, Services, photo_of, uploaded


async def test_a_message_that_was_begun_before_the_clock_was_set_back_is_waited_for_no_longer_than_any(
    services: Services,
) -> None:
    session = await services.over()
    await services.under_way(session, OutgoingMessage((photo_of(services, session),), NOW + 3600))
    with pytest.raises(TryLater) as raised:
        await services.deliverer().deliver(TEAM, "s1", last=False)
    assert raised.value.retry_in <= MediaTiming().settled_after
    under_way = (await services.record()).media_progress.outgoing
    assert under_way
    assert under_way.started == NOW


async def test_a_message_that_may_still_arrive_is_waited_for(services: Services) -> None:
    session = await services.over()
    await services.under_way(session, OutgoingMessage((photo_of(services, session),), NOW - 3))
    with pytest.raises(TryLater) as raised:
        await services.deliverer().deliver(TEAM, "s1", last=False)
    assert raised.value.retry_in == pytest.approx(MediaTiming().settled_after - 3)
    assert not services.replies()


@pytest.mark.parametrize("may_read", [True, False])
async def test_uploads_that_never_arrived_are_brought(services: Services, *, may_read: bool) -> None:
    session = await services.over()
    file = await uploaded(services)
    await services.under_way(session, OutgoingMessage((photo_of(services, session),), NOW - 60, (file,)))
    if not may_read:
        services.slack.faults.switch_on(Refuses("missing_scope"), "conversations.replies")
    await services.deliverer().deliver(TEAM, "s1", last=False)
    assert [len(one.files) for one in services.replies()] == [1]
    assert services.counted == {"photo uploaded": 1}


async def test_links_of_which_nobody_knows_are_sent_again(services: Services) -> None:
    session = await services.over()
    await services.under_way(session, OutgoingMessage((photo_of(services, session),), NOW - 60))
    services.slack.faults.switch_on(Refuses("missing_scope"), "conversations.replies")
    await services.deliverer(Uploading(photos=False)).deliver(TEAM, "s1", last=False)
    assert services.counted == {"photo linked": 1}


async def test_who_was_taken_for_dead_sends_nothing_that_another_one_brings(services: Services) -> None:
    session = await services.over()
    photo = photo_of(services, session)

    async def somebody_else_begins(method: str) -> None:
        if method == "files.completeUploadExternal" or not method.startswith("files."):
            return
        latest = await services.record()
        if latest.media_progress.outgoing is None:
            await services.under_way(latest, OutgoingMessage((photo,), NOW, ()))

    services.slack.after = somebody_else_begins
    with pytest.raises(StaleRecord):
        await services.deliverer().deliver(TEAM, session.id, last=False)
    assert not services.replies()

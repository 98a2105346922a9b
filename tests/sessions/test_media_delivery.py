"""What is delivered, what is linked, and what is found in the thread by the worker that goes on after a crash."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.apizee.errors import BudgetExhausted
from bot.container import Container, build
from bot.media.delivery import AT_A_TIME, SESSIONS_AT_A_TIME, MediaDelivery
from bot.media.outbox import Outbox
from bot.media.plan import Uploading
from bot.model.errors import StaleRecord, TryLater
from bot.model.media import Media, MediaProgress, OutgoingMessage, Upload
from bot.model.messages import Message
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Kind, Remote, Session, State
from bot.model.timing import MediaTiming
from sandbox.apizee import World
from sandbox.apizee.faults import Broken, FeatureMissing
from sandbox.apizee.model import Location, Operation
from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN, U_GONE
from sandbox.slack.faults import Refuses
from sandbox.slack.model import Message as Shown
from tests.fixtures.recorded_queue import RecordedQueue
from tests.scenarios.environment import settings_of
from tests.scenarios.environment import vendors as sandboxes

NOW = 1_700_000_000.0


@dataclass
class Services:
    """A deliverer between a sandbox Slack and a sandbox Apizee, with sessions that are over."""

    slack: Workspace
    apizee: World
    parts: Container
    counted: Counter[str] = field(default_factory=Counter)
    queue: RecordedQueue = field(default_factory=RecordedQueue)

    def deliverer(self, uploading: Uploading | None = None) -> MediaDelivery:
        outbox = Outbox(self.parts.adapters.sessions, self.parts.adapters.slack, count=self._count, clock=lambda: NOW)
        return MediaDelivery(
            sessions=self.parts.adapters.sessions,
            slack=self.parts.adapters.slack,
            accounts=self.parts.adapters.accounts,
            providers=self.parts.providers,
            outbox=outbox,
            queue=self.queue,
            uploading=uploading or Uploading(),
        )

    async def over(
        self, name: str = "s1", *, photos: int = 1, location: Location | None = None, user: str = U_EN
    ) -> Session:
        """Return a session with photos and a recording that is over, in Redis, at Apizee and on its card."""
        ticket = await (await self.parts.adapters.accounts.of(TEAM)).apizee.create_ticket(
            agent="agent1@apizee.com", contact=Contact("+33662682193"), reference=name
        )
        for step in (self.apizee.customer_opens, self.apizee.accepts, self.apizee.allows_camera):
            step(ticket.id)
        for _ in range(photos):
            self.apizee.takes_photo(ticket.id, location)
        self.apizee.hangs_up(ticket.id)
        conversation = Conversation(TEAM, SUPPORT)
        card = await self.parts.adapters.slack.post(conversation, Message("card"))
        session = Session(
            name,
            Kind.ASSISTANCE,
            Requester(user, conversation),
            NOW,
            state=State.DONE,
            remote=Remote(id=ticket.id),
            card=card,
        )
        await self.parts.adapters.sessions.record(session, delivery=name)
        return await self.record(name)

    async def record(self, name: str = "s1") -> Session:
        session = await self.parts.adapters.sessions.get(TEAM, name)
        assert session
        return session

    async def under_way(self, session: Session, outgoing: OutgoingMessage) -> None:
        """Let the record say that a message was about to be sent when the bot died."""
        delivery = MediaProgress(outgoing=outgoing)
        await self.parts.adapters.sessions.change(
            TEAM, session.id, lambda latest: replace(latest, media_progress=delivery)
        )

    def replies(self) -> list[Shown]:
        return [one for one in self.slack.channels[SUPPORT].messages if one.is_reply]

    def _count(self, item: Media, way: str) -> None:
        self.counted[f"{'photo' if item.is_photo else 'recording'} {way}"] += 1


@pytest.fixture
async def services(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Services]:  # noqa: ARG001  # emptied
    async with sandboxes(redis_url, tmp_path) as both, build(settings_of(both.environment)) as parts:
        yield Services(both.slack, both.apizee, parts)


def photo_of(services: Services, session: Session) -> int:
    return services.apizee.tickets[session.remote.id or 0].media[0].id


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


async def uploaded(services: Services) -> Upload:
    """Return a file that Slack has and nobody has seen."""
    file = await services.parts.adapters.slack.upload(TEAM, BytesIO(b"JPEG"), name="a.jpg", description="Photo")
    return Upload(file, "Photo")


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

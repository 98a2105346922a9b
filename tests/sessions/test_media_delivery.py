"""What is delivered, what is linked, and what is found in the thread by whoever goes on after a crash."""

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
from bot.apizee.timing import ApizeeTiming
from bot.app import memory, vendors
from bot.app.memory import Memory
from bot.media.delivery import AT_A_TIME, Deliverer, Uploading
from bot.media.outbox import Shipments
from bot.model.errors import Overtaken, TryLater
from bot.model.media import Delivery, Media, Shipment, Upload
from bot.model.messages import Message
from bot.model.people import Asker, Contact, Place
from bot.model.session import Kind, Session, State
from bot.model.timing import MediaTiming
from bot.store.timing import RedisTiming
from sandbox.apizee import World
from sandbox.apizee.faults import Broken, FeatureMissing
from sandbox.apizee.model import Location, Operation
from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN, U_GONE
from sandbox.slack.faults import Refuses
from sandbox.slack.model import Message as Shown
from tests.scenarios.environment import settings_of
from tests.scenarios.environment import vendors as sandboxes

NOW = 1_700_000_000.0


@dataclass
class Desk:
    """A deliverer between a sandbox Slack and a sandbox Apizee, with sessions that are over."""

    slack: Workspace
    apizee: World
    memory: Memory
    vendors: vendors.Vendors
    counted: Counter[str] = field(default_factory=Counter)
    drawn: list[str] = field(default_factory=list)

    def deliverer(self, uploading: Uploading | None = None) -> Deliverer:
        shipments = Shipments(self.memory.sessions, self.vendors.slack, count=self._count, clock=lambda: NOW)
        return Deliverer(
            sessions=self.memory.sessions,
            slack=self.vendors.slack,
            apizee=self.vendors.apizee,
            shipments=shipments,
            cards=self,
            uploading=uploading or Uploading(),
        )

    async def draw(self, team: str, session_id: str) -> None:
        self.drawn.append(f"{team}/{session_id}")

    async def over(
        self, name: str = "s1", *, photos: int = 1, location: Location | None = None, user: str = U_EN
    ) -> Session:
        """A session with photos and a recording that is over, in Redis, at Apizee and on its card."""
        ticket = await self.vendors.apizee.create_ticket(
            agent="agent1@apizee.com", contact=Contact("+33662682193"), reference=name
        )
        for step in (self.apizee.customer_opens, self.apizee.accepts, self.apizee.allows_camera):
            step(ticket.id)
        for _ in range(photos):
            self.apizee.takes_photo(ticket.id, location)
        self.apizee.hangs_up(ticket.id)
        place = Place(TEAM, SUPPORT)
        card = await self.vendors.slack.post(place, Message("card"))
        session = Session(name, Kind.ASSISTANCE, Asker(user, place), NOW, State.DONE, card=card, remote_id=ticket.id)
        await self.memory.sessions.record(session, delivery=name)
        return await self.record(name)

    async def record(self, name: str = "s1") -> Session:
        session = await self.memory.sessions.get(TEAM, name)
        assert session
        return session

    async def under_way(self, session: Session, shipment: Shipment) -> None:
        """Let the record say that a message was about to be sent when the bot died."""
        delivery = Delivery(under_way=shipment)
        await self.memory.sessions.change(TEAM, session.id, lambda latest: replace(latest, delivery=delivery))

    def replies(self) -> list[Shown]:
        return [one for one in self.slack.channels[SUPPORT].messages if one.is_reply]

    def _count(self, item: Media, *, way: str) -> None:
        self.counted[f"{'photo' if item.is_photo else 'recording'} {way}"] += 1


@pytest.fixture
async def desk(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Desk]:  # noqa: ARG001  # emptied
    async with sandboxes(redis_url, tmp_path) as both:
        settings = settings_of(both.environment)
        async with (
            memory.opened(settings, redis_url, RedisTiming()) as kept,
            vendors.opened(settings, kept, ApizeeTiming()) as around,
        ):
            yield Desk(both.slack, both.apizee, kept, around)


def photo_of(desk: Desk, session: Session) -> int:
    return desk.apizee.tickets[session.remote_id or 0].media[0].id


async def test_what_was_delivered_is_written_down_counted_and_on_the_card(desk: Desk) -> None:
    session = await desk.over(photos=2)
    desk.apizee.recording_appears(session.remote_id or 0)
    await desk.deliverer().deliver(TEAM, "s1", last=False)
    session = await desk.record()
    assert len(session.delivery.done) == 3
    assert session.delivery.under_way is None
    assert (session.outcome.photos, session.outcome.videos) == (2, 1)
    assert desk.drawn == ["T0001/s1"]
    assert desk.counted == {"photo uploaded": 2, "recording linked": 1}


async def test_nothing_is_brought_before_the_end(desk: Desk) -> None:
    await desk.over()
    await desk.memory.sessions.change(TEAM, "s1", lambda latest: replace(latest, state=State.IN_PROGRESS))
    asked = len(desk.apizee.requests)
    await desk.deliverer().deliver(TEAM, "s1", last=False)
    await desk.deliverer().deliver(TEAM, "unknown", last=False)
    assert len(desk.apizee.requests) == asked


async def test_media_leave_the_last_turns_at_apizee_to_people(desk: Desk) -> None:
    await desk.over()
    budget = desk.vendors.budget
    for _ in range((await budget.remaining()).limit * 7 // 10):
        await budget.spend()
    with pytest.raises(BudgetExhausted):
        await desk.deliverer().deliver(TEAM, "s1", last=False)
    await budget.spend()


async def test_of_all_sessions_together_a_few_files_come_at_a_time(desk: Desk) -> None:
    for number in range(4):
        await desk.over(f"s{number}", photos=2)
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

    desk.apizee.before, desk.apizee.after = begin, end
    deliverer = desk.deliverer()
    await asyncio.gather(*(deliverer.deliver(TEAM, f"s{number}", last=False) for number in range(4)))
    assert most == AT_A_TIME == 3
    assert [len(one.files) for one in desk.replies()] == [2] * 4


async def test_a_recording_that_is_too_large_is_linked(desk: Desk) -> None:
    session = await desk.over(photos=0)
    desk.apizee.recording_appears(session.remote_id or 0)
    await desk.deliverer(Uploading(recordings_up_to=10)).deliver(TEAM, "s1", last=False)
    assert desk.counted == {"recording linked": 1}


async def test_what_apizee_does_not_show_the_bot_is_left_alone(desk: Desk) -> None:
    await desk.over()
    desk.apizee.faults.switch_on(FeatureMissing(), Operation.TICKET_MEDIAS)
    await desk.deliverer().deliver(TEAM, "s1", last=False)
    assert not desk.replies()


@pytest.mark.parametrize("times", [2, 1000])
async def test_what_somebody_asks_for_is_asked_for_again_and_linked_where_it_cannot_be_had(
    desk: Desk, times: int
) -> None:
    await desk.over(photos=2)
    desk.apizee.faults.switch_on(Broken(503), Operation.MEDIA_FILE, times=times)
    waits = 0
    for _ in range(10):
        try:
            await desk.deliverer().deliver(TEAM, "s1", last=False, asked=True)
            break
        except TryLater:
            waits += 1
    assert 1 <= waits <= 4
    assert len((await desk.record()).delivery.done) == 2
    ways = {"photo uploaded": 2} if times == 2 else {"photo linked": 2}
    assert desk.counted == ways


async def test_a_message_that_was_begun_before_the_clock_was_set_back_is_waited_for_no_longer_than_any(
    desk: Desk,
) -> None:
    session = await desk.over()
    await desk.under_way(session, Shipment((photo_of(desk, session),), NOW + 3600))
    with pytest.raises(TryLater) as raised:
        await desk.deliverer().deliver(TEAM, "s1", last=False)
    assert raised.value.retry_in <= MediaTiming().settled_after
    under_way = (await desk.record()).delivery.under_way
    assert under_way
    assert under_way.begun == NOW


async def test_where_nothing_can_be_posted_nothing_is_taken_for_delivered(desk: Desk) -> None:
    await desk.over()
    desk.slack.channels[SUPPORT].is_archived = True
    desk.slack.faults.switch_on(Refuses("user_disabled"), "conversations.open")
    await desk.deliverer().deliver(TEAM, "s1", last=False)
    delivery = (await desk.record()).delivery
    assert (delivery.done, delivery.under_way, delivery.links_only) == ((), None, True)


async def test_where_files_are_forbidden_nothing_is_fetched_a_second_time(desk: Desk) -> None:
    await desk.over(photos=3)
    desk.slack.faults.switch_on(Refuses("file_uploads_disabled"), "files.getUploadURLExternal")
    await desk.deliverer().deliver(TEAM, "s1", last=False)
    assert desk.counted == {"photo linked": 3}
    assert sum(one.operation is Operation.MEDIA_FILE for one in desk.apizee.requests) == 1


async def test_an_agent_who_is_gone_costs_nobody_a_photo(desk: Desk) -> None:
    await desk.over(location=Location(48.77, -3.51), user=U_GONE)
    await desk.deliverer().deliver(TEAM, "s1", last=False)
    assert [len(one.files) for one in desk.replies()] == [1]
    assert not desk.slack.whispers


async def test_a_message_that_may_still_arrive_is_waited_for(desk: Desk) -> None:
    session = await desk.over()
    await desk.under_way(session, Shipment((photo_of(desk, session),), NOW - 3))
    with pytest.raises(TryLater) as raised:
        await desk.deliverer().deliver(TEAM, "s1", last=False)
    assert raised.value.retry_in == pytest.approx(MediaTiming().settled_after - 3)
    assert not desk.replies()


@pytest.mark.parametrize("may_read", [True, False])
async def test_uploads_that_never_arrived_are_brought(desk: Desk, *, may_read: bool) -> None:
    session = await desk.over()
    file = await uploaded(desk)
    await desk.under_way(session, Shipment((photo_of(desk, session),), NOW - 60, (file,)))
    if not may_read:
        desk.slack.faults.switch_on(Refuses("missing_scope"), "conversations.replies")
    await desk.deliverer().deliver(TEAM, "s1", last=False)
    assert [len(one.files) for one in desk.replies()] == [1]
    assert desk.counted == {"photo uploaded": 1}


async def test_links_of_which_nobody_knows_are_sent_again(desk: Desk) -> None:
    session = await desk.over()
    await desk.under_way(session, Shipment((photo_of(desk, session),), NOW - 60))
    desk.slack.faults.switch_on(Refuses("missing_scope"), "conversations.replies")
    await desk.deliverer(Uploading(photos=False)).deliver(TEAM, "s1", last=False)
    assert desk.counted == {"photo linked": 1}


async def uploaded(desk: Desk) -> Upload:
    """A file that Slack has and nobody has seen."""
    file = await desk.vendors.slack.upload(TEAM, BytesIO(b"JPEG"), name="a.jpg", description="Photo")
    return Upload(file, "Photo")


async def test_who_was_taken_for_dead_sends_nothing_that_another_one_brings(desk: Desk) -> None:
    session = await desk.over()
    photo = photo_of(desk, session)

    async def somebody_else_begins(method: str) -> None:
        if method == "files.completeUploadExternal" or not method.startswith("files."):
            return
        latest = await desk.record()
        if latest.delivery.under_way is None:
            await desk.under_way(latest, Shipment((photo,), NOW, ()))

    desk.slack.after = somebody_else_begins
    with pytest.raises(Overtaken):
        await desk.deliverer().deliver(TEAM, session.id, last=False)
    assert not desk.replies()

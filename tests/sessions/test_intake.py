"""Taking in what people ask for: written down, handed over, and the same delivery never twice.

Here the job is added in a second step, as on a Redis Cluster: in between something may go wrong. Both ways are compared
in `tests/jobs/test_handover.py`.
"""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from bot.deferred.requests import Find, ListSessions
from bot.grammar import StartAssistance, StartMeeting
from bot.jobs.handover import Handover
from bot.model.errors import StoreTimeout, StoreUnavailable
from bot.model.people import Contact, Requester
from bot.model.session import Kind
from bot.model.timing import AnswerTiming
from bot.sessions.intake import Intake
from bot.store.deferred import DeferredRequests
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from bot.web.admission import AT_ONCE, AckGate
from sandbox.slack.default_world import TEAM, U_FR
from tests.fixtures.recorded_queue import RecordedQueue

CUSTOMER = Contact("+33662682193")


class FlakyQueue(RecordedQueue):
    """Takes the ids of what is to be done, unless it fails or hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions: list[str] = []
        self.requests: list[str] = []
        self.trouble: Exception | None = None
        self.hangs = False
        self.takes = 0.0

    async def start_session(self, team: str, session_id: str, *, by_step: bool = False) -> None:  # noqa: ARG002  # likewise done
        await self._take(team, session_id, self.sessions)

    async def run_deferred_request(self, team: str, request_id: str) -> None:
        await self._take(team, request_id, self.requests)

    async def _take(self, team: str, taken_id: str, into: list[str]) -> None:
        assert team == TEAM
        if self.hangs:
            await asyncio.Event().wait()
        if self.trouble:
            raise self.trouble
        if self.takes:
            await asyncio.sleep(self.takes)
        into.append(taken_id)


@pytest.fixture
def queue() -> FlakyQueue:
    return FlakyQueue()


@pytest.fixture
def deferred(redis: Redis, keys: KeyRing) -> DeferredRequests:
    return DeferredRequests(redis, keys)


@pytest.fixture
def handover(sessions: Sessions, deferred: DeferredRequests, queue: FlakyQueue) -> Handover:
    return Handover(sessions, deferred, queue, in_one_step=False)


@pytest.fixture
def intake(sessions: Sessions, handover: Handover) -> Intake:
    return Intake(sessions, handover)


async def test_what_is_handed_over_is_written_down(
    intake: Intake, queue: FlakyQueue, sessions: Sessions, requester: Requester
) -> None:
    await intake.start_assistance(requester, StartAssistance(CUSTOMER, "1234"), delivery="d1")
    session = await sessions.get(TEAM, queue.sessions[0])
    assert session
    assert (session.kind, session.invitation.contacts, session.invitation.reference) == (
        Kind.ASSISTANCE,
        (CUSTOMER,),
        "1234",
    )
    assert session.requester == requester


async def test_a_meeting_is_written_down_with_its_guests(
    intake: Intake, queue: FlakyQueue, sessions: Sessions, requester: Requester
) -> None:
    await intake.start_meeting(
        requester, StartMeeting((CUSTOMER,), (U_FR,), "Site visit", moderated=True), delivery="d1"
    )
    session = await sessions.get(TEAM, queue.sessions[0])
    assert session
    assert (session.kind, session.invitation.contacts, session.invitation.colleagues) == (
        Kind.MEETING,
        (CUSTOMER,),
        (U_FR,),
    )
    assert (session.invitation.name, session.invitation.moderated) == ("Site visit", True)


async def test_a_deferred_request_is_written_down_with_who_asked(
    intake: Intake, queue: FlakyQueue, deferred: DeferredRequests, requester: Requester
) -> None:
    await intake.defer(requester, Find(Kind.ASSISTANCE, "1234"), delivery="d1")
    found = await deferred.get(TEAM, queue.requests[0])
    assert found
    assert (found.request, found.requester) == (Find(Kind.ASSISTANCE, "1234"), requester)


async def test_the_same_delivery_hands_over_what_the_first_one_led_to(
    intake: Intake, queue: FlakyQueue, sessions: Sessions, requester: Requester
) -> None:
    for _ in range(2):
        await intake.start_assistance(requester, StartAssistance(CUSTOMER, None), delivery="d1")
        await intake.defer(requester, ListSessions(Kind.ASSISTANCE), delivery="d2")
    assert len(set(queue.sessions)) == len(set(queue.requests)) == 1
    assert len(await sessions.all_open(TEAM, limit=2)) == 1


async def test_what_a_crash_kept_from_being_handed_over_is_handed_over_when_slack_repeats_it(
    intake: Intake, queue: FlakyQueue, sessions: Sessions, requester: Requester
) -> None:
    queue.trouble = StoreUnavailable()
    with pytest.raises(StoreUnavailable):
        await intake.start_assistance(requester, StartAssistance(CUSTOMER, None), delivery="d1")
    queue.trouble = None
    await intake.start_assistance(requester, StartAssistance(CUSTOMER, None), delivery="d1")
    assert await sessions.get(TEAM, queue.sessions[0])
    assert len(await sessions.all_open(TEAM, limit=2)) == 1


async def test_redis_away_is_answered_as_such(intake: Intake, queue: FlakyQueue, requester: Requester) -> None:
    queue.trouble = StoreUnavailable()
    with pytest.raises(StoreUnavailable) as raised:
        await intake.defer(requester, ListSessions(Kind.ASSISTANCE), delivery="d1")
    assert not isinstance(raised.value, StoreTimeout)


async def test_redis_too_slow_for_slack_leaves_it_open_whether_it_was_taken_in(
    sessions: Sessions, handover: Handover, queue: FlakyQueue, requester: Requester
) -> None:
    intake = Intake(sessions, handover, AnswerTiming(redis_at_most=0.1))
    queue.hangs = True
    with pytest.raises(StoreTimeout):
        await intake.start_assistance(requester, StartAssistance(CUSTOMER, None), delivery="d1")


async def test_a_timeout_of_redis_itself_leaves_it_open_as_well(
    intake: Intake, queue: FlakyQueue, requester: Requester
) -> None:
    queue.trouble = StoreUnavailable()
    queue.trouble.__cause__ = TimeoutError()
    with pytest.raises(StoreTimeout):
        await intake.start_assistance(requester, StartAssistance(CUSTOMER, None), delivery="d1")


async def test_in_a_burst_nobody_is_refused_for_the_time_that_the_others_take(
    sessions: Sessions, handover: Handover, queue: FlakyQueue, requester: Requester
) -> None:
    intake = Intake(sessions, handover, AnswerTiming(redis_at_most=0.4))
    queue.takes = 0.05
    burst, gate = range(10 * AT_ONCE), AckGate(AnswerTiming(turn_at_most=20.0))

    async def admitted(delivery: str) -> None:
        async with gate:
            await intake.start_assistance(requester, StartAssistance(CUSTOMER), delivery=delivery)

    await asyncio.gather(*(admitted(f"d{number}") for number in burst))
    assert len(set(queue.sessions)) == len(burst)

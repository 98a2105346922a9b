"""What people ask for is recorded and queued: in one step, or in two as on a Redis Cluster; nobody sees which."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

import pytest
from redis.asyncio import Redis

from bot.deferred.requests import DeferredRequest, ListSessions
from bot.jobs.connection import Messages, PipelinedDocket
from bot.jobs.handover import Handover
from bot.model.people import Contact, Requester
from bot.model.session import Invitation, Kind, Session
from bot.store.deferred import DeferredRequests
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from tests.jobs.setting import Jobs, Recorder, until

INVITATION: Final = Invitation(contacts=(Contact("+33662682193"),))
_OF_ONE_MOMENT: Final = {b"when", b"known", b"stream_id"}


@pytest.fixture
def deferred(redis: Redis, keys: KeyRing) -> DeferredRequests:
    return DeferredRequests(redis, keys)


@pytest.fixture(params=[True, False], ids=["one step", "two steps"])
def handover(request: pytest.FixtureRequest, sessions: Sessions, deferred: DeferredRequests, jobs: Jobs) -> Handover:
    return Handover(sessions, deferred, jobs.queue, in_one_step=request.param)


def a_session(requester: Requester, session_id: str) -> Session:
    return Session(session_id, Kind.ASSISTANCE, requester, 1.0, invitation=INVITATION)


async def test_what_is_asked_for_is_recorded_and_done(
    handover: Handover,
    jobs: Jobs,
    recorder: Recorder,
    sessions: Sessions,
    deferred: DeferredRequests,
    requester: Requester,
) -> None:
    team = requester.conversation.team
    request = DeferredRequest("r1", ListSessions(Kind.ASSISTANCE), requester, 1.0)
    assert await handover.session(a_session(requester, "s1"), delivery="d1") == "s1"
    assert await handover.deferred_request(request, delivery="d2") == "r1"
    assert await sessions.get(team, "s1")
    assert await deferred.get(team, "r1") == request
    async with jobs.worker.working():
        await until(lambda: len(recorder.ended) == 2)
    assert sorted(recorder.ended) == [f"{team}/r1", f"{team}/s1"]


async def test_a_delivery_that_comes_again_leads_to_what_it_led_to_first(
    handover: Handover, jobs: Jobs, recorder: Recorder, sessions: Sessions, requester: Requester, redis: Redis
) -> None:
    team = requester.conversation.team
    for number in "12":
        request = DeferredRequest(f"r{number}", ListSessions(Kind.ASSISTANCE), requester, 1.0)
        assert await handover.session(a_session(requester, f"s{number}"), delivery="d1") == "s1"
        assert await handover.deferred_request(request, delivery="d2") == "r1"
        await redis.script_flush()  # as after a restart: scripts are loaded again, and nothing is done twice
    assert await sessions.get(team, "s2") is None
    async with jobs.worker.working():
        await until(lambda: len(recorder.ended) == 2)
    assert sorted(recorder.begun) == [f"{team}/r1", f"{team}/s1"]


async def test_both_ways_add_the_same_job(
    jobs: Jobs,
    docket: PipelinedDocket,
    sessions: Sessions,
    deferred: DeferredRequests,
    requester: Requester,
    redis: Redis,
) -> None:
    jobs_added = []
    for in_one_step in (True, False):
        await redis.flushdb()
        handover = Handover(sessions, deferred, jobs.queue, in_one_step=in_one_step)
        await handover.session(a_session(requester, "s1"), delivery="d1")
        ((_, message),) = cast("Messages", await redis.xrange(docket.stream_key))
        state = await cast("Any", redis.hgetall(docket.runs_key("start:s1")))
        jobs_added.append((_without_moments(message), _without_moments(state), await _other_keys(redis)))
        assert datetime.fromisoformat(message[b"when"].decode()).utcoffset() == timedelta()
    (message, _, _), _ = jobs_added
    assert pickle.loads(message[b"args"]) == (requester.conversation.team, "s1")  # noqa: S301  # the story's own
    assert jobs_added[0] == jobs_added[1]


def _without_moments(fields: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    return {name: value for name, value in fields.items() if name not in _OF_ONE_MOMENT}


async def _other_keys(redis: Redis) -> set[bytes]:
    return {key async for key in redis.scan_iter()}

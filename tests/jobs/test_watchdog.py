"""A worker that takes no due job any more is found out, and one that works is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.jobs.connection import PipelinedDocket
from bot.jobs.watchdog import ClockGuard, Watchdog
from bot.jobs.worker import WorkerLost
from bot.metrics import Metrics
from tests.jobs.setting import TEAM, Jobs, Recorder, jobs_on, until

BRIEFLY = timedelta(seconds=0.6)


class Fatal(BaseException):
    """What no handler expects."""


@pytest.fixture
def jobs(docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics) -> Jobs:
    watchdog = Watchdog(docket, places=100, stuck_after=BRIEFLY)
    return jobs_on(docket, redis, recorder, metrics, watchdog=watchdog)


async def break_redis_for_a_moment(docket: PipelinedDocket, redis: Redis) -> None:
    """Docket's loop stops at an error of Redis, and waits for the jobs under way before it begins again."""
    await redis.delete(docket.stream_key)
    await redis.set(docket.stream_key, "no stream")
    await asyncio.sleep(0.5)
    await redis.delete(docket.stream_key)


async def test_a_worker_that_takes_no_due_job_says_so(
    jobs: Jobs, docket: PipelinedDocket, recorder: Recorder, redis: Redis, logs: Sequence[Mapping[str, Any]]
) -> None:
    lost = asyncio.Event()
    recorder.takes = 60
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working(lost.set):
        await until(lambda: recorder.begun)
        await break_redis_for_a_moment(docket, redis)
        await jobs.queue.start_session(TEAM, "s2")
        async with asyncio.timeout(30):
            await lost.wait()
        with pytest.raises(WorkerLost):
            await jobs.worker.check()
    assert jobs.worker.is_lost
    assert "worker_lost" in {line["event"] for line in logs}


async def test_a_queue_whose_loop_ends_is_lost_at_once(jobs: Jobs, recorder: Recorder) -> None:
    lost = asyncio.Event()
    recorder.failures = [Fatal()]
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working(lost.set):
        async with asyncio.timeout(30):
            await lost.wait()
    assert jobs.worker.is_lost


async def test_jobs_that_were_taken_and_never_begun_are_missed(
    docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics
) -> None:
    """They no longer lie on the stream for others, and docket's loop stands still before it has begun them."""
    stuck = asyncio.Event()

    async def stand_still(_key: bytes, _job: Mapping[bytes, bytes]) -> bool:
        await stuck.wait()
        return True

    watchdog = Watchdog(docket, places=100, stuck_after=BRIEFLY)
    jobs = jobs_on(docket, redis, recorder, metrics, watchdog=watchdog)
    docket.filter_jobs(stand_still)
    lost = asyncio.Event()
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working(lost.set):
        async with asyncio.timeout(BRIEFLY.total_seconds() * 5):
            await lost.wait()
        stuck.set()
    assert jobs.worker.is_lost


class SetBackClock:
    """The machine's clock, as long as nobody sets it."""

    def __init__(self) -> None:
        self.ahead = 3600.0

    def __call__(self) -> float:
        return time.time() + self.ahead


async def test_planned_jobs_follow_a_clock_that_is_set_back(
    docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics, logs: Sequence[Mapping[str, Any]]
) -> None:
    clock = SetBackClock()
    dogs = [Watchdog(docket, places=100, stuck_after=BRIEFLY, clock=ClockGuard(docket, clock=clock)) for _ in range(2)]
    jobs = jobs_on(docket, redis, recorder, metrics, watchdog=dogs[0])
    await jobs.queue.look_for_media(TEAM, "s1", later=timedelta(hours=1))
    await jobs.queue.look_for_media(TEAM, "s2", later=timedelta(hours=3))
    other = asyncio.create_task(dogs[1].wait_until_stuck(docket_is_fine))
    async with jobs.worker.working():
        await asyncio.sleep(0.3)
        assert not recorder.begun
        clock.ahead = 0.0
        await until(lambda: recorder.ended)
        await asyncio.sleep(0.3)
    other.cancel()
    assert recorder.ended == [f"{TEAM}/s1 not last"]
    assert [line["seconds"] for line in logs if line["event"] == "clock_set_back"] == [3600]


async def docket_is_fine(_overdue: Sequence[str]) -> None:
    """Report to nobody."""


async def test_a_worker_without_work_is_well(jobs: Jobs, recorder: Recorder) -> None:
    async with jobs.worker.working():
        await asyncio.sleep(0.9)
        await jobs.worker.check()
        await jobs.queue.start_session(TEAM, "s1")
        await until(lambda: recorder.ended)
    assert not jobs.worker.is_lost


async def test_long_work_is_no_reason_to_be_restarted(jobs: Jobs, recorder: Recorder) -> None:
    recorder.takes = 0.95
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
        await jobs.worker.check()


async def test_a_redis_that_is_away_is_not_the_workers_fault(
    recorder: Recorder, redis: Redis, metrics: Metrics
) -> None:
    async with PipelinedDocket("apizee", "unix:///nowhere/redis.sock") as docket:
        watchdog = Watchdog(docket, places=100, stuck_after=timedelta(seconds=0.3))
        jobs = jobs_on(docket, redis, recorder, metrics, watchdog=watchdog)
        async with jobs.worker.working():
            await asyncio.sleep(0.9)
            await jobs.worker.check()

"""A worker that takes no due job any more is found out, and one that works is not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.jobs.watchdog import Watchdog
from bot.jobs.worker import Jobs, WorkerLost
from bot.metrics import Metrics
from bot.store.docket import SharingDocket
from tests.jobs.setting import TEAM, Recorder, jobs_on, until

BRIEFLY = timedelta(seconds=0.6)


class Fatal(BaseException):
    """What no handler expects."""


@pytest.fixture
def jobs(docket: SharingDocket, redis: Redis, recorder: Recorder, metrics: Metrics) -> Jobs:
    watchdog = Watchdog(docket, places=100, stuck_after=BRIEFLY)
    return jobs_on(docket, redis, recorder, metrics, watchdog=watchdog)


async def break_redis_for_a_moment(docket: SharingDocket, redis: Redis) -> None:
    """Docket's loop stops at an error of Redis, and waits for the jobs under way before it begins again."""
    await redis.delete(docket.stream_key)
    await redis.set(docket.stream_key, "no stream")
    await asyncio.sleep(0.5)
    await redis.delete(docket.stream_key)


async def test_a_worker_that_takes_no_due_job_says_so(
    jobs: Jobs, docket: SharingDocket, recorder: Recorder, redis: Redis, logs: Sequence[Mapping[str, Any]]
) -> None:
    lost = asyncio.Event()
    recorder.takes = 60
    await jobs.start_session(TEAM, "s1")
    async with jobs.working(lost.set):
        await until(lambda: recorder.begun)
        await break_redis_for_a_moment(docket, redis)
        await jobs.start_session(TEAM, "s2")
        async with asyncio.timeout(8):
            await lost.wait()
        with pytest.raises(WorkerLost):
            await jobs.check()
    assert jobs.is_lost
    assert "worker_lost" in {line["event"] for line in logs}


async def test_a_queue_whose_loop_ends_is_lost_at_once(jobs: Jobs, recorder: Recorder) -> None:
    lost = asyncio.Event()
    recorder.failures = [Fatal()]
    await jobs.start_session(TEAM, "s1")
    async with jobs.working(lost.set):
        async with asyncio.timeout(8):
            await lost.wait()
    assert jobs.is_lost


async def test_a_worker_without_work_is_well(jobs: Jobs, recorder: Recorder) -> None:
    async with jobs.working():
        await asyncio.sleep(0.9)
        await jobs.check()
        await jobs.start_session(TEAM, "s1")
        await until(lambda: recorder.ended)
    assert not jobs.is_lost


async def test_long_work_is_no_reason_to_be_restarted(jobs: Jobs, recorder: Recorder) -> None:
    recorder.takes = 0.95
    await jobs.start_session(TEAM, "s1")
    async with jobs.working():
        await until(lambda: recorder.ended)
        await jobs.check()


async def test_a_redis_that_is_away_is_not_the_workers_fault(
    recorder: Recorder, redis: Redis, metrics: Metrics
) -> None:
    async with SharingDocket("apizee", "unix:///nowhere/redis.sock") as docket:
        watchdog = Watchdog(docket, places=100, stuck_after=timedelta(seconds=0.3))
        jobs = jobs_on(docket, redis, recorder, metrics, watchdog=watchdog)
        async with jobs.working():
            await asyncio.sleep(0.9)
            await jobs.check()

"""Work that was added is done: after failures, after a stop, by another worker when one dies."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.jobs.connection import PipelinedDocket
from bot.jobs.queue import QueueTiming
from bot.metrics import Metrics, series
from bot.model.errors import StoreUnavailable, TryLater
from bot.store.keys.of_queue import NAME
from bot.store.timing import RedisTiming
from tests.jobs.setting import TEAM, Jobs, Recorder, jobs_on, until


async def test_each_kind_of_work_is_done(jobs: Jobs, recorder: Recorder) -> None:
    await jobs.queue.start_session(TEAM, "s1")
    await jobs.queue.run_deferred_request(TEAM, "r1")
    await jobs.queue.forget_workspace("T0002")
    async with jobs.worker.working():
        await until(lambda: len(recorder.ended) == 3)
    assert set(recorder.ended) == {"T0001/s1", "T0001/r1", "T0002"}


async def test_the_same_job_added_twice_is_done_once(jobs: Jobs, recorder: Recorder) -> None:
    await jobs.queue.start_session(TEAM, "s1")
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
    assert recorder.begun == ["T0001/s1"]


async def test_media_are_looked_for_at_once_and_again_until_late_ones_are_there(
    docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics
) -> None:
    delays = QueueTiming(looked_again_after=(timedelta(seconds=0.2), timedelta(seconds=0.4)))
    jobs = jobs_on(docket, redis, recorder, metrics, delays=delays)
    await jobs.queue.deliver_media(TEAM, "s1")
    await jobs.queue.deliver_media(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: len(recorder.ended) == 3)
    assert recorder.begun == ["T0001/s1 not last", "T0001/s1 not last", "T0001/s1 last"]


async def test_each_request_for_media_counts_once(jobs: Jobs, recorder: Recorder) -> None:
    for request in ("r1", "r1", "r2"):
        await jobs.queue.bring_media(TEAM, "s1", request=request)
    async with jobs.worker.working():
        await until(lambda: len(recorder.ended) == 2)
    assert recorder.begun == ["T0001/s1 asked"] * 2


async def test_the_media_of_one_session_are_looked_for_by_one_at_a_time(
    docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics
) -> None:
    delays = QueueTiming(looked_again_after=(timedelta(), timedelta()))
    jobs = jobs_on(docket, redis, recorder, metrics, delays=delays)
    recorder.takes = 0.1
    await jobs.queue.deliver_media(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.begun)
        while len(recorder.ended) < 3:
            assert len(recorder.begun) - len(recorder.ended) <= 1
            await asyncio.sleep(0.01)


async def test_what_has_to_wait_is_done_later(jobs: Jobs, recorder: Recorder, metrics: Metrics) -> None:
    recorder.failures = [TryLater(0.05), StoreUnavailable(0.05)]
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
    assert recorder.begun == ["T0001/s1"] * 3
    assert metrics.pending()[series("jobs_total", job="start_session", outcome="later")] == 2
    assert not recorder.given_up


async def test_stopping_finishes_what_is_due(jobs: Jobs, recorder: Recorder) -> None:
    recorder.takes = 0.2
    async with jobs.worker.working():
        for number in range(5):
            await jobs.queue.start_session(TEAM, f"s{number}")
    assert len(recorder.ended) == 5
    assert await jobs.worker.lag() == 0


async def test_the_lag_says_for_how_long_work_has_been_due(jobs: Jobs) -> None:
    assert await jobs.worker.lag() == 0
    await jobs.queue.start_session(TEAM, "s1")
    await asyncio.sleep(0.05)
    assert 0.04 < await jobs.worker.lag() < 60


async def test_without_redis_adding_says_so(redis: Redis, recorder: Recorder, metrics: Metrics) -> None:
    async with PipelinedDocket(NAME, "unix:///nowhere/redis.sock") as docket:
        with pytest.raises(StoreUnavailable):
            await jobs_on(docket, redis, recorder, metrics).queue.start_session(TEAM, "s1")


async def test_a_redis_that_has_fallen_silent_is_given_up(
    silent_redis_url: str, redis: Redis, recorder: Recorder, metrics: Metrics
) -> None:
    hasty = RedisTiming(queue=0.2)
    async with asyncio.timeout(30), PipelinedDocket(NAME, silent_redis_url, hasty) as docket:
        with pytest.raises(StoreUnavailable):
            await jobs_on(docket, redis, recorder, metrics).queue.start_session(TEAM, "s1")


async def test_each_try_of_a_job_is_timed_and_said_when_debugging(
    jobs: Jobs, recorder: Recorder, metrics: Metrics
) -> None:
    with capture_logs() as lines:
        await jobs.queue.start_session(TEAM, "s1")
        async with jobs.worker.working():
            await until(lambda: recorder.ended)
    (line,) = [line for line in lines if line["event"] == "tried" and line["job"] == "start_session"]
    assert (line["log_level"], line["job"], line["attempt"]) == ("debug", "start_session", 1)
    assert 0 <= line["ms"] < 5000
    assert any(counted.name == "job_duration_seconds" for counted in metrics.pending())

"""What a worker finds on its queue and cannot do: the work of a newer version, and what nobody can read."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.jobs.attempts import RetryPolicy
from bot.jobs.connection import PipelinedDocket
from bot.jobs.watchdog import Watchdog
from bot.metrics import Metrics, series
from bot.store.keys.of_queue import NAME
from bot.store.set_aside import SetAsideJobs
from tests.jobs.setting import SHORT_WAITS, TEAM, Jobs, Recorder, idle, jobs_on, until

WHOLE: Mapping[str, bytes] = {
    "key": b"start:s0",
    "when": b"2026-01-01T00:00:00+00:00",
    "function": b"start_session",
    "args": pickle.dumps((TEAM, "s0")),
    "kwargs": pickle.dumps({}),
    "attempt": b"1",
    "generation": b"0",
}


def a_job(**changes: bytes) -> dict[Any, Any]:
    """Return a job as it lies on the stream, with some of its parts changed."""
    return {**WHOLE, **changes}


UNREADABLE = {
    "no pickle": {"args": b"\x00\xff"},
    "a pickle of something that is not there": {"args": b"cnowhere.to.be\nfound\n."},
    "arguments that are none": {"args": pickle.dumps(None)},
    "arguments with numbers for names": {"kwargs": pickle.dumps({1: 2})},
    "a time that is none": {"when": b"soon"},
    "tries that are no number": {"attempt": b"many"},
    "a name that is no text": {"function": b"\xff"},
    "a key that is no text": {"key": b"\xff"},
}


class Malicious:
    """An object whose sender runs code of their own as soon as it is unpickled."""

    def __init__(self, footprint: Path) -> None:
        self._footprint = footprint

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return os.mkdir, (str(self._footprint),)


@pytest.fixture
def jobs(docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics) -> Jobs:
    return jobs_on(docket, redis, recorder, metrics, policy=SHORT_WAITS)


@pytest.mark.parametrize("strange", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_what_cannot_be_read_is_set_aside_and_all_others_are_done(
    jobs: Jobs,
    docket: PipelinedDocket,
    recorder: Recorder,
    redis: Redis,
    set_aside: SetAsideJobs,
    strange: dict[str, bytes],
) -> None:
    await redis.xadd(docket.stream_key, a_job(**strange))
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
        await idle(jobs)
        await jobs.worker.check()
    assert recorder.begun == ["T0001/s1"]
    (record,) = await set_aside.all()
    assert record.why.reason.startswith("cannot be read: ")


@pytest.mark.parametrize("part", ["args", "kwargs"])
async def test_a_job_that_would_run_code_runs_none_and_is_set_aside(  # fixtures
    jobs: Jobs,
    docket: PipelinedDocket,
    recorder: Recorder,
    redis: Redis,
    set_aside: SetAsideJobs,
    metrics: Metrics,
    tmp_path: Path,
    part: str,
) -> None:
    footprint = tmp_path / "footprint"
    await redis.xadd(docket.stream_key, a_job(**{part: pickle.dumps(Malicious(footprint))}))
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
        await idle(jobs)
    (record,) = await set_aside.all()
    assert record.why.reason.startswith("cannot be read: UnpicklingError")
    assert metrics.drain()[series("jobs_set_aside_total", job="start_session", reason="Unreadable")] == 1
    assert not footprint.exists()


async def test_nothing_else_that_docket_reads_from_redis_runs_code(
    jobs: Jobs, docket: PipelinedDocket, recorder: Recorder, redis: Redis, tmp_path: Path
) -> None:
    footprint, planned = tmp_path / "footprint", tmp_path / "planned"
    rule: dict[Any, Any] = {"direction": "strike", "function": "f", "parameter": "p", "operator": "=="}
    await redis.xadd(f"{NAME}:strikes", rule | {"value": pickle.dumps(Malicious(footprint))})
    await redis.hset(docket.runs_key("start:s0"), mapping=a_job(args=pickle.dumps(Malicious(footprint))))
    await redis.hset(docket.parked_task_key("p0"), mapping=a_job(key=b"p0", args=pickle.dumps(Malicious(planned))))
    await redis.zadd(docket.queue_key, {"p0": time.time()})
    assert await jobs.queue.is_handed_over("s0")
    assert not await jobs.queue.is_handed_over("s2")
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
        await idle(jobs)
    assert not footprint.exists()
    assert not planned.exists()


async def test_a_job_that_lacks_a_part_is_set_aside(
    jobs: Jobs, docket: PipelinedDocket, recorder: Recorder, redis: Redis, set_aside: SetAsideJobs
) -> None:
    await redis.xadd(docket.stream_key, {"key": b"start:s0"})
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
        await idle(jobs)
    (record,) = await set_aside.all()
    with pytest.raises(KeyError):
        await jobs.queue.hand_over_again(record)


async def test_a_planned_job_that_lacks_a_part_stops_no_other(
    docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics, set_aside: SetAsideJobs
) -> None:
    watchdog = Watchdog(docket, places=100, stuck_after=timedelta(seconds=3))
    jobs = jobs_on(docket, redis, recorder, metrics, watchdog=watchdog)
    for key in ("odd", "odder"):
        await redis.zadd(docket.queue_key, {key: time.time() - 60})
    await redis.hset(docket.parked_task_key("odd"), mapping={"key": "odd"})
    await redis.set(docket.parked_task_key("odder"), "no hash")
    await jobs.queue.look_for_media(TEAM, "s1", later=timedelta(milliseconds=50))
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
    assert {record.key or "?" for record in await set_aside.all()} == {"odd", "?"}


async def test_arguments_that_do_not_fit_are_a_fault_like_any_other(
    jobs: Jobs, docket: PipelinedDocket, redis: Redis, set_aside: SetAsideJobs
) -> None:
    await redis.xadd(docket.stream_key, a_job(args=pickle.dumps((TEAM, "s0", "and more"))))
    async with jobs.worker.working():
        while not await set_aside.count():  # the event is in Redis
            await idle(jobs)
        await jobs.worker.check()
    (record,) = await set_aside.all()
    assert record.why.reason.startswith("TypeError")


# ── A newer version ──────────────────────────────────────────────────────────────────────────────────────


async def test_an_unknown_job_waits_for_who_knows_it(
    jobs: Jobs, recorder: Recorder, redis: Redis, redis_url: str, metrics: Metrics
) -> None:
    brewed: list[str] = []

    async def brew(what: str) -> None:
        brewed.append(what)

    async with PipelinedDocket(NAME, redis_url) as newer:
        newer_jobs = jobs_on(newer, redis, recorder, metrics)
        newer_jobs.worker.register("brew", brew)
        await newer.add("brew", key="brew:1")("tea")
        async with jobs.worker.working():
            await jobs.queue.start_session(TEAM, "s1")
            await until(lambda: recorder.ended)
            while not await redis.hexists("apizee:{jobs}:tries:brew:1", "unknown"):
                await idle(jobs)
        async with newer_jobs.worker.working():
            await until(lambda: brewed)
    assert brewed == ["tea"]


async def test_a_deferred_request_is_run_under_the_name_that_its_job_had_before_the_first_release(
    jobs: Jobs, docket: PipelinedDocket, recorder: Recorder, redis: Redis
) -> None:
    def job_of(request_id: str) -> dict[Any, Any]:
        key, args = f"errand:{request_id}".encode(), pickle.dumps((TEAM, request_id))
        return a_job(key=key, function=b"run_errand", args=args)

    await redis.xadd(docket.stream_key, job_of("e1"))
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
        recorder.failures = [KeyError()] * SHORT_WAITS.tries
        await redis.xadd(docket.stream_key, job_of("e2"))
        await until(lambda: recorder.given_up)
    assert (recorder.ended, recorder.given_up) == (["T0001/e1"], ["T0001/e2"])


async def test_a_job_that_nobody_knows_for_a_day_is_set_aside_as_it_was(
    docket: PipelinedDocket, redis: Redis, redis_url: str, recorder: Recorder, metrics: Metrics, set_aside: SetAsideJobs
) -> None:
    jobs = jobs_on(docket, redis, recorder, metrics, policy=RetryPolicy(unknown=3, first_pause=0.01))
    await redis.xadd(docket.stream_key, a_job(function=b"brew", args=pickle.dumps(("tea",))))
    async with jobs.worker.working():
        while not await set_aside.count():  # the event is in Redis
            await idle(jobs)
    (record,) = await set_aside.all()
    assert (record.job, record.why.reason.split()[0]) == ("brew", "UnknownJob")
    brewed: list[str] = []

    async def brew(what: str) -> None:
        brewed.append(what)

    async with PipelinedDocket(NAME, redis_url) as newer:
        newer_jobs = jobs_on(newer, redis, recorder, metrics)
        newer_jobs.worker.register("brew", brew)
        assert await newer_jobs.queue.hand_over_again(record)
        assert not await newer_jobs.queue.hand_over_again(record)
        async with newer_jobs.worker.working():
            await until(lambda: brewed)

"""What is requested many times is done once: soon, once a second at most, and once after the last request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import pytest
from redis.asyncio import Redis

from bot.jobs.connection import PipelinedDocket
from bot.jobs.queue import QueueTiming
from bot.jobs.worker import WorkerTiming
from bot.metrics import Metrics
from bot.store import keys
from tests.jobs.setting import SHORT_WAITS, TEAM, Jobs, Recorder, idle, jobs_on, until

APART = 0.4
TO_MEASURE = 0.25
"""How much later than it began a busy machine may write a run down; without a limit they would come at once."""


class Run(NamedTuple):
    """One run of a job, by the clock that nobody sets."""

    name: str
    began: float


class Runs(Recorder):
    """Syncs and redraws that write down when they began."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[Run] = []
        self.at_once = self.most_at_once = 0

    async def sync(self, _team: str, session_id: str) -> None:
        await self._run(f"sync {session_id}")

    async def update(self, _team: str, session_id: str) -> None:
        await self._run(f"redraw {session_id}")

    async def poll_all(self, _account: str) -> None:
        await self._run("poll_all")

    async def _run(self, name: str) -> None:
        self.runs.append(Run(name, time.monotonic()))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._work(name)
        finally:
            self.at_once -= 1

    def gaps(self) -> list[float]:
        """Return the seconds between the beginnings of two runs after each other."""
        return [later.began - earlier.began for earlier, later in zip(self.runs, self.runs[1:], strict=False)]


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def jobs(docket: PipelinedDocket, redis: Redis, runs: Runs, metrics: Metrics) -> Jobs:
    timing = QueueTiming(runs_apart=timedelta(seconds=APART))
    return jobs_on(docket, redis, runs, metrics, timing, policy=SHORT_WAITS, locked_for=timedelta(seconds=0.8))


async def all_done(jobs: Jobs, redis: Redis) -> None:
    """Return once nothing is on the queue, or planned for the next minute."""

    async def is_left() -> bool:
        # What is planned may become due meanwhile, and what was due may be planned again.
        planned = partial(redis.zcount, "apizee:queue", "-inf", time.time() + 60)
        return bool(await planned() or await jobs.worker.lag() or await planned())

    async with asyncio.timeout(20):
        while await is_left():  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.01)


async def test_the_first_request_is_done_at_once(jobs: Jobs, runs: Runs) -> None:
    async with jobs.worker.working():
        await jobs.queue.request_redraw(TEAM, "s0")
        await until(lambda: runs.ended)
        began = time.monotonic()
        await jobs.queue.request_redraw(TEAM, "s1")
        await until(lambda: len(runs.ended) == 2)
    assert runs.runs[-1].began - began < APART


async def test_all_who_ask_before_it_is_begun_share_one_run(jobs: Jobs, runs: Runs, redis: Redis) -> None:
    for _ in range(20):
        await jobs.queue.request_redraw(TEAM, "s1")
    async with jobs.worker.working():
        await all_done(jobs, redis)
    assert runs.ended == ["redraw s1"]


async def test_webhooks_of_one_step_lead_to_one_sync(jobs: Jobs, runs: Runs, redis: Redis) -> None:
    async with jobs.worker.working():
        for _ in range(3):
            await jobs.queue.request_sync(TEAM, "s1")
            await asyncio.sleep(0.05)
        await all_done(jobs, redis)
    assert runs.ended == ["sync s1"]


@pytest.mark.parametrize("takes", [0.0, 0.1, APART * 2], ids=["short", "longer", "longer than a slot"])
async def test_a_request_during_a_run_leads_to_one_that_begins_after_it(
    jobs: Jobs, runs: Runs, redis: Redis, takes: float
) -> None:
    runs.takes, requested = takes, 0.0
    async with jobs.worker.working():
        await jobs.queue.request_redraw(TEAM, "s1")
        await until(lambda: runs.runs)
        for _ in range(5):
            requested = time.monotonic()
            await jobs.queue.request_redraw(TEAM, "s1")
        await all_done(jobs, redis)
    assert len(runs.runs) == 2
    assert runs.runs[-1].began > requested
    assert runs.gaps()[0] > APART - TO_MEASURE
    assert runs.most_at_once == 1


@pytest.mark.parametrize(
    "request_of",
    [lambda jobs: jobs.queue.request_redraw(TEAM, "s1"), lambda jobs: jobs.queue.request_poll("a1")],
    ids=["redraw", "poll"],
)
async def test_many_requests_over_time_lead_to_one_run_a_slot_the_last_of_which_comes_after_all(
    jobs: Jobs, runs: Runs, redis: Redis, request_of: Callable[[Jobs], Awaitable[None]]
) -> None:
    began = requested = time.monotonic()
    async with jobs.worker.working():
        for _ in range(60):
            requested = time.monotonic()
            await request_of(jobs)
            await asyncio.sleep(0.025)
        await all_done(jobs, redis)
    assert runs.runs[-1].began > requested
    assert all(gap > APART - TO_MEASURE for gap in runs.gaps())
    assert 2 <= len(runs.runs) <= 2 + (requested - began) / APART


async def test_two_workers_run_no_more_than_one(
    jobs: Jobs, runs: Runs, redis: Redis, redis_url: str, metrics: Metrics
) -> None:
    timing = QueueTiming(runs_apart=timedelta(seconds=APART))
    async with PipelinedDocket("apizee", redis_url) as docket:
        others = jobs_on(docket, redis, runs, metrics, timing)
        async with jobs.worker.working(), others.worker.working():
            for _ in range(15):
                await asyncio.gather(*(one.queue.request_redraw(TEAM, "s1") for one in (jobs, others)))
                await asyncio.sleep(0.04)
            await all_done(jobs, redis)
    assert all(gap > APART - TO_MEASURE for gap in runs.gaps())
    assert runs.most_at_once == 1


async def test_different_jobs_do_not_wait_for_each_other(jobs: Jobs, runs: Runs) -> None:
    runs.takes = APART
    async with jobs.worker.working():
        await jobs.queue.request_redraw(TEAM, "s1")
        await jobs.queue.request_redraw(TEAM, "s2")
        await jobs.queue.request_sync(TEAM, "s1")
        await until(lambda: runs.at_once == 3)


async def test_a_failed_run_is_repeated_and_stops_no_request(jobs: Jobs, runs: Runs, redis: Redis) -> None:
    runs.failures = [RuntimeError()] * SHORT_WAITS.tries
    async with jobs.worker.working():
        await jobs.queue.request_redraw(TEAM, "s1")
        await until(lambda: not runs.failures)
        await idle(jobs)
        await jobs.queue.request_redraw(TEAM, "s1")
        await all_done(jobs, redis)
    assert runs.ended == ["redraw s1"]


async def test_the_slot_of_a_process_that_died_ends(jobs: Jobs, runs: Runs, redis: Redis) -> None:
    """Its lock is there, as long as it would have been renewed; nobody releases it."""
    await redis.set(keys.slot(TEAM, "redraw", "s1"), "of-the-dead.first", px=500)
    await jobs.queue.request_redraw(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: runs.ended)


async def test_a_run_whose_process_died_is_repeated(
    docket: PipelinedDocket, runs: Runs, redis: Redis, metrics: Metrics
) -> None:
    """The slot that it opened is still there, and is no reason to think that another run has done it."""
    soon = timedelta(milliseconds=200)
    jobs = jobs_on(docket, redis, runs, metrics, timing=WorkerTiming(taken_over_after=soon), policy=SHORT_WAITS)
    await jobs.queue.request_redraw(TEAM, "s1")
    await redis.xgroup_create(docket.stream_key, docket.worker_group_name, id="0-0")
    assert await redis.xreadgroup(docket.worker_group_name, "dead", {docket.stream_key: ">"})
    await redis.set(keys.slot(TEAM, "redraw", "s1"), "of-the-dead.first", px=900)
    async with jobs.worker.working():
        await until(lambda: runs.ended)


async def test_a_job_that_another_run_has_made_needless_is_not_run(jobs: Jobs, runs: Runs, redis: Redis) -> None:
    """It was requested in a slot after whose end another request came first."""
    slot = keys.slot(TEAM, "redraw", "s1")
    await redis.set(slot, "earlier.first", px=10)
    await jobs.queue.request_redraw(TEAM, "s1")
    await redis.set(slot, "another.first", px=60_000)
    async with jobs.worker.working():
        await all_done(jobs, redis)
    assert not runs.runs


async def test_after_the_clock_was_set_back_nobody_waits_for_what_lies_in_the_future(
    jobs: Jobs, runs: Runs, redis: Redis
) -> None:
    """The lock of the last slot ends by the clock, an hour later than it should."""
    await redis.set(keys.slot(TEAM, "redraw", "s1"), "of-the-last-run.first", ex=3600)
    await jobs.queue.request_redraw(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: runs.ended)
    assert runs.ended == ["redraw s1"]


@pytest.mark.parametrize(("name", "done"), [("look", "sync s1"), ("draw", "redraw s1"), ("look_at_all", "poll_all")])
async def test_what_the_version_before_requested_is_done(
    jobs: Jobs, docket: PipelinedDocket, runs: Runs, name: str, done: str
) -> None:
    await docket.add(name, key=f"{name}:s1:1764000000000")(TEAM, "s1", 1764000000000)
    async with jobs.worker.working():
        await until(lambda: runs.ended)
    assert runs.ended == [done]


async def test_what_another_job_does_within_it_takes_a_turn_and_keeps_who_asked_before_waiting(
    jobs: Jobs, runs: Runs, redis: Redis
) -> None:
    """Nobody repeats that run where its process dies, so it is no reason to think that the job is not needed."""
    await jobs.queue.request_redraw(TEAM, "s1")
    within = partial(runs.update, TEAM, "s1")
    await jobs.queue.redraw_within(TEAM, "s1", within, expires=timedelta(seconds=0.8))
    async with jobs.worker.working():
        await all_done(jobs, redis)
    assert runs.ended == ["redraw s1", "redraw s1"]
    assert runs.gaps()[0] > APART - TO_MEASURE


async def test_what_fails_within_another_job_is_left_to_a_job_of_its_own(jobs: Jobs, runs: Runs, redis: Redis) -> None:
    async def fail() -> None:
        raise OSError

    await jobs.queue.redraw_within(TEAM, "s1", fail, expires=timedelta(seconds=0.8))
    async with jobs.worker.working():
        await all_done(jobs, redis)
    assert runs.ended == ["redraw s1"]


async def test_what_is_being_done_is_not_done_within_another_job(jobs: Jobs, runs: Runs, redis: Redis) -> None:
    await redis.set(keys.slot(TEAM, "redraw", "s1"), "another.first", px=300)
    await jobs.queue.redraw_within(TEAM, "s1", partial(runs.update, TEAM, "s1"), expires=timedelta(seconds=0.8))
    assert not runs.runs
    async with jobs.worker.working():
        await all_done(jobs, redis)
    assert runs.ended == ["redraw s1"]

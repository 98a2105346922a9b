"""Work that cannot be done is tried a few times, then set aside, reported once, and never repeated at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.apizee.errors import BudgetExhausted
from bot.jobs.attempts import RetryPolicy
from bot.jobs.connection import PipelinedDocket
from bot.jobs.worker import WorkerTiming
from bot.metrics import Metrics, series
from bot.model.errors import TryLater
from bot.slack.errors import SlackAway, SlackError
from bot.store.set_aside import SetAside, SetAsideJobs
from bot.store.tries import Counts, Try
from tests.jobs.setting import SHORT_WAITS, TEAM, Jobs, Recorder, idle, jobs_on, until

FOR_EVER = 99


@pytest.fixture
def jobs(docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics) -> Jobs:
    return jobs_on(docket, redis, recorder, metrics, policy=SHORT_WAITS)


async def the_one(set_aside: SetAsideJobs) -> SetAside:
    (record,) = await set_aside.all()
    return record


async def nothing_happens(jobs: Jobs, recorder: Recorder) -> None:
    """Nothing waits on the queue, and nothing is tried any more."""
    await idle(jobs)
    before = len(recorder.begun), len(recorder.given_up)
    await asyncio.sleep(0.3)
    assert (len(recorder.begun), len(recorder.given_up)) == before


async def test_an_unforeseen_error_is_tried_again_then_set_aside_and_reported(
    jobs: Jobs, recorder: Recorder, metrics: Metrics, set_aside: SetAsideJobs
) -> None:
    recorder.failures = [KeyError("+33 6 62 68 21 93")] * FOR_EVER
    await jobs.queue.run_deferred_request(TEAM, "e1")
    async with jobs.worker.working():
        await until(lambda: recorder.given_up)
        await nothing_happens(jobs, recorder)
    assert recorder.given_up == ["T0001/e1"]
    assert len(recorder.begun) == 4
    record = await the_one(set_aside)
    assert (record.job, record.team, record.key) == ("run_deferred_request", TEAM, "deferred:e1")
    assert (record.times, record.why.tries, record.informed) == (1, 4, True)
    assert record.why.reason.startswith("KeyError in setting.py:")
    assert await set_aside.count() == 1
    assert metrics.pending()[series("jobs_set_aside_total", job="run_deferred_request", reason="KeyError")] == 1


async def test_nothing_about_people_is_written_down(jobs: Jobs, recorder: Recorder, redis: Redis) -> None:
    recorder.failures = [KeyError("+33662682193")] * FOR_EVER
    await jobs.queue.run_deferred_request(TEAM, "e1")
    async with jobs.worker.working():
        await until(lambda: recorder.given_up)
        await idle(jobs)
    for key in await redis.keys("apizee:{jobs}:set-aside:*"):
        assert not any(b"33662682193" in value for value in (await redis.hgetall(key)).values())
        assert 0 < await redis.ttl(key) <= timedelta(days=30).total_seconds()


async def test_giving_up_that_fails_too_ends(jobs: Jobs, recorder: Recorder, set_aside: SetAsideJobs) -> None:
    revoked = SlackError("chat.postEphemeral", "account_inactive")
    recorder.failures, recorder.failures_to_tell = [revoked] * FOR_EVER, [revoked] * FOR_EVER
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: len(recorder.given_up) == SHORT_WAITS.tries)
        await nothing_happens(jobs, recorder)
    assert len(recorder.begun) == SHORT_WAITS.tries
    record = await the_one(set_aside)
    assert not record.informed
    assert record.why.reason == "SlackError: chat.postEphemeral: account_inactive"


async def test_telling_may_have_to_wait(jobs: Jobs, recorder: Recorder, set_aside: SetAsideJobs) -> None:
    recorder.failures, recorder.failures_to_tell = [RuntimeError()] * FOR_EVER, [SlackAway(0.05)] * 7
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: len(recorder.given_up) == 8)
        await idle(jobs)
    assert (await the_one(set_aside)).informed


async def test_waiting_and_failing_are_counted_apart(
    jobs: Jobs, recorder: Recorder, set_aside: SetAsideJobs, redis: Redis
) -> None:
    recorder.failures = [*[TryLater(0.01)] * 12, *[RuntimeError()] * 3]
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
        await idle(jobs)
    assert not recorder.given_up
    assert not await set_aside.all()
    assert not await redis.keys("apizee:{jobs}:*")  # what is done leaves nothing behind


async def test_an_outage_of_redis_is_no_fault_of_the_job(
    jobs: Jobs, recorder: Recorder, set_aside: SetAsideJobs
) -> None:
    recorder.failures = [RedisConnectionError("refused")] * (SHORT_WAITS.tries + 1)
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)
        await idle(jobs)
    assert not recorder.given_up
    assert not await set_aside.all()


async def test_nobody_waits_for_ever(
    docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics, set_aside: SetAsideJobs
) -> None:
    jobs = jobs_on(docket, redis, recorder, metrics, policy=RetryPolicy(postponements=3))
    recorder.failures = [TryLater(0.01)] * FOR_EVER
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.given_up)
        await idle(jobs)
    assert len(recorder.begun) == 3
    assert (await the_one(set_aside)).why.postponements == 3


async def test_a_cancel_that_nobody_asked_for_is_a_fault(jobs: Jobs, recorder: Recorder) -> None:
    recorder.failures = [asyncio.CancelledError()]
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.ended)


async def test_what_kills_its_processes_is_set_aside(
    docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics, set_aside: SetAsideJobs
) -> None:
    soon = timedelta(milliseconds=200)
    policy = RetryPolicy(interruptions=1)
    jobs = jobs_on(docket, redis, recorder, metrics, policy=policy, timing=WorkerTiming(taken_over_after=soon))
    await jobs.queue.start_session(TEAM, "s1")
    await redis.xgroup_create(docket.stream_key, docket.worker_group_name, id="0-0")
    assert await redis.xreadgroup(docket.worker_group_name, "dead", {docket.stream_key: ">"})
    async with jobs.worker.working():
        await until(lambda: recorder.given_up)
        await idle(jobs)
    assert not recorder.begun
    assert (await the_one(set_aside)).why.reason.startswith("Interrupted")


async def test_the_same_piece_of_work_has_one_record(jobs: Jobs, recorder: Recorder, set_aside: SetAsideJobs) -> None:
    recorder.failures = [RuntimeError()] * FOR_EVER
    async with jobs.worker.working():
        for _ in range(2):
            recorder.given_up.clear()
            await jobs.queue.start_session(TEAM, "s1")
            await until(lambda: recorder.given_up)
            await idle(jobs)
    assert (await the_one(set_aside)).times == 2


async def test_what_was_set_aside_is_done_after_all(jobs: Jobs, recorder: Recorder, set_aside: SetAsideJobs) -> None:
    recorder.failures = [RuntimeError()] * SHORT_WAITS.tries
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.given_up)
        await idle(jobs)
        assert await jobs.queue.hand_over_again(await the_one(set_aside))
        await until(lambda: recorder.ended)
    assert recorder.ended == ["T0001/s1"]


async def test_old_records_are_not_reported(redis: Redis, jobs: Jobs, recorder: Recorder) -> None:
    recorder.failures = [RuntimeError()] * FOR_EVER
    await jobs.queue.start_session(TEAM, "s1")
    async with jobs.worker.working():
        await until(lambda: recorder.given_up)
        await idle(jobs)
    brief = SetAsideJobs(redis, timedelta(microseconds=1))
    assert await brief.count() == 0
    assert await brief.all() == []


# ── How long the pauses are ──────────────────────────────────────────────────────────────────────────────


def test_a_time_that_was_stated_is_kept_to_however_often_it_was_postponed() -> None:
    error = BudgetExhausted(37)
    assert RetryPolicy().pause(Try.POSTPONED, Counts(postponed=400), error) == timedelta(seconds=37)


def test_nothing_is_repeated_at_once() -> None:
    for error in (BudgetExhausted(0), SlackAway(0), SlackAway(0, is_stated=True)):
        assert RetryPolicy().pause(Try.POSTPONED, Counts(postponed=1), error) > timedelta()
        assert RetryPolicy().pause(Try.POSTPONED, Counts(postponed=30), error) >= timedelta(seconds=1)


def test_a_guess_grows_up_to_a_minute() -> None:
    pauses = [
        RetryPolicy().pause(Try.POSTPONED, Counts(postponed=number), SlackAway(2)) for number in (1, 10, 13, 16, 99)
    ]
    assert [pause.total_seconds() for pause in pauses] == [2, 2, 4, 32, 60]


def test_a_wait_has_an_end() -> None:
    endless = SlackAway(31_536_000, is_stated=True)
    assert RetryPolicy().pause(Try.POSTPONED, Counts(postponed=1), endless) == timedelta(hours=1)


def test_pauses_between_faults_grow() -> None:
    pauses = [RetryPolicy().pause(Try.FAILED, Counts(failed=number), RuntimeError()) for number in (1, 2, 3)]
    assert [pause.total_seconds() for pause in pauses] == [1, 2, 4]

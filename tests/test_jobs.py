"""Work that was added is done: after failures, after a stop, by another worker when one dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.errors import StoreAway, TryLater
from bot.jobs import NAME, Jobs
from bot.jobs.attempts import Patience
from bot.metrics import Metrics, series
from bot.services.turns import Turns
from bot.store.docket import SharingDocket
from bot.store.locks import Locks
from bot.store.set_aside import SetAsideJobs
from bot.store.tries import Tries

TEAM = "T0001"
KEPT = timedelta(days=30)


class Recorder:
    """Session and errand work that writes down how it was called, and fails as it is told."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.given_up: list[str] = []
        self.failures: list[Exception] = []
        self.takes = 0.0

    async def start(self, team: str, session_id: str) -> None:
        await self._work(f"{team}/{session_id}")

    async def run(self, team: str, errand_id: str) -> None:
        await self._work(f"{team}/{errand_id}")

    async def deliver(self, team: str, session_id: str, *, last: bool, asked: bool = False) -> None:
        await self._work(f"{team}/{session_id} {'asked' if asked else 'last' if last else 'not last'}")

    async def forget_workspace(self, team: str) -> None:
        await self._work(team)

    async def give_up(self, team: str, work_id: str, *, reference: str) -> None:
        assert reference
        self.given_up.append(f"{team}/{work_id}")

    async def _work(self, name: str) -> None:
        self.begun.append(name)
        if self.failures:
            raise self.failures.pop(0)
        await asyncio.sleep(self.takes)
        self.ended.append(name)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def jobs(redis: Redis, redis_url: str, recorder: Recorder, metrics: Metrics) -> AsyncIterator[Jobs]:
    async with SharingDocket(NAME, redis_url) as docket:
        yield jobs_on(docket, redis, recorder, metrics)


def jobs_on(
    docket: SharingDocket, redis: Redis, recorder: Recorder, metrics: Metrics, patience: Patience | None = None
) -> Jobs:
    return Jobs(
        docket,
        sessions=recorder,
        errands=recorder,
        media=recorder,
        workspaces=recorder,
        tries=Tries(redis),
        set_aside=SetAsideJobs(redis, KEPT),
        locks=Locks(redis),
        metrics=metrics,
        before_each=Turns().let_pass,
        patience=patience,
    )


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(8):
        while not holds():  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.01)


async def test_each_kind_of_work_is_done(jobs: Jobs, recorder: Recorder) -> None:
    await jobs.start_session(TEAM, "s1")
    await jobs.run_errand(TEAM, "e1")
    await jobs.forget_workspace("T0002")
    async with jobs.working():
        await until(lambda: len(recorder.ended) == 3)
    assert set(recorder.ended) == {"T0001/s1", "T0001/e1", "T0002"}


async def test_the_same_job_added_twice_is_done_once(jobs: Jobs, recorder: Recorder) -> None:
    await jobs.start_session(TEAM, "s1")
    await jobs.start_session(TEAM, "s1")
    async with jobs.working():
        await until(lambda: recorder.ended)
    assert recorder.begun == ["T0001/s1"]


async def test_media_are_looked_for_at_once_and_again_until_late_ones_are_there(
    jobs: Jobs, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.queue.LOOKED_AGAIN_AFTER", (timedelta(seconds=0.2), timedelta(seconds=0.4)))
    await jobs.deliver_media(TEAM, "s1")
    await jobs.deliver_media(TEAM, "s1")
    async with jobs.working():
        await until(lambda: len(recorder.ended) == 3)
    assert recorder.begun == ["T0001/s1 not last", "T0001/s1 not last", "T0001/s1 last"]


async def test_each_request_for_media_counts_once(jobs: Jobs, recorder: Recorder) -> None:
    for request in ("r1", "r1", "r2"):
        await jobs.bring_media(TEAM, "s1", request=request)
    async with jobs.working():
        await until(lambda: len(recorder.ended) == 2)
    assert recorder.begun == ["T0001/s1 asked"] * 2


async def test_the_media_of_one_session_are_looked_for_by_one_at_a_time(
    jobs: Jobs, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.queue.LOOKED_AGAIN_AFTER", (timedelta(), timedelta()))
    recorder.takes = 0.1
    await jobs.deliver_media(TEAM, "s1")
    async with jobs.working():
        await until(lambda: recorder.begun)
        while len(recorder.ended) < 3:
            assert len(recorder.begun) - len(recorder.ended) <= 1
            await asyncio.sleep(0.01)


async def test_what_has_to_wait_is_done_later(jobs: Jobs, recorder: Recorder, metrics: Metrics) -> None:
    recorder.failures = [TryLater(0.05), StoreAway(0.05)]
    await jobs.start_session(TEAM, "s1")
    async with jobs.working():
        await until(lambda: recorder.ended)
    assert recorder.begun == ["T0001/s1"] * 3
    assert metrics.pending()[series("jobs_total", job="start_session", outcome="later")] == 2
    assert not recorder.given_up


async def test_stopping_finishes_what_is_due(jobs: Jobs, recorder: Recorder) -> None:
    recorder.takes = 0.2
    async with jobs.working():
        for number in range(5):
            await jobs.start_session(TEAM, f"s{number}")
    assert len(recorder.ended) == 5
    assert await jobs.lag() == 0


async def test_the_lag_says_for_how_long_work_has_been_due(jobs: Jobs) -> None:
    assert await jobs.lag() == 0
    await jobs.start_session(TEAM, "s1")
    await asyncio.sleep(0.05)
    assert 0.04 < await jobs.lag() < 5


async def test_without_redis_adding_says_so(redis: Redis, recorder: Recorder, metrics: Metrics) -> None:
    async with SharingDocket(NAME, "unix:///nowhere/redis.sock") as docket:
        with pytest.raises(StoreAway):
            await jobs_on(docket, redis, recorder, metrics).start_session(TEAM, "s1")


async def test_a_redis_that_has_fallen_silent_is_given_up(
    silent_redis_url: str, redis: Redis, recorder: Recorder, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.docket._PATIENCE_SECONDS", 0.2)

    async with asyncio.timeout(5), SharingDocket(NAME, silent_redis_url) as docket:
        with pytest.raises(StoreAway):
            await jobs_on(docket, redis, recorder, metrics).start_session(TEAM, "s1")

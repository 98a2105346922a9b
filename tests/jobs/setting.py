"""What stories of jobs are made of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from redis.asyncio import Redis

from bot.jobs.attempts import RetryPolicy
from bot.jobs.connection import PipelinedDocket
from bot.jobs.queue import Queue, QueueTiming
from bot.jobs.tasks import Tasks
from bot.jobs.worker import Worker
from bot.metrics import Metrics
from bot.store.server.locks import Locks
from bot.store.set_aside import SetAsideJobs
from bot.store.tries import Tries
from bot.web.admission import AckGate

TEAM: Final = "T0001"
KEPT: Final = timedelta(days=30)
SHORT_WAITS: Final = RetryPolicy(first_pause=0.01, longest_pause=0.05)
"""As many tries as in earnest, with short pauses."""


class Recorder:
    """Work of every kind that writes down how it was called, and fails as a test asks."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.given_up: list[str] = []
        self.failures: list[BaseException] = []
        self.failures_to_tell: list[Exception] = []
        self.takes = 0.0

    async def start(self, team: str, session_id: str) -> None:
        await self._work(f"{team}/{session_id}")

    async def run(self, team: str, request_id: str) -> None:
        await self._work(f"{team}/{request_id}")

    async def deliver(self, team: str, session_id: str, *, last: bool, asked: bool = False) -> None:
        await self._work(f"{team}/{session_id} {'asked' if asked else 'last' if last else 'not last'}")

    async def remove(self, team: str) -> None:
        await self._work(team)

    async def poll(self) -> None:
        """Nothing is open."""

    async def on_exhausted(self, team: str, work_id: str, *, reference: str) -> None:
        assert reference
        self.given_up.append(f"{team}/{work_id}")
        if self.failures_to_tell:
            raise self.failures_to_tell.pop(0)

    async def _work(self, name: str) -> None:
        self.begun.append(name)
        if self.failures:
            raise self.failures.pop(0)
        await asyncio.sleep(self.takes)
        self.ended.append(name)


@dataclass(frozen=True)
class Jobs:
    """A queue, and a worker for what is added to it."""

    queue: Queue
    worker: Worker


def jobs_on(
    docket: PipelinedDocket,
    redis: Redis,
    recorder: Recorder,
    metrics: Metrics,
    delays: QueueTiming | None = None,
    *,
    locked_for: timedelta = timedelta(seconds=10),
    **options: Any,  # noqa: ANN401  # values of `Worker`
) -> Jobs:
    queue = Queue(docket, Locks(redis), delays)
    worker = Worker(
        docket,
        tries=Tries(redis),
        set_aside=SetAsideJobs(redis, KEPT),
        metrics=metrics,
        before_each=AckGate().yield_to_acks,
        **options,
    )
    everything = cast("Any", recorder)  # it stands for all slices
    Tasks(
        start=everything,
        steps=everything,
        due_plans=everything,
        deferred=everything,
        media=everything,
        sync=everything,
        cards=everything,
        notes=everything,
        participants=everything,
        channels=everything,
        poller=everything,
        removal=everything,
        digests=everything,
        digest_sender=everything,
        queue=queue,
        locks=Locks(redis),
        locked_for=locked_for,
    ).register(worker, docket, poll_every=timedelta(hours=1))
    return Jobs(queue, worker)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.01)


async def idle(jobs: Jobs) -> None:
    """Return once nothing is on the queue."""
    async with asyncio.timeout(30):
        while await jobs.worker.lag():  # noqa: ASYNC110  # the event would be in Redis
            await asyncio.sleep(0.01)

"""Runs jobs until asked to stop, and notices when this process cannot run any more."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from docket import Worker as DocketWorker
from docket.dependencies import CurrentExecution
from docket.execution import Execution

from bot.jobs.attempts import GIVE_UP, Attempts, OnExhausted, RetryPolicy, UnknownJob
from bot.jobs.connection import PipelinedDocket
from bot.jobs.unreadable import UnreadableJobs
from bot.jobs.watchdog import Watchdog
from bot.log import get_logger
from bot.metrics import Metrics
from bot.model.errors import KnownError, TryLater
from bot.outages import translated
from bot.store.set_aside import SetAsideJobs
from bot.store.tries import Tries

CONCURRENCY: Final = 100
CHECKS_EVERY: Final = timedelta(milliseconds=100)
# A new job ends the wait for it at once; waits that nothing ends are what an idle worker costs.
BLOCKS_FOR: Final = timedelta(milliseconds=150)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTiming:
    """When a worker is taken for dead, and how long it may take to stop.

    With all that is closed after it, that is within the 5 seconds that a stop may take once it has drained.
    """

    taken_over_after: timedelta = timedelta(seconds=10)
    """So long after its death a worker's jobs are taken over; a living one renews them every quarter of that."""
    drained_within: float = 2.5
    """The seconds in which what is due is finished."""
    stopped_within: float = 0.5
    """The seconds for which a job may go on that was asked to stop."""


class WorkerLost(KnownError):
    """This process runs no jobs any more: it has to be started again."""


class Worker:
    """Runs the jobs that were registered, while `working` is entered.

    `before_each` is awaited before each job: it lets acknowledgements pass.
    """

    def __init__(
        self,
        docket: PipelinedDocket,
        *,
        tries: Tries,
        set_aside: SetAsideJobs,
        metrics: Metrics,
        before_each: Callable[[], Awaitable[None]],
        policy: RetryPolicy | None = None,
        watchdog: Watchdog | None = None,
        timing: WorkerTiming | None = None,
    ) -> None:
        self._docket = docket
        self._watchdog = watchdog or Watchdog(docket, places=CONCURRENCY)
        self._unreadable = UnreadableJobs(docket, set_aside, metrics, fallback=_unknown)
        self._timing = timing or WorkerTiming()
        self._lost = ""
        self._attempts = Attempts(
            tries=tries,
            set_aside=set_aside,
            metrics=metrics,
            policy=policy or RetryPolicy(),
            before_each=before_each,
            activity=self._watchdog.activity,
        )
        docket.filter_jobs(self._unreadable.is_readable)
        self.register(GIVE_UP, self._attempts.tell)

    def register(self, job: str, work: Callable[..., Awaitable[None]], on_exhausted: OnExhausted | None = None) -> None:
        """Call `work` with the arguments of each job of this name, and `on_exhausted` once one is set aside.

        Both may be called again after any failure, and raise `TryLater` to be called later.
        """
        self._docket.register(work, names=[job])
        self._attempts.retry(job, on_exhausted)

    async def lag(self) -> float:
        """Return for how many seconds the oldest unfinished job has been due; 0 where all is done."""
        with translated():
            async with self._docket.redis() as redis:
                oldest = await redis.xrange(self._docket.stream_key, count=1)
        return max(0.0, time.time() - int(oldest[0][0].split(b"-")[0]) / 1000) if oldest else 0.0

    @property
    def is_lost(self) -> bool:
        """Whether this process was to run jobs, and cannot any more."""
        return bool(self._lost)

    async def check(self) -> None:
        """Raise `WorkerLost` where this process was to run jobs, and cannot any more."""
        if self._lost:
            raise WorkerLost(self._lost)

    @asynccontextmanager
    async def working(self, on_lost: Callable[[], None] = lambda: None) -> AsyncIterator[None]:
        """Run jobs until left; then what is due is finished first, for some seconds at most.

        `on_lost` is called where the worker ends by itself, or hangs: only another process goes on with its jobs.
        """
        worker = self._docket_worker()
        await worker.__aenter__()
        running = asyncio.create_task(worker.run_forever(), name="jobs")
        watching = asyncio.create_task(self._watch(running, on_lost), name="jobs watched")
        try:
            yield
        finally:
            await self._stopped(watching)
            await self._drained(running)
            await self._stopped(running)
            if running.done():  # else docket would wait for it without end
                await worker.__aexit__(None, None, None)

    def _docket_worker(self) -> DocketWorker:
        return DocketWorker(
            self._docket,
            # Two processes of one machine must not be taken for one and the same.
            name=secrets.token_hex(8),
            concurrency=CONCURRENCY,
            redelivery_timeout=self._timing.taken_over_after,
            reconnection_delay=timedelta(seconds=1),
            minimum_check_interval=BLOCKS_FOR,
            scheduling_resolution=CHECKS_EVERY,
            fallback_task=_unknown,
            dependencies=[self._attempts],
        )

    async def _watch(self, running: asyncio.Task[None], on_lost: Callable[[], None]) -> None:
        """Return once the worker has ended or hangs, after calling `on_lost`."""
        hanging = asyncio.create_task(self._watchdog.wait_until_stuck(self._unreadable.check_planned))
        try:
            await asyncio.wait({running, hanging}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hanging.cancel()
        ended = running.done()
        error = running.exception() if ended and not running.cancelled() else None
        self._lost = "the queue's loop has ended" if ended else "no due job is taken"
        log.critical("worker_lost", reason=self._lost, exc_info=error)
        on_lost()

    async def _drained(self, running: asyncio.Task[None]) -> None:
        ends = time.monotonic() + self._timing.drained_within
        with suppress(TryLater):
            while not self._lost and not running.done() and time.monotonic() < ends and await self.lag():  # noqa: ASYNC110  # the event would be in Redis
                await asyncio.sleep(CHECKS_EVERY.total_seconds())

    async def _stopped(self, running: asyncio.Task[None]) -> None:
        """Let the running jobs finish; the second cancel ends them where they stand, to be taken over later."""
        for _ in range(2):
            if not running.done():
                running.cancel()
                await asyncio.wait({running}, timeout=self._timing.stopped_within)


async def _unknown(*_args: Any, execution: Execution = CurrentExecution(), **_kwargs: Any) -> None:  # noqa: ANN401, B008  # whatever a newer version gives it; how docket injects
    """Stand in for a job that this version does not know."""
    raise UnknownJob(execution.function_name)

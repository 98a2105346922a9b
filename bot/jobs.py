"""The durable work: what was acknowledged is done, whatever dies in between.

Jobs live in Redis (pydocket) and carry ids only; what they are about is in the encrypted records. A job
whose process was killed is taken over by another worker, or by the next one that starts.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Protocol

from docket import ConcurrencyLimit, Docket, Retry, Worker

from bot.errors import TryLater
from bot.log import bound, get_logger
from bot.metrics import Metrics
from bot.queue import Queue
from bot.store.connection import translated

NAME = "apizee"
# A dead worker's jobs are taken over after this long; a living one says every quarter of it that it lives.
TAKEN_OVER_AFTER = timedelta(seconds=10)
CONCURRENCY = 100
LOOKS_EVERY = timedelta(milliseconds=100)

_BUG_TRIES = 4
_BUG_PAUSE = 1.0
_GIVE_UP_AFTER_TRIES = 500
_PATIENT_TRIES = 10
_LONGEST_PAUSE = 60.0
# With all that is closed after it, well within the 10 seconds that a stop may take.
_DRAINED_WITHIN = 4.0
_STOPPED_WITHIN = 1.0

log = get_logger(__name__)


class SessionWork(Protocol):
    """Starts sessions."""

    async def start(self, team: str, session_id: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...

    async def give_up(self, team: str, session_id: str, *, reference: str) -> None:
        """Called once where trying again is hopeless; `reference` is the id under which the log knows why."""
        ...


class ErrandWork(Protocol):
    """Runs errands."""

    async def run(self, team: str, errand_id: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...

    async def give_up(self, team: str, errand_id: str, *, reference: str) -> None:
        """Called once where trying again is hopeless; `reference` is the id under which the log knows why."""
        ...


class MediaWork(Protocol):
    """Brings media into threads."""

    async def deliver(self, team: str, session_id: str, *, last: bool) -> None:
        """May be called again after any failure, by one caller at a time for a session.

        `last` is whether nobody will ask again for what cannot be had now. Raises `TryLater` to be called again.
        """
        ...


class WorkspaceWork(Protocol):
    """Forgets workspaces."""

    async def forget_workspace(self, team: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...


class Jobs(Queue):
    """Adds jobs, and works on them where `working` is entered; `before_each` lets pass whoever is in a hurry."""

    def __init__(
        self,
        docket: Docket,
        *,
        sessions: SessionWork,
        errands: ErrandWork,
        media: MediaWork,
        workspaces: WorkspaceWork,
        metrics: Metrics,
        before_each: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(docket)
        self._sessions = sessions
        self._errands = errands
        self._media = media
        self._workspaces = workspaces
        self._metrics = metrics
        self._before_each = before_each
        docket.register(self._start_session, names=["start_session"])
        docket.register(self._run_errand, names=["run_errand"])
        docket.register(self._deliver_media, names=["deliver_media"])
        docket.register(self._forget_workspace, names=["forget_workspace"])

    async def lag(self) -> float:
        """For how many seconds the oldest unfinished job has been due; 0 where all is done."""
        with translated():
            async with self._docket.redis() as redis:
                oldest = await redis.xrange(self._docket.stream_key, count=1)
        return max(0.0, time.time() - int(oldest[0][0].split(b"-")[0]) / 1000) if oldest else 0.0

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work on jobs until left; then what is due is finished first, for some seconds at most."""
        worker = Worker(
            self._docket,
            # Two processes of one machine must not be taken for one and the same.
            name=secrets.token_hex(8),
            concurrency=CONCURRENCY,
            redelivery_timeout=TAKEN_OVER_AFTER,
            reconnection_delay=timedelta(seconds=1),
            minimum_check_interval=LOOKS_EVERY,
            scheduling_resolution=LOOKS_EVERY,
        )
        async with worker:
            running = asyncio.create_task(worker.run_forever(), name="jobs")
            try:
                yield
            finally:
                await self._drained()
                await _stopped(running)

    async def _drained(self) -> None:
        with suppress(TimeoutError, TryLater):
            async with asyncio.timeout(_DRAINED_WITHIN):
                while await self.lag():  # noqa: ASYNC110  # the event would be in Redis
                    await asyncio.sleep(LOOKS_EVERY.total_seconds())

    async def _start_session(self, team: str, session_id: str, retry: Retry = Retry(attempts=None)) -> None:  # noqa: B008  # how docket injects
        with bound(team=team, session=session_id):
            await self.run(
                "start_session",
                retry,
                lambda: self._sessions.start(team, session_id),
                lambda reference: self._sessions.give_up(team, session_id, reference=reference),
            )

    async def _run_errand(self, team: str, errand_id: str, retry: Retry = Retry(attempts=None)) -> None:  # noqa: B008  # how docket injects
        with bound(team=team, errand=errand_id):
            await self.run(
                "run_errand",
                retry,
                lambda: self._errands.run(team, errand_id),
                lambda reference: self._errands.give_up(team, errand_id, reference=reference),
            )

    async def _deliver_media(
        self,
        team: str,
        session_id: str,
        last: bool,  # noqa: FBT001  # docket hands arguments on as they were given
        retry: Retry = Retry(attempts=None),  # noqa: B008  # how docket injects
        _one_at_a_time: ConcurrencyLimit = ConcurrencyLimit("session_id", max_concurrent=1),  # noqa: B008  # likewise
    ) -> None:
        with bound(team=team, session=session_id):
            await self.run(
                "deliver_media",
                retry,
                lambda: self._media.deliver(team, session_id, last=last),
                _nobody_to_tell,
            )

    async def _forget_workspace(self, team: str, retry: Retry = Retry(attempts=None)) -> None:  # noqa: B008  # how docket injects
        with bound(team=team):
            await self.run("forget_workspace", retry, lambda: self._workspaces.forget_workspace(team), _nobody_to_tell)

    async def run(
        self, job: str, retry: Retry, work: Callable[[], Awaitable[None]], give_up: Callable[[str], Awaitable[None]]
    ) -> None:
        """Do some work, and again later where it says so or fails; after many times, give it up."""
        await self._before_each()
        try:
            await work()
        except TryLater as error:
            self._metrics.count("jobs_total", job=job, outcome="later")
            if retry.attempt < _GIVE_UP_AFTER_TRIES:
                retry.after(_pause(error.retry_in, retry.attempt))
            await self._hopeless(job, give_up)
        except Exception:  # The last line of defence: no error of ours may lose a person's request in silence.
            self._metrics.count("jobs_total", job=job, outcome="error")
            log.exception("job_failed", job=job, attempt=retry.attempt)
            if retry.attempt < _BUG_TRIES:
                retry.after(_pause(_BUG_PAUSE, retry.attempt))
            await self._hopeless(job, give_up)
        else:
            self._metrics.count("jobs_total", job=job, outcome="done")

    async def _hopeless(self, job: str, give_up: Callable[[str], Awaitable[None]]) -> None:
        reference = secrets.token_hex(4)
        log.error("job_given_up", job=job, reference=reference)
        await give_up(reference)


async def _nobody_to_tell(_reference: str) -> None:
    """For work that nobody asked for in person: the log has told already."""


async def _stopped(running: asyncio.Task[None]) -> None:
    """Let the jobs under way finish; the second request ends them where they stand, to be taken over later."""
    running.cancel()
    await asyncio.wait({running}, timeout=_STOPPED_WITHIN)
    running.cancel()
    await asyncio.wait({running}, timeout=_STOPPED_WITHIN)


def _pause(retry_in: float, attempt: int) -> timedelta:
    """As long as was asked for; once many tries were in vain, ever longer, up to a minute."""
    longer = min(_LONGEST_PAUSE, 2.0 ** (attempt - _PATIENT_TRIES)) if attempt > _PATIENT_TRIES else 0.0
    return timedelta(seconds=max(retry_in, longer))

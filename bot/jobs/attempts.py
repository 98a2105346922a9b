"""Decides what happens to a job that failed: it is tried again after a pause, so many times, and then set aside.

Tries that failed and tries that had to wait are counted apart. Whatever happens here, nothing is repeated at once: what
fails even here is repeated a minute later.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final, Self, TypeAlias

from docket.dependencies import FailureHandler, Runtime, TaskOutcome
from docket.execution import Disposition, Execution, TaskFunction

from bot import tracing
from bot.apizee.errors import Refused, SignInFailed
from bot.jobs.connection import as_docket_expects
from bot.jobs.watchdog import Activity
from bot.log import bound, get_logger
from bot.metrics import Metrics
from bot.model.errors import StoreUnavailable, TryLater, Unreadable
from bot.outages import is_redis_away
from bot.slack.errors import SlackError
from bot.store.set_aside import SetAsideJobs, Why
from bot.store.tries import Counts, Tries, Try

GIVE_UP: Final = "give_up"
"""The job that informs the person who asked for another one that it was set aside."""

_OUTCOMES: Final = ("done", "later", "error")
_IDS: Final = 2  # of a job's arguments, the first ones say what it is about

OnExhausted: TypeAlias = Callable[..., Awaitable[None]]
"""Called with a job's own arguments and a `reference` once it is set aside; may raise like the job itself."""

log = get_logger(__name__)


class UnknownJob(Exception):
    """No job of this version has this name: a newer version has added it."""


class Interrupted(Exception):
    """The processes that worked on this job have died, again and again."""


class StrayCancel(Exception):
    """Something in a job was cancelled that nobody had asked to stop."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Says how often a job is tried, and with which pauses; all pauses in seconds."""

    tries: int = 4
    shortest_pause: float = 0.05
    first_pause: float = 1.0
    postponements: int = 500
    patient_postponements: int = 10
    interruptions: int = 20
    unknown: int = 1500  # a day
    unreadable: int = 10  # five minutes
    longest_pause: float = 60.0
    longest_wait: float = 3600.0

    def is_at_end(self, how: Try, counts: Counts) -> bool:
        """Return whether a job that was tried so often is not tried again."""
        match how:
            case Try.FAILED:
                return counts.failed >= self.tries
            case Try.POSTPONED:
                return counts.postponed >= self.postponements
            case Try.INTERRUPTED:
                return counts.interrupted >= self.interruptions
            case Try.UNKNOWN:
                return counts.unknown >= self.unknown
            case Try.UNREADABLE:
                return counts.unreadable >= self.unreadable

    def pause(self, how: Try, counts: Counts, error: BaseException) -> timedelta:
        """Return how long to wait before the next try."""
        match how, error:
            case Try.FAILED, _:
                seconds = self._growing(counts.failed)
            case Try.POSTPONED, TryLater():
                seconds = min(max(error.retry_in, self._shortest_wait(counts, error)), self.longest_wait)
            case ((Try.UNKNOWN | Try.UNREADABLE), _):
                seconds = self._growing(counts.unknown + counts.unreadable)
            case _:
                seconds = self.longest_pause
        return timedelta(seconds=seconds)

    def _shortest_wait(self, counts: Counts, error: TryLater) -> float:
        """Keep to a time that was stated, however often it is postponed; a guess grows."""
        waits = counts.postponed - self.patient_postponements
        if error.is_stated:
            return self.shortest_pause if waits <= 0 else self.first_pause
        return max(self.shortest_pause, self._growing(waits))

    def _growing(self, number: int) -> float:
        """Return the pause after so many tries: twice as long each time, up to the longest."""
        if number <= 0:
            return 0.0
        return min(self.longest_pause, self.first_pause * 2.0 ** min(number - 1, 30))


class Attempts(FailureHandler["Attempts"], Runtime["Attempts"]):
    """Runs all jobs of a worker, and retries those that fail by a policy until it sets them aside."""

    def __init__(
        self,
        *,
        tries: Tries,
        set_aside: SetAsideJobs,
        metrics: Metrics,
        policy: RetryPolicy,
        before_each: Callable[[], Awaitable[None]],
        activity: Activity,
    ) -> None:
        self._tries = tries
        self._set_aside = set_aside
        self._metrics = metrics
        self._policy = policy
        self._before_each = before_each
        self._activity = activity
        self._on_exhausted: dict[str, OnExhausted | None] = {}

    async def __aenter__(self) -> Self:
        """Return itself, for each job."""
        return self

    def retry(self, job: str, on_exhausted: OnExhausted | None) -> None:
        """Try this job again where it fails, and call `on_exhausted` once it is set aside."""
        self._metrics.expect("jobs_total", job=[job], outcome=_OUTCOMES)
        self._metrics.expect("job_duration_seconds", job=[job])
        self._on_exhausted[job] = on_exhausted

    async def run(
        self, execution: Execution, function: TaskFunction, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Do a job once."""
        with self._activity.at_work():
            await self._before_each()
            if execution.redelivered:
                await self._count_interruption(execution)
            with tracing.job(execution.function_name, execution.trace_context), self._timed(execution):
                await _uncancelled(function(*args, **kwargs))
        self._metrics.count("jobs_total", job=execution.function_name, outcome="done")
        if execution.redelivered or execution.attempt > 1:
            with as_docket_expects():
                await self._tries.forget(execution.key)

    @contextmanager
    def _timed(self, execution: Execution) -> Iterator[None]:
        """Time one try of a job, and log it for debugging, whatever comes of it."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            job, seconds = execution.function_name, time.perf_counter() - begun
            self._metrics.observe("job_duration_seconds", seconds, job=job)
            log.debug("tried", job=job, attempt=execution.attempt, ms=round(seconds * 1000, 1))

    async def _count_interruption(self, execution: Execution) -> None:
        counts = await self._tries.count(execution.key, Try.INTERRUPTED)
        if self._policy.is_at_end(Try.INTERRUPTED, counts):
            raise Interrupted

    async def handle_failure(self, execution: Execution, outcome: TaskOutcome) -> bool:
        """Postpone a job that failed, or set it aside; returns whether nothing is left to do."""
        error = self._known(outcome.exception)
        if error is None or (execution.function_name not in self._on_exhausted and not isinstance(error, UnknownJob)):
            return False
        with bound(job=execution.function_name, key=execution.key), as_docket_expects():
            try:
                await self._decide(execution, error)
            except StoreUnavailable:
                raise
            except Exception:  # The last line of defence: what fails here would be repeated at once, for ever.
                log.exception("job_not_settled")
                await _again(execution, timedelta(seconds=self._policy.longest_pause))
        return True

    def _known(self, error: BaseException | None) -> BaseException | None:
        """Take an outage of Redis that docket met around a job for none of the job's faults: it is waited for."""
        return StoreUnavailable(self._policy.first_pause) if error and is_redis_away(error) else error

    async def _decide(self, execution: Execution, error: BaseException) -> None:
        how = _how(error)
        self._note(execution, how, error)
        counts = await self._tries.count(execution.key, how)
        if isinstance(error, Interrupted) or self._policy.is_at_end(how, counts):
            await self._set_job_aside(execution, error, counts)
        else:
            await _again(execution, self._policy.pause(how, counts, error))

    def _note(self, execution: Execution, how: Try, error: BaseException) -> None:
        outcome = "error" if how in {Try.FAILED, Try.UNREADABLE} else "later"
        self._metrics.count("jobs_total", job=execution.function_name, outcome=outcome)
        match how:
            case Try.FAILED:
                log.error("job_failed", attempt=execution.attempt, exc_info=error)
            case Try.UNKNOWN:
                log.warning("job_unknown", attempt=execution.attempt)
            case Try.UNREADABLE:
                log.warning("job_of_an_unreadable_record", attempt=execution.attempt)
            case _:
                pass

    async def _set_job_aside(self, execution: Execution, error: BaseException, counts: Counts) -> None:
        """Set a job aside, and add a job that informs the person, with tries of its own."""
        job, reference = execution.function_name, secrets.token_hex(4)
        if job == GIVE_UP:
            log.error("job_given_up_not_announced", reason=reason_of(error))
        else:
            why = Why(
                reason_of(error),
                reference,
                tries=counts.tries,
                postponements=counts.postponed,
            )
            record = await self._put_aside(execution, why)
            log.error("job_given_up", reference=reference, set_aside=record, reason=why.reason)
            self._metrics.count("jobs_set_aside_total", job=job, reason=type(error).__name__)
            if self._on_exhausted.get(job):
                add = execution.docket.add(GIVE_UP, key=f"{GIVE_UP}:{execution.key}")
                await add(job, reference, record, list(execution.args), execution.kwargs)
        await self._tries.forget(execution.key)
        await execution.mark_as_failed()

    async def _put_aside(self, execution: Execution, why: Why) -> str:
        about = [str(one) for one in execution.args[:_IDS]] or [execution.key]
        about += [str(execution.kwargs["session_id"])] if "session_id" in execution.kwargs else []
        return await self._set_aside.put(
            job=execution.function_name,
            identity=about,
            team=about[0] if execution.args else "",
            message=execution.as_message(),
            why=why,
        )

    async def tell(self, job: str, reference: str, record: str, args: list[Any], kwargs: Mapping[str, Any]) -> None:
        """Do the job `GIVE_UP`: inform the person who asked for a job that it was set aside."""
        on_exhausted = self._on_exhausted.get(job)
        if on_exhausted:
            await on_exhausted(*args, **kwargs, reference=reference)
            await self._set_aside.note_informed(record)


async def _uncancelled(work: Awaitable[None]) -> None:
    """Do some work; a cancel that nobody has asked for is its fault, and no reason to drop it."""
    try:
        await work
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise StrayCancel from error


async def _again(execution: Execution, pause: timedelta) -> None:
    execution.when = datetime.now(UTC) + pause
    execution.attempt += 1
    # In one script with the acknowledgement of this try; somebody else's newer job of this key is left alone.
    disposition = await execution.schedule(
        replace=True, reschedule_message=execution.message_id, expected_generation=execution.generation
    )
    if disposition is Disposition.SUPERSEDED:
        await execution.mark_as_failed()


def _how(error: BaseException) -> Try:
    match error:
        case UnknownJob():
            return Try.UNKNOWN
        case Unreadable():  # another process may have its key, or know its format
            return Try.UNREADABLE
        case TryLater() | SignInFailed():  # somebody has to correct the account, which takes its time
            return Try.POSTPONED
        case _:
            return Try.FAILED


def reason_of(error: BaseException) -> str:
    """Return why a job failed, in names of the program alone: an error's own text may hold what somebody typed."""
    name = type(error).__name__
    if isinstance(error, SlackError | Refused):
        return f"{name}: {error}"
    frames = extract_tb(error.__traceback__)
    return f"{name} in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else name

"""Set jobs aside that cannot be read: docket's worker would end at the first one.

Docket reads arguments with `pickle`, which runs whatever code the bytes name. So each job is read here first, by what
knows plain values alone: one that names anything else is set aside, and docket never sees it.
"""

from __future__ import annotations

import io
import pickle
import secrets
from collections.abc import Sequence
from contextlib import suppress

from docket.execution import Execution, TaskFunction

from bot.jobs.attempts import reason_of
from bot.jobs.connection import PipelinedDocket, RawJob, as_docket_expects
from bot.log import get_logger
from bot.metrics import OTHER, Metrics
from bot.store.set_aside import SetAsideJobs, Why

log = get_logger(__name__)


class UnreadableJobs:
    """Sets aside jobs that lack a part, or whose arguments this version cannot decode."""

    def __init__(
        self, docket: PipelinedDocket, set_aside: SetAsideJobs, metrics: Metrics, *, fallback: TaskFunction
    ) -> None:
        self._docket = docket
        self._set_aside = set_aside
        self._metrics = metrics
        self._fallback = fallback

    async def is_readable(self, message_id: bytes, job: RawJob) -> bool:
        """Return whether a job on the stream can be read; one that cannot be is set aside."""
        fault = await self._fault(job)
        if fault:
            key = _text(job, b"key")
            with as_docket_expects():
                await self._put_aside(job, key or message_id.decode(), fault)
            await self._docket.remove(message_id, key)
        return fault is None

    async def check_planned(self, keys: Sequence[str]) -> None:
        """Set aside those planned jobs that cannot be read: no job planned after one of them would be run.

        Raises `StoreUnavailable` where Redis does not answer.
        """
        for key in keys:
            job = await self._docket.parked(key)
            fault = await self._fault(job)
            if fault:
                await self._put_aside(job, key, fault)
                await self._docket.remove_parked(key)

    async def _fault(self, job: RawJob) -> Exception | None:
        try:
            _check_plain(job)
            execution = await Execution.from_message(self._docket, dict(job), fallback_task=self._fallback, sync=False)
            _check(execution)
        except Exception as error:  # noqa: BLE001  # what reads a pickle may raise anything
            return error
        return None

    async def _put_aside(self, job: RawJob, key: str, fault: Exception) -> None:
        name = _text(job, b"function") or OTHER
        why = Why(f"cannot be read: {reason_of(fault)}", secrets.token_hex(4), tries=1)
        record = await self._set_aside.put(job=name, identity=[key], team="", message=job, why=why)
        log.error("job_unreadable", job=name, reference=why.reference, set_aside=record, reason=why.reason)
        self._metrics.count("jobs_set_aside_total", job=name, reason="Unreadable")


class _PlainValues(pickle.Unpickler):
    """Reads texts, numbers and what holds them; anything that has to be found by its name is refused.

    https://docs.python.org/3/library/pickle.html#restricting-globals
    """

    def find_class(self, _module: str, _name: str) -> object:
        """Refuse: what is found could be called."""
        message = "names code"
        raise pickle.UnpicklingError(message)


def _check_plain(job: RawJob) -> None:
    """Raise an error where the arguments are no pickle, or one of anything but plain values."""
    for field in (b"args", b"kwargs"):
        _PlainValues(io.BytesIO(job[field])).load()


def _check(execution: Execution) -> None:
    """Raise an error where docket could read a job, and could not call it."""
    arguments: tuple[object, object] = (execution.args, execution.kwargs)
    match arguments:
        case (tuple() | list(), dict(named)) if all(isinstance(name, str) for name in named):
            pass
        case _:
            raise TypeError
    execution.call_repr()


def _text(job: RawJob, field: bytes) -> str:
    with suppress(UnicodeDecodeError):
        return job.get(field, b"").decode()
    return ""

"""Connects the queue to Redis: docket on shared round trips, with what it cannot do by itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, TypeAlias, cast

from docket import Docket
from docket.strikelist import StrikeList
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from bot.model.errors import StoreUnavailable
from bot.outages import translated
from bot.store.keys.of_queue import name_in
from bot.store.server.address import for_libraries
from bot.store.server.cluster.client import ClusterRedis, is_cluster
from bot.store.server.connection import connect
from bot.store.server.pipelining import AutoPipelinedRedis
from bot.store.timing import RedisTiming

_MOST_LISTED: Final = 100
_MOVED_ONCE_IN: Final = 60
"""Seconds in which all processes of a machine have noticed that its clock was set back."""

_BRING_FORWARD: Final = """
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[3]) then return 0 end
local to_come = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES')
for i = 1, #to_come, 2 do
    redis.call('ZADD', KEYS[1], string.format('%.6f', to_come[i + 1] - ARGV[2]), to_come[i])
end
return 1
"""

_NO_RESULTS: Final[Any] = object()
"""Where docket would keep results, of which there are none (`bot.jobs.docket_alone`)."""

RawJob: TypeAlias = Mapping[bytes, bytes]
"""A job as it lies on the stream."""

Messages: TypeAlias = Sequence[tuple[bytes, RawJob]]

JobFilter: TypeAlias = Callable[[bytes, RawJob], Awaitable[bool]]
"""Returns for a message's id and its job whether the worker may take it. What it refuses, it has removed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is due and waits: the keys of jobs whose time has come, and whether there are others on the stream."""

    planned: Sequence[str]
    is_on_stream: bool

    @property
    def is_any(self) -> bool:
        """Whether anything waits."""
        return self.is_on_stream or bool(self.planned)


class PipelinedDocket(Docket):
    """A docket without results whose round trips are shared, and whose connections are given up when they are silent.

    By itself docket waits without end for an answer that a firewall has dropped.
    """

    def __init__(self, name: str, redis_url: str, timing: RedisTiming | None = None) -> None:
        self._shared = connect(redis_url, patience=(timing or RedisTiming()).queue)
        self._is_on_cluster = is_cluster(self._shared)
        super().__init__(
            name_in(name, is_cluster=self._is_on_cluster),
            _retrying(for_libraries(redis_url)),
            execution_ttl=timedelta(0),
            result_storage=_NO_RESULTS,
        )
        kind: type[_Filtering] = _ClusterStream if self._is_on_cluster else _Stream
        self._stream = kind(connection_pool=self._shared.connection_pool)
        self._bring_forward = self._stream.register_script(_BRING_FORWARD)
        self._strikes = _NothingStruck()

    @property
    def strike_list(self) -> StrikeList:
        """What docket must not run: nothing, for docket would unpickle what Redis holds of it."""
        return self._strikes

    @strike_list.setter
    def strike_list(self, connected: StrikeList) -> None:
        """Leave docket's own list, which is connected, out of use."""

    @property
    def client(self) -> Redis:
        """The client that docket and its workers use for all but what they listen to."""
        return self._stream

    def filter_jobs(self, job_filter: JobFilter) -> None:
        """Ask this before each job: docket's worker ends at the first one that it cannot read."""
        self._stream.job_filter = job_filter

    @property
    def asked_for_work_at(self) -> float:
        """When the worker has last asked for new jobs, by the monotonic clock."""
        return self._stream.asked_for_work_at

    async def waiting(self, due_for: timedelta) -> Waiting:
        """Return what has been due for so long and no worker has taken; raises `StoreUnavailable`."""
        late = due_for.total_seconds()
        with translated():
            async with self._stream.pipeline(transaction=False) as pipeline:
                pipeline.zrangebyscore(self.queue_key, "-inf", time.time() - late, start=0, num=_MOST_LISTED)
                pipeline.time()
                pipeline.xinfo_groups(self.stream_key)
                planned, now, groups = await pipeline.execute(raise_on_error=False)
            for answer in (planned, now):
                if isinstance(answer, Exception):
                    raise answer
            # Before the first worker has come there is no stream, and whatever is on it later is new.
            delivered = groups[0]["last-delivered-id"].decode() if isinstance(groups, list) and groups else "0-0"
            first = cast("Messages", await self._stream.xrange(self.stream_key, min=f"({delivered}", count=1))
        since = int(first[0][0].split(b"-")[0]) / 1000 if first else now[0]
        return Waiting([key.decode() for key in planned], is_on_stream=now[0] - since > late)

    async def has(self, job_key: str) -> bool:
        """Return whether a job waits or runs, without reading it: docket's own answer would unpickle it."""
        return bool(await self._stream.hexists(self.runs_key(job_key), "function"))

    async def parked(self, job_key: str) -> RawJob:
        """Return a planned job as it is stored; nothing where that is no job."""
        with translated():
            try:
                return cast("RawJob", await self._stream.hgetall(self.parked_task_key(job_key)))
            except ResponseError:
                return {}

    async def drop_planned(self, argument: bytes, *, spared: bytes) -> None:
        """Take those planned jobs off the queue whose arguments hold a text, but those of one function."""
        with translated():
            planned = cast("list[bytes]", await self._stream.zrange(self.queue_key, 0, -1))
        for key in planned:
            job = await self.parked(key.decode())
            if argument in job.get(b"args", b"") and job.get(b"function") != spared:
                await self.remove_parked(key.decode())

    async def remove_parked(self, job_key: str) -> None:
        """Take a planned job off the queue; another one of its key may be added then."""
        with translated():
            async with self._stream.pipeline(transaction=True) as pipeline:
                pipeline.zrem(self.queue_key, job_key)
                pipeline.unlink(self.parked_task_key(job_key), self.runs_key(job_key))
                await pipeline.execute()

    async def bring_forward(self, by: float) -> bool:
        """Plan all jobs so many seconds earlier; returns whether it did: not where another process just has."""
        with translated():
            moved = await self._bring_forward(
                keys=[self.queue_key, f"{self.queue_key}:moved"], args=[time.time(), by, _MOVED_ONCE_IN]
            )
        return bool(moved)

    async def remove(self, message_id: bytes, job_key: str | None) -> None:
        """Take a job off the stream; another one of its key may be added then. Raises what docket's loop expects."""
        async with self._stream.pipeline(transaction=True) as pipeline:
            pipeline.xack(self.stream_key, self.worker_group_name, message_id)
            pipeline.xdel(self.stream_key, message_id)
            if job_key:
                pipeline.unlink(self.runs_key(job_key))
            await pipeline.execute()

    @asynccontextmanager
    async def redis(self) -> AsyncIterator[Any]:
        """Give the client that docket and its workers use for all but what they listen to."""
        yield self._stream

    @asynccontextmanager
    async def _pubsub(self) -> AsyncIterator[Any]:
        """Give what listens to channels; docket's own would know of one server of a cluster alone."""
        async with self._stream.pubsub() if self._is_on_cluster else super()._pubsub() as channels:
            yield channels

    async def aclose(self) -> None:
        """Close the connections of a docket that was not entered."""
        await self._shared.aclose()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections to Redis."""
        try:
            await super().__aexit__(kind, error, trace)
        finally:
            await self._shared.aclose()


@asynccontextmanager
async def queue_alone(name: str, redis_url: str) -> AsyncIterator[PipelinedDocket]:
    """Give a docket to which jobs can be added, and nothing else: it listens to nothing."""
    docket = PipelinedDocket(name, redis_url)
    try:
        yield docket
    finally:
        await docket.aclose()


@contextmanager
def as_docket_expects() -> Iterator[None]:
    """Raise an unreachable Redis as the error that docket's loop knows and waits for; for a worker's own calls."""
    try:
        yield
    except StoreUnavailable as error:
        raise RedisConnectionError(str(error)) from error


class _NothingStruck(StrikeList):
    """What docket must not run: nothing. By itself it compares the arguments of each job that is added or run."""

    def is_stricken(self, _target: object) -> bool:
        """Return that a job may be run."""
        return False


class _Filtering(Redis):
    """A client that asks a filter about each job before docket sees it."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        super().__init__(**options)
        self.job_filter: JobFilter | None = None
        self.asked_for_work_at = time.monotonic()

    async def xreadgroup(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # likewise
        """Read new jobs."""
        self.asked_for_work_at = time.monotonic()
        answer: Any = await super().xreadgroup(*args, **options)
        return [[stream, await self._filtered(messages)] for stream, messages in answer or ()]

    async def xautoclaim(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # likewise
        """Take over the jobs of dead workers."""
        cursor, messages, *rest = await super().xautoclaim(*args, **options)
        return [cursor, await self._filtered(messages), *rest]

    async def _filtered(self, messages: Messages) -> list[tuple[bytes, RawJob]]:
        if self.job_filter is None:
            return list(messages)
        return [(key, job) for key, job in messages if not job or await self.job_filter(key, job)]


class _Stream(_Filtering, AutoPipelinedRedis):  # type: ignore[misc]  # redis-py's own bases differ
    """A client of one server."""


class _ClusterStream(_Filtering, ClusterRedis):  # type: ignore[misc]  # likewise
    """A client of a cluster."""


def _retrying(url: str) -> str:
    """Return the address with an option: a client that makes its own pool tries a broken connection again, once.

    redis-py's pools do not by themselves: after a restart of Redis each connection of the pool would cost an error.
    """
    return f"{url}{'&' if '?' in url else '?'}retry_on_timeout=true"

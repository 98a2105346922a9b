"""Writes what was read from a Redis into another one: the same keys, values, ids and times at which they expire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.outages import translated
from bot.store.backup.items import Group, Item, Members, Ranking, Stream, Table, Text, is_data
from bot.store.backup.source import all_keys
from bot.store.keys.of_queue import placed
from bot.store.server.cluster.client import is_cluster

T = TypeVar("T")

_KEYS_AT_ONCE: Final = 200
_MEMBERS_AT_ONCE: Final = 1_000
_NOBODY: Final = "restored"
"""Who has taken the messages that were taken: a worker that is dead, so that the next one goes on with them."""

_LONG_AGO: Final = 3_600_000
_QUEUE_OF_JOBS: Final = b"apizee:stream"


async def data_in(redis: Redis) -> int:
    """Return how many keys say that the bot was used on this Redis; raises `StoreUnavailable`."""
    found = {key for key in await all_keys(redis) if is_data(key)}
    if _QUEUE_OF_JOBS in found:
        with translated():
            if not await redis.xlen(
                placed(_QUEUE_OF_JOBS, is_cluster=is_cluster(redis))
            ):  # made by the first worker that was started
                found.remove(_QUEUE_OF_JOBS)
    return len(found)


async def remove_all(redis: Redis) -> None:
    """Remove every key of the bot's that belongs into a back-up; raises `StoreUnavailable`."""
    for some in _some_of(sorted(await all_keys(redis)), _KEYS_AT_ONCE):
        with translated():
            async with redis.pipeline(transaction=False) as pipeline:
                for key in some:
                    pipeline.unlink(placed(key, is_cluster=is_cluster(redis)))
                await pipeline.execute()


async def write(redis: Redis, items: Iterable[Item]) -> tuple[int, int]:
    """Write items in the place of what their keys held; returns how many, and how many have expired since.

    Raises `StoreUnavailable`.
    """
    written = expired = 0
    for some in _some_of(items, _KEYS_AT_ONCE):
        with translated():
            seconds, micros = await redis.time()
            now = seconds * 1000 + micros // 1000
            living = [item for item in some if item.expires_at is None or item.expires_at > now]
            async with redis.pipeline(transaction=False) as pipeline:
                for item in living:
                    _add(pipeline, item, placed(item.key, is_cluster=is_cluster(redis)))
                await pipeline.execute()
        written, expired = written + len(living), expired + len(some) - len(living)
    return written, expired


def _add(pipeline: Pipeline, item: Item, key: bytes) -> None:
    pipeline.unlink(key)
    match item.value:
        case Text(value=value):
            pipeline.set(key, value)
        case Table(fields=fields):
            pipeline.hset(key, mapping=dict(fields))
        case Members(type="set", members=members):
            pipeline.sadd(key, *members)
        case Members(members=members):
            pipeline.rpush(key, *members)
        case Ranking(members=members):
            for some in _some_of(members, _MEMBERS_AT_ONCE):
                pipeline.zadd(key, {member: float(score) for member, score in some})
        case Stream() as stream:
            _add_stream(pipeline, key, stream)
    if item.expires_at is not None:
        pipeline.pexpireat(key, item.expires_at)


def _add_stream(pipeline: Pipeline, key: bytes, stream: Stream) -> None:
    for message in stream.messages:
        pipeline.xadd(key, dict(message.fields), id=message.id)
    for group in stream.groups:
        pipeline.xgroup_create(key, group.name, id=group.last_taken, mkstream=True)
        _add_taken(pipeline, key, group)
    # The ids of new messages come after it, also where this machine's clock is behind: else they were never delivered.
    pipeline.execute_command("XSETID", key, stream.last_id)


def _add_taken(pipeline: Pipeline, key: bytes, group: Group) -> None:
    for taken in group.taken:
        pipeline.xclaim(
            key,
            group.name,
            _NOBODY,
            min_idle_time=0,
            message_ids=[taken.id],
            idle=_LONG_AGO,
            retrycount=taken.times,
            force=True,
            justid=True,
        )


def _some_of(all_of_them: Iterable[T], most: int) -> Iterator[Sequence[T]]:
    some: list[T] = []
    for one in all_of_them:
        some.append(one)
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some

"""Reads all that the bot keeps in Redis, also while it runs.

Each key is read at once, the jobs all together and first. What was acknowledged before the reading began is in what is
read: its job, and its record as it was then or later, which is as if the bot had been killed and went on elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Final

from redis.asyncio import Redis

from bot.outages import translated
from bot.store.backup.items import Group, Item, Members, Message, Ranking, Stream, Table, Taken, Text, Value, is_kept
from bot.store.keys.of_queue import is_of_queue, placed, plain
from bot.store.server.cluster.client import is_cluster

ALL: Final = "apizee:*"

_QUEUE: Final = b"apizee:queue"
_STREAM: Final = b"apizee:stream"
_PARKED: Final = b"apizee:"
_AT_ONCE: Final = 200
_LOOKED_AT_MOST: Final = 20
_COMMANDS: Final[Mapping[str, tuple[Sequence[str], Sequence[object]]]] = {
    "string": (["GET"], []),
    "hash": (["HGETALL"], []),
    "set": (["SMEMBERS"], []),
    "list": (["LRANGE"], [0, -1]),
    "zset": (["ZRANGE"], [0, -1, "WITHSCORES"]),
    "stream": (["XINFO", "STREAM"], ["FULL", "COUNT", 0]),
}
"""What reads a key of each type as a whole: the words before the key, and those after it."""


async def items(redis: Redis) -> AsyncIterator[Item]:
    """Yield every key of the bot's with its value; raises `StoreUnavailable`."""
    for item in await _jobs(redis):
        yield item
    ours = sorted(key for key in await all_keys(redis) if not is_of_queue(key))
    for some in _some_of(ours):
        for item in await _read(redis, some, together=False):
            yield item


async def all_keys(redis: Redis) -> set[bytes]:
    """Return the plain names of all keys of the bot's that belong into a back-up; raises `StoreUnavailable`."""
    with translated():
        found = {plain(key) async for key in redis.scan_iter(match=ALL, count=_AT_ONCE)}
    return {key for key in found if is_kept(key)}


async def _jobs(redis: Redis) -> list[Item]:
    """Return the queue as it was at one moment.

    A job that is planned just before that moment, after the names were read, is looked for again; one that is not
    there even so is none.
    """
    names = {key for key in await all_keys(redis) if is_of_queue(key)} | {_QUEUE, _STREAM}
    found: list[Item] = []
    for _ in range(_LOOKED_AT_MOST):
        found = await _read(redis, sorted(names), together=True)
        missing = _planned(found) - names
        if not missing:
            break
        names |= missing
    return found


def _planned(jobs: Sequence[Item]) -> set[bytes]:
    """Return the keys of the jobs that are planned."""
    queue = next((item.value for item in jobs if item.key == _QUEUE), None)
    return {_PARKED + member for member, _ in queue.members} if isinstance(queue, Ranking) else set()


def _some_of(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))


async def _read(redis: Redis, keys: Sequence[bytes], *, together: bool) -> list[Item]:
    """Return the keys with their values, `together` as they were at one moment; without those that are gone."""
    names = {key: placed(key, is_cluster=is_cluster(redis)) for key in keys}
    with translated():
        async with redis.pipeline(transaction=False) as asking:
            for key in keys:
                asking.type(names[key])
            types = [found.decode() for found in await asking.execute()]
        known = [(key, kind) for key, kind in zip(keys, types, strict=True) if kind in _COMMANDS]
        async with redis.pipeline(transaction=together) as reading:
            for key, kind in known:
                command, options = _COMMANDS[kind]
                reading.execute_command("PEXPIRETIME", names[key])
                reading.execute_command(*command, names[key], *options)
            answers = await reading.execute()
    return [
        Item(key=key, expires_at=expires_at if expires_at >= 0 else None, value=value)
        for (key, kind), expires_at, said in zip(known, answers[::2], answers[1::2], strict=True)
        if (value := _value(kind, said)) is not None
    ]


def _value(kind: str, said: Any) -> Value | None:  # noqa: ANN401  # what Redis answers
    """Return what a command of `_COMMANDS` has answered, `None` where the key is gone."""
    match kind:
        case "string":
            return None if said is None else Text(value=said)
        case "stream":
            return _stream(said)
        case _ if not said:
            return None
        case "hash":
            return Table(fields=list(said.items()))
        case "set":
            return Members(type="set", members=sorted(said))
        case "list":
            return Members(type="list", members=said)
    return Ranking(members=[(member, repr(float(score))) for member, score in said])


def _stream(said: dict[bytes, Any]) -> Stream:
    """Return a stream from the answer to https://redis.io/docs/latest/commands/xinfo-stream/, as a whole."""
    messages = [Message(id=name.decode(), fields=_pairs(fields)) for name, fields in said[b"entries"]]
    return Stream(
        last_id=said[b"last-generated-id"].decode(), messages=messages, groups=list(map(_group, said[b"groups"]))
    )


def _group(said: dict[bytes, Any]) -> Group:
    taken = [Taken(id=name.decode(), times=times) for name, _, _, times in said[b"pending"]]
    return Group(name=said[b"name"], last_taken=said[b"last-delivered-id"].decode(), taken=taken)


def _pairs(flat: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    return list(zip(flat[::2], flat[1::2], strict=True))

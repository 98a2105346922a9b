"""A back-up is all that is kept, restored as it was; and nothing is restored that is not whole, or over something."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.store import keys
from bot.store.backup.backups import Backups, InUse, NotEmpty
from bot.store.backup.file import Exists, UnfitFile
from bot.store.presence import Presence
from bot.store.sealing.keyring import KeyRing
from tests.fixtures.redis_contents import everything_in

KEY, OTHER_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SESSION = keys.session("T1", "s1")
HOUR = 3600
_JOBS = ("done", "begun", "new")


@pytest.fixture
def backups(redis: Redis) -> Backups:
    return Backups(redis, KeyRing([KEY]))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "apizee.backup"


async def kept(redis: Redis) -> None:
    """Keep something of each type that Redis has."""
    await redis.set("apizee:{T1}:text", b"\x00\xff sealed", ex=HOUR)
    await redis.hset(SESSION, mapping={"version": "1", "body": b"\x80\x81"})
    await redis.zadd("apizee:{T1}:open", {f"s{number}": number / 3 for number in range(2500)})
    await redis.zadd("apizee:{T1}:endless", {"s": float("inf")})
    await redis.sadd("apizee:{T1}:set", "a", "b")
    await redis.rpush("apizee:{T1}:list", "b", "a", "b")
    await redis.zadd("apizee:queue", {"start:later": time.time() + HOUR})
    await redis.hset("apizee:start:later", mapping={"function": "start_session"})


async def a_job_that_somebody_has_begun(redis: Redis) -> list[bytes]:
    """Put three jobs on the stream, of which one is done and one was begun; returns the ids of those that are left."""
    done, begun, new = [cast("bytes", await redis.xadd("apizee:stream", {"key": name})) for name in _JOBS]
    await redis.xgroup_create("apizee:stream", "workers", id="0")
    await redis.xreadgroup("workers", "killed", {"apizee:stream": ">"}, count=2)
    await redis.xack("apizee:stream", "workers", done)
    await redis.xdel("apizee:stream", done)
    return [begun, new]


async def test_all_that_is_kept_comes_back_as_it_was(redis: Redis, backups: Backups, path: Path) -> None:
    await kept(redis)
    before, expires_at = await everything_in(redis), await redis.pexpiretime("apizee:{T1}:text")
    number = await backups.save(path)
    await redis.flushdb()

    restored = await backups.restore(path, replace=False)

    assert await everything_in(redis) == before
    assert (restored.written, restored.expired, number) == (len(before), 0, len(before))
    assert await redis.pexpiretime("apizee:{T1}:text") == expires_at
    assert await redis.ttl(SESSION) == -1


async def test_jobs_that_were_begun_are_taken_over_and_new_ones_are_delivered(
    redis: Redis, backups: Backups, path: Path
) -> None:
    begun, new = await a_job_that_somebody_has_begun(redis)
    await backups.save(path)
    await redis.flushdb()
    await backups.restore(path, replace=False)

    later = await redis.xadd("apizee:stream", {"key": "later"})
    delivered: Any = await redis.xreadgroup("workers", "next", {"apizee:stream": ">"})
    taken_over: Any = await redis.xautoclaim("apizee:stream", "workers", "next", min_idle_time=10_000)
    assert [name for name, _ in delivered[0][1]] == [new, later]
    assert [name for name, _ in taken_over[1]] == [begun]


async def test_new_jobs_are_delivered_where_the_clock_is_behind(redis: Redis, backups: Backups, path: Path) -> None:
    ahead = f"{int(time.time() * 1000) + HOUR * 1000}-0"
    await redis.xadd("apizee:stream", {"key": "done"}, id=ahead)
    await redis.xgroup_create("apizee:stream", "workers", id="$")
    await redis.xdel("apizee:stream", ahead)
    await backups.save(path)
    await redis.flushdb()
    await backups.restore(path, replace=False)
    await redis.xadd("apizee:stream", {"key": "new"})
    assert await redis.xreadgroup("workers", "next", {"apizee:stream": ">"})


async def test_what_has_expired_since_is_left_out(redis: Redis, backups: Backups, path: Path) -> None:
    await redis.set("apizee:{T1}:soon", b"1", px=500)
    await redis.set("apizee:{T1}:later", b"1", ex=HOUR)
    await backups.save(path)
    await redis.flushdb()
    await asyncio.sleep(0.5)
    restored = await backups.restore(path, replace=False)
    assert (restored.written, restored.expired) == (1, 1)
    assert await redis.keys() == [b"apizee:{T1}:later"]


async def test_what_is_of_this_servers_processes_alone_stays_out(redis: Redis, backups: Backups, path: Path) -> None:
    for name in ("apizee:{persistence}:rewritten", "apizee:{processes}:1", "apizee:workers", "somebody:else"):
        await redis.set(name, b"1")
    assert await backups.save(path) == 0


async def test_its_owner_alone_may_read_it_and_no_file_is_overwritten(
    redis: Redis, backups: Backups, path: Path
) -> None:
    await kept(redis)
    await backups.save(path)
    before = what_is_in(path.parent)
    assert [mode for mode, _ in before.values()] == [0o600]
    with pytest.raises(Exists):
        await backups.save(path)
    assert what_is_in(path.parent) == before


def what_is_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mode & 0o777, path.read_bytes()) for path in folder.iterdir()}


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text()))


def cut_short(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


def line_left_out(text: str) -> str:
    head, _, *rest = text.splitlines(keepends=True)
    return "".join([head, *rest])


def value_changed(text: str) -> str:
    return text.replace('"type":"string"', '"type":"string" ', 1)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (cut_short, "is damaged or not whole"),
        (line_left_out, "is damaged or not whole"),
        (value_changed, "is damaged or not whole"),
        (lambda text: text[: len(text) // 2], "is damaged or not whole"),
        (lambda text: text.replace('"format":1', '"format":2', 1), "newer version"),
        (lambda _text: "", "is no back-up of this bot"),
        (lambda _text: "{}\n", "is no back-up of this bot"),
    ],
    ids=["cut short", "a line left out", "a value changed", "half", "newer", "empty", "something else"],
)
async def test_what_is_not_whole_or_not_ours_restores_nothing(
    redis: Redis, backups: Backups, path: Path, spoil: Callable[[str], str], says: str
) -> None:
    await kept(redis)
    await backups.save(path)
    rewrite(path, spoil)
    before = await everything_in(redis)
    with pytest.raises(UnfitFile, match=says):
        await backups.restore(path, replace=True)
    assert await everything_in(redis) == before


async def test_a_file_of_another_key_is_recognized_before_anything_is_written(
    redis: Redis, backups: Backups, path: Path
) -> None:
    await kept(redis)
    await backups.save(path)
    await redis.flushdb()
    with pytest.raises(UnfitFile, match="No key of ENCRYPTION_KEYS opens"):
        await Backups(redis, KeyRing([OTHER_KEY])).restore(path, replace=False)
    assert await redis.keys() == []
    await Backups(redis, KeyRing([OTHER_KEY, KEY])).restore(path, replace=False)
    assert await redis.exists(SESSION)


async def test_nothing_is_restored_while_a_bot_runs(redis: Redis, backups: Backups, path: Path) -> None:
    await kept(redis)
    await backups.save(path)
    async with Presence(redis).announced(), Presence(redis).announced():
        with pytest.raises(InUse) as raised:
            await backups.restore(path, replace=True)
    assert raised.value.processes == 2
    assert (await backups.restore(path, replace=True)).written


async def test_data_are_replaced_only_where_that_is_asked_for(redis: Redis, backups: Backups, path: Path) -> None:
    await redis.set("apizee:{T1}:old", b"1")
    await backups.save(path)
    await redis.set("apizee:{T1}:new", b"1")
    with pytest.raises(NotEmpty) as raised:
        await backups.restore(path, replace=False)
    assert raised.value.keys == 2
    await backups.restore(path, replace=True)
    assert await redis.keys() == [b"apizee:{T1}:old"]


async def test_a_redis_on_which_a_bot_was_only_started_is_empty(redis: Redis, backups: Backups, path: Path) -> None:
    await kept(redis)
    await backups.save(path)
    await redis.flushdb()
    await redis.xgroup_create("apizee:stream", "workers", id="0", mkstream=True)
    await redis.set(keys.canary(), b"sealed")
    await redis.hset("apizee:{metrics}:counters", "[]", "1")
    await backups.restore(path, replace=False)
    assert await redis.exists(SESSION)


async def test_a_planned_job_that_is_not_there_keeps_nothing_else_from_being_saved(
    redis: Redis, backups: Backups, path: Path
) -> None:
    await kept(redis)
    await redis.zadd("apizee:queue", {"start:gone": time.time()})
    before = await everything_in(redis)
    await backups.save(path)
    await redis.flushdb()
    await backups.restore(path, replace=False)
    assert await everything_in(redis) == before

"""A Redis whose user may not do what the bot does is found out before anything is taken in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.doctor import Verdict, examine
from bot.model.errors import CannotStart, StoreUnavailable
from bot.store.backup.backups import Backups
from bot.store.sealing.keyring import KeyRing
from bot.store.server import rights
from bot.store.server.connection import connect
from tests.scenarios.environment import new_environment, settings_of, vendors
from tests.scenarios.process import BOT, RedisServer, program, redis_server

ENOUGH = rights.ACL.split()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    async with redis_server(tmp_path) as server:
        yield server


async def address_of(server: RedisServer, *rules: str) -> str:
    """Return the address for a user with these rights."""
    async with Redis.from_url(server.url) as redis:
        await redis.execute_command("ACL", "SETUSER", "apizee", "reset", "on", ">sesame", *rules)  # type: ignore[no-untyped-call]  # redis-py's
    return server.url.replace("redis://", "redis://apizee:sesame@")


@asynccontextmanager
async def refused(url: str, words: str) -> AsyncIterator[None]:
    async with connect(url) as redis:
        with pytest.raises(CannotStart, match=words) as raised:
            await rights.check(redis)
    assert "sesame" not in str(raised.value)
    assert str(raised.value).endswith(".")
    yield


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (["~*", "+@all"], r"listen to the channels apizee:\*"),
        (["~*", "&other:*", "+@all"], r"listen to the channels apizee:\*"),
        (["~other:*", "&*", "+@all"], r"use the keys apizee:\*"),
        (["%R~*", "&*", "+@all"], r"use the keys apizee:\*"),
        ([*ENOUGH, "-eval"], "run EVAL: give that user the rights ~apizee"),
        ([*ENOUGH, "-xgroup"], "run XGROUP CREATE"),
        ([*ENOUGH, "-@pubsub"], "run PUBLISH"),
        ([*ENOUGH, "-psubscribe"], "run PSUBSCRIBE"),
        ([*ENOUGH, "-multi"], "run MULTI"),
    ],
)
async def test_what_the_user_may_not_do_is_named(server: RedisServer, rules: list[str], words: str) -> None:
    async with refused(await address_of(server, *rules), words):
        pass


async def test_a_wrong_login_and_a_database_that_is_not_there_are_named(server: RedisServer) -> None:
    url = await address_of(server, *ENOUGH)
    async with refused(url.replace("sesame@", "sesame2@"), "refuses the user or the password"):
        pass
    async with refused(url.replace("apizee:", "somebody:"), "refuses the user or the password"):
        pass
    async with refused(f"{url}/4711", "has no database of this number"):
        pass
    async with Redis.from_url(server.url) as redis:
        await redis.execute_command("ACL", "SETUSER", "default", "off")  # type: ignore[no-untyped-call]  # redis-py's
    async with refused(server.url, "refuses the user or the password"):
        pass


async def test_nothing_is_left_behind(server: RedisServer) -> None:
    async with connect(await address_of(server, *ENOUGH)) as redis:
        await rights.check(redis)
        assert [key async for key in redis.scan_iter()] == []


async def test_a_redis_that_is_away_may_come(unused_tcp_port: int) -> None:
    async with connect(f"redis://127.0.0.1:{unused_tcp_port}") as redis:
        with pytest.raises(StoreUnavailable):
            await rights.check(redis)


async def test_the_rights_of_the_documentation_are_enough(server: RedisServer, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/for-administrators.md").read_text("utf-8")
    assert rights.ACL in page
    async with vendors(await address_of(server, *ENOUGH), tmp_path) as around:
        found = await examine(settings_of(around.environment), scopes=(), optional=())
        assert {"Redis rights", "Queue"} <= {one.subject for one in found if one.verdict is Verdict.OK}
        assert {"Redis", "Redis eviction"} <= {one.subject for one in found if one.verdict is Verdict.OK}
    async with vendors(await address_of(server, *ENOUGH), tmp_path) as around, new_environment(around) as environment:
        await environment.assist("+33 6 62 68 21 93")
        ticket = await environment.invited()
        await environment.assist(f"forget {ticket.id}")
        await environment.private_message(f"Forget ticket {ticket.id}?")


@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_the_bot_does_not_start_and_says_why_in_a_line(server: RedisServer, tmp_path: Path, command: str) -> None:
    url = await address_of(server, "~*", "+@all")
    async with vendors(url, tmp_path) as around, program([*BOT, command], around.environment, tmp_path) as bot:
        assert await bot.ended() == 2
    (line,) = bot.lines
    assert line.startswith("The Redis of REDIS_URL does not let its user listen to the channels apizee:*: give")


async def test_the_rights_that_are_enough_save_and_restore_jobs_and_records(
    server: RedisServer, tmp_path: Path
) -> None:
    url, path = await address_of(server, *ENOUGH), tmp_path / "apizee.backup"
    async with connect(url) as redis:
        begun = await redis.xadd("apizee:stream", {"key": "begun"})
        await redis.xgroup_create("apizee:stream", "workers", id="0")
        await redis.xreadgroup("workers", "killed", {"apizee:stream": ">"})
        await redis.set("apizee:{T1}:record", b"sealed", ex=60)
        backups = Backups(redis, KeyRing([Fernet.generate_key().decode()]))
        assert await backups.save(path) == 2
        await backups.restore(path, replace=True)
        (taken,) = await redis.xpending_range("apizee:stream", "workers", "-", "+", 10)
    assert taken["message_id"] == begun

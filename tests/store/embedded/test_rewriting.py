"""What was removed from the embedded Redis is soon gone from its files, too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.container import build
from bot.model.accounts import ApizeeAccount
from bot.model.workspaces import Installation
from bot.store import keys
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis, embedded_folder
from bot.store.server.rewriting import FileRewriting, RewritingTiming
from bot.timing import Timing
from tests.scenarios.environment import settings_of

ENVIRONMENT: Final = {
    "SLACK_SIGNING_SECRET": "a-signing-secret-of-the-tests",
    "SLACK_BOT_TOKEN": "xoxb-1-bottoken",
    "APIZEE_USERNAME": "api@acme.example",
    "APIZEE_PASSWORD": "hunter2",
    "APIZEE_ENTERPRISE_ID": "1",
}

SOON = RewritingTiming(checked_every=0.02, after_forgetting=0.05, ends_within=1.0)


def in_files(data_dir: Path) -> bytes:
    found = []
    for path in embedded_folder(data_dir).rglob("*"):
        with suppress(FileNotFoundError):  # the server has just replaced it
            found += [path.read_bytes()] if path.is_file() else []
    return b"".join(found)


@asynccontextmanager
async def forgotten(data_dir: Path) -> AsyncIterator[Redis]:
    """Yield a server whose files were rewritten before, and then were given a secret that is no longer in Redis."""
    async with EmbeddedRedis(data_dir) as server, connect(server.url) as redis:
        await FileRewriting(redis, embedded_folder(data_dir)).rewrite()
        await redis.set("secret", b"+33662682193")
        await redis.delete("secret")
        assert b"+33662682193" in in_files(data_dir)
        yield redis


async def until_gone(data_dir: Path, what: bytes = b"+33662682193") -> None:
    async with asyncio.timeout(20):
        while what in in_files(data_dir):  # noqa: ASYNC110  # the event is in the file system
            await asyncio.sleep(0.02)


async def test_what_is_forgotten_is_gone_from_the_files_soon(tmp_path: Path) -> None:
    async with forgotten(tmp_path) as redis:
        files = FileRewriting(redis, embedded_folder(tmp_path), SOON)
        async with files.when_due():
            await files.note_forgotten()
            await until_gone(tmp_path)
            assert await redis.exists(keys.rewritten())


async def test_where_nothing_was_forgotten_it_is_done_daily(tmp_path: Path) -> None:
    daily = RewritingTiming(checked_every=0.02, at_least_every=0.1)
    async with forgotten(tmp_path) as redis, FileRewriting(redis, embedded_folder(tmp_path), daily).when_due():
        await until_gone(tmp_path)


async def test_what_was_forgotten_before_a_restart_is_not_overlooked(tmp_path: Path) -> None:
    async with forgotten(tmp_path) as redis:
        await FileRewriting(redis, embedded_folder(tmp_path), SOON).note_forgotten()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(EmbeddedRedis(tmp_path))
        redis = await stack.enter_async_context(connect(server.url))
        await stack.enter_async_context(FileRewriting(redis, embedded_folder(tmp_path), SOON).when_due())
        await until_gone(tmp_path)


async def test_a_rewriting_that_fails_is_tried_again(tmp_path: Path) -> None:
    async with forgotten(tmp_path) as redis:
        files, folder = FileRewriting(redis, embedded_folder(tmp_path), SOON), embedded_folder(tmp_path)
        await files.note_forgotten()
        (folder / "appendonlydir").rename(folder / "elsewhere")
        (folder / "appendonlydir").touch()
        with suppress(ResponseError):
            await files.rewrite()
        assert await redis.exists(keys.forgotten_at())
        (folder / "appendonlydir").unlink()
        (folder / "elsewhere").rename(folder / "appendonlydir")
        async with files.when_due():
            await until_gone(tmp_path)


async def test_a_snapshot_that_somebody_had_made_does_not_stay(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server, connect(server.url) as redis:
        await redis.save()
        snapshot = embedded_folder(tmp_path) / "dump.rdb"
        assert snapshot.exists()
        await FileRewriting(redis, embedded_folder(tmp_path)).rewrite()
        assert not snapshot.exists()


async def test_a_redis_of_the_operators_is_left_alone(redis: Redis) -> None:
    files = FileRewriting(redis, None, SOON)
    async with files.when_due():
        await files.note_forgotten()
        await files.rewrite()
    assert await redis.keys("*") == []


async def test_a_workspace_that_is_removed_is_gone_from_the_files_soon(tmp_path: Path) -> None:
    soon = replace(Timing(), rewriting=replace(SOON, after_forgetting=0.5))
    async with build(settings_of(ENVIRONMENT, data_dir=tmp_path), timing=soon) as parts:
        adapters = parts.adapters
        await adapters.installations.keep(Installation("T0GONE", "Gone", "xoxb-gone", installed_at=1.0))
        await adapters.account_store.keep("T0GONE", ApizeeAccount(username="api", password="p", enterprise_id=1))
        await adapters.files.rewrite()
        assert b"{T0GONE}:account" in in_files(tmp_path)
        await adapters.installations.forget("T0GONE")  # as the event of Slack's does at once
        await adapters.removal.remove("T0GONE")
        await until_gone(tmp_path, b"T0GONE")

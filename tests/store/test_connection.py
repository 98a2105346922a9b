"""When Redis is away, that is known in time to say so to the person in Slack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, ResponseError

from bot.model.errors import StoreUnavailable
from bot.outages import translated
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis


async def test_nobody_listening_is_known_at_once(unused_tcp_port: int) -> None:
    began = time.monotonic()

    async with connect(f"redis://127.0.0.1:{unused_tcp_port}") as redis:
        with pytest.raises(StoreUnavailable), translated():
            await redis.ping()

    assert time.monotonic() - began < 2


async def test_a_server_that_is_silent_is_known_within_a_second(silent_redis_url: str) -> None:
    began = time.monotonic()

    async with connect(silent_redis_url) as redis:
        with pytest.raises(StoreUnavailable), translated():
            await redis.ping()

    assert time.monotonic() - began < 2


async def test_a_dropped_connection_costs_nobody_an_error(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server, connect(server.url) as redis:
        await redis.set("before", "1")
        await redis.client_kill_filter(skipme=False)

        assert await redis.get("before") == b"1"


REFUSALS = [
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    "CLUSTERDOWN The cluster is down",
    "LOADING Redis is loading the dataset in memory",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    "NOREPLICAS Not enough good replicas to write.",
    "OOM command not allowed when used memory > 'maxmemory'. script: 6b1bf486, on @user_script:1.",
    "READONLY You can't write against a read only replica.",
    "TRYAGAIN Multiple keys request during rehashing of slot",
    "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
]


async def test_a_cancel_ends_a_task_whenever_it_arrives(redis_url: str) -> None:
    async with connect(redis_url) as redis:

        async def write_and_stay() -> None:
            await redis.set("key", "value")
            await asyncio.Event().wait()

        for steps in [*range(1, 12)] * 10:
            task = asyncio.create_task(write_and_stay())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            ended, _ = await asyncio.wait([task], timeout=5)
            assert ended, f"a cancel was swallowed after {steps} steps"


@asynccontextmanager
async def refusing(word: str) -> AsyncIterator[tuple[str, list[None]]]:
    """Yield a server that refuses every command in the same words, and its connections so far."""
    connections: list[None] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(None)
        while await reader.read(65_536):
            writer.write(f"-{word}\r\n".encode())
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}?protocol=2", connections


@pytest.mark.parametrize("words", REFUSALS, ids=lambda words: words.split()[0])
async def test_a_server_that_refuses_to_work_is_left_and_counts_as_away(words: str) -> None:
    async with refusing(words) as (url, connections), connect(url) as redis:
        with pytest.raises(StoreUnavailable), translated():
            await redis.set("key", "value")
        assert len(connections) > 1
        pipeline = redis.pipeline(transaction=False)
        pipeline.set("key", "value")
        with pytest.raises(StoreUnavailable), translated():
            await pipeline.execute()


@pytest.mark.parametrize(
    "error",
    [
        RedisConnectionError("away"),
        ReadOnlyError("a replica"),
        TimeoutError(),
        ResponseError("Command # 1 (SET a b) of pipeline caused error: ('NOREPLICAS Not enough good replicas',)"),
    ],
)
def test_what_passes_counts_as_away(error: Exception) -> None:
    with pytest.raises(StoreUnavailable) as raised, translated():
        raise error

    assert raised.value.__cause__ is error


def test_a_mistake_of_ours_is_not_taken_for_an_absence() -> None:
    mistake = ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value")
    with pytest.raises(ResponseError), translated():
        raise mistake

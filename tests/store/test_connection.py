"""When Redis is away, whoever asks hears of it in time to tell the person in Slack."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, ResponseError

from bot.errors import StoreAway
from bot.store.connection import connect, translated
from bot.store.embedded import EmbeddedRedis


async def test_nobody_listening_is_known_at_once(unused_tcp_port: int) -> None:
    began = time.monotonic()

    async with connect(f"redis://127.0.0.1:{unused_tcp_port}") as redis:
        with pytest.raises(StoreAway), translated():
            await redis.ping()

    assert time.monotonic() - began < 2


async def test_a_server_that_is_silent_is_known_within_a_second(silent_redis_url: str) -> None:
    began = time.monotonic()

    async with connect(silent_redis_url) as redis:
        with pytest.raises(StoreAway), translated():
            await redis.ping()

    assert time.monotonic() - began < 2


async def test_a_dropped_connection_costs_nobody_an_error(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server, connect(server.url) as redis:
        await redis.set("before", "1")
        await redis.client_kill_filter(skipme=False)

        assert await redis.get("before") == b"1"


@pytest.mark.parametrize("error", [RedisConnectionError("away"), ReadOnlyError("a replica"), TimeoutError()])
def test_what_passes_is_told_as_away(error: Exception) -> None:
    with pytest.raises(StoreAway) as raised, translated():
        raise error

    assert raised.value.__cause__ is error


def test_a_mistake_of_ours_is_not_taken_for_an_absence() -> None:
    with pytest.raises(ResponseError), translated():
        raise ResponseError

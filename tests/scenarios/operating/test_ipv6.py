"""A host that has IPv6 alone: the bot listens there, and finds its Redis there."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.server.embedded import server_binary
from playground.demo import free_port
from tests.scenarios.environment import vendors
from tests.scenarios.process import BOT, in_environment, program

LOOPBACK = "::1"


def has_ipv6() -> bool:
    try:
        socket.create_server((LOOPBACK, 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")
@pytest.mark.parametrize("host", ["::1", "::"])
async def test_the_bot_answers_on_ipv6_and_keeps_its_records_there(host: str, tmp_path: Path) -> None:
    redis_port, port = str(free_port()), str(free_port())
    server = [str(server_binary()), "--bind", LOOPBACK, "--port", redis_port, "--save", "", "--dir", str(tmp_path)]
    async with program(server, {}, tmp_path), Redis(host=LOOPBACK, port=int(redis_port)) as redis:
        await answers(redis)
        async with vendors(f"redis://[{LOOPBACK}]:{redis_port}", tmp_path) as around:
            settings = {**around.environment, "HOST": host, "PORT": port}
            url = f"http://[{LOOPBACK}]:{port}"
            async with program([*BOT, "serve"], settings, tmp_path) as bot:
                await bot.says("listening")
                async with in_environment(url, around) as environment, httpx.AsyncClient() as http:
                    assert (await http.get(f"{url}/readyz")).is_success
                    await environment.assist("+33 6 62 68 21 93")
                    await environment.invited()


async def answers(redis: Redis) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await redis.ping()
            except RedisError:
                await asyncio.sleep(0.02)
            else:
                return

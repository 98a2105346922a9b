"""A thousand people who press a button in the same second, each through a connection of their own, are all answered."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.web.open_files import allow_open_files
from playground.demo import free_port
from tests.scenarios.environment import Vendors
from tests.scenarios.process import BOT, Running, program, serving

CROWD = 1000
FEW_FILES = 600
GET = b"GET /healthz HTTP/1.1\r\nhost: bot\r\n\r\n"


@pytest.fixture
def _as_many_files_as_most_systems_begin_with() -> Iterator[None]:
    """Let programs begin with 1,024 open files."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def answers(bot: Running, crowd: int) -> Counter[bytes]:
    """Return how many of a crowd got which status, where all have connected before any of them asks."""
    port = urlsplit(bot.url).port
    connected = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(crowd)))
    for _, writer in connected:
        writer.write(GET)
    async with asyncio.timeout(30):
        lines = await asyncio.gather(*(reader.readline() for reader, _ in connected))
    for _, writer in connected:
        writer.close()
    return Counter(line.split()[1] if line else b"closed" for line in lines)


@pytest.mark.usefixtures("_as_many_files_as_most_systems_begin_with")
async def test_a_process_allows_itself_the_files_that_a_thousand_connections_take(
    around: Vendors, tmp_path: Path
) -> None:
    async with serving(around.environment, tmp_path, "--no-worker") as bot:
        allow_open_files()  # of this test's own, which has the other ends
        assert await answers(bot, CROWD) == {b"200": CROWD}


async def test_where_fewer_files_are_allowed_strangers_who_connect_keep_nobody_out(
    around: Vendors, tmp_path: Path
) -> None:
    limited = ["/bin/sh", "-c", f'ulimit -n {FEW_FILES} && exec "$@"', "sh", *BOT, "serve", "--no-worker"]
    port = str(free_port())
    settings = {**around.environment, "PORT": port}
    async with program(limited, settings, tmp_path, url=f"http://127.0.0.1:{port}") as bot, AsyncExitStack() as stack:
        await bot.says("listening")
        for _ in range(FEW_FILES):
            _, silent = await asyncio.open_connection("127.0.0.1", int(port))
            stack.callback(silent.close)
        assert await answers(bot, 100) == {b"200": 100}

"""Several bots on one machine share one embedded Redis, from the first to the last."""

from __future__ import annotations

import asyncio
import fcntl
import stat
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.store.server import embedded
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis
from tests.store.embedded.servers import is_running, read, server_pid, write

A_BOT = """
import asyncio, sys
from pathlib import Path
from bot.store.server.embedded import EmbeddedRedis, EmbeddedTiming

async def live():
    async with EmbeddedRedis(Path(sys.argv[1])) as server:
        print(server.url, flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(live())
"""


@asynccontextmanager
async def a_bot(data_dir: Path) -> AsyncIterator[Process]:
    """Another bot on this machine, from the moment its Redis answers; at the end it is asked to leave."""
    bot = await start_bot(data_dir)
    assert (await bot_url(bot)).startswith("unix://")
    yield bot
    if bot.returncode is None:
        await bot.communicate(b"leave\n")
        assert bot.returncode == 0


async def start_bot(data_dir: Path) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-c", A_BOT, str(data_dir), stdin=PIPE, stdout=PIPE)


async def bot_url(bot: Process) -> str:
    assert bot.stdout
    return (await bot.stdout.readline()).decode().strip()


async def test_the_server_stays_until_the_last_user_leaves(tmp_path: Path) -> None:
    async with a_bot(tmp_path):
        pid = server_pid(tmp_path)
        async with EmbeddedRedis(tmp_path) as server:
            await write(server.url, "shared", "yes")
        async with EmbeddedRedis(tmp_path) as server:
            assert await read(server.url, "shared") == b"yes"
        assert is_running(pid)

    assert not is_running(pid)
    assert not (tmp_path / "redis" / "redis.sock").exists()


async def test_who_started_it_may_leave_first(tmp_path: Path) -> None:
    async with AsyncExitStack() as first:
        server = await first.enter_async_context(EmbeddedRedis(tmp_path))
        async with a_bot(tmp_path):
            await first.aclose()
            await write(server.url, "still", "there")
            pid = server_pid(tmp_path)

    assert not is_running(pid)


async def test_bots_that_start_at_the_same_instant_share_one_server(tmp_path: Path) -> None:
    bots = await asyncio.gather(*(start_bot(tmp_path) for _ in range(3)))
    urls = await asyncio.gather(*(bot_url(bot) for bot in bots))

    assert len(set(urls)) == 1
    async with connect(urls[0]) as redis:
        assert (await redis.info("server"))["process_id"] == server_pid(tmp_path)

    pid = server_pid(tmp_path)
    await asyncio.gather(*(bot.communicate(b"leave\n") for bot in bots))
    assert not is_running(pid)


async def test_the_server_of_a_killed_bot_is_taken_over(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        pid = server_pid(tmp_path)
        bot.kill()
        await bot.wait()

    async with EmbeddedRedis(tmp_path) as server:
        await write(server.url, "taken", "over")
        assert server_pid(tmp_path) == pid
    assert not is_running(pid)


async def test_a_deep_data_folder_has_its_socket_in_a_private_place_that_all_find(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)

    async with a_bot(deep), EmbeddedRedis(deep) as server:
        await write(server.url, "deep", "yes")
        socket = Path(server.url.removeprefix("unix://"))
        assert socket.is_relative_to(tempfile.gettempdir())
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


async def test_who_comes_while_the_last_one_leaves_waits_until_that_is_over(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    with (tmp_path / "redis" / "users.lock").open("w") as leaving:
        fcntl.flock(leaving, fcntl.LOCK_EX)
        coming = asyncio.create_task(come_and_go(tmp_path))
        await asyncio.sleep(3 * embedded.POLL_SECONDS)
        assert not (tmp_path / "redis" / "redis.sock").exists()

    assert await coming


async def come_and_go(data_dir: Path) -> bool:
    async with EmbeddedRedis(data_dir) as server, connect(server.url) as redis:
        return bool(await redis.ping())

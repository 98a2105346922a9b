"""Without `REDIS_URL` the bot brings its Redis along; these stories use real processes."""

from __future__ import annotations

import asyncio
import fcntl
import os
import platform
import signal
import stat
import subprocess
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from bot.model.errors import CannotStart, StoreUnavailable
from bot.outages import translated
from bot.store.server import embedded
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis, EmbeddedTiming

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


@pytest.fixture(autouse=True)
def _leave_no_server(tmp_path: Path) -> Iterator[None]:
    """Stop what a test that failed has left behind."""
    yield
    for pid_file in tmp_path.rglob("redis.pid"):
        if is_running(pid := int(pid_file.read_text())):
            os.kill(pid, signal.SIGKILL)


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


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "redis" / "redis.pid").read_text())


def is_running(pid: int) -> bool:
    """Whether the process lives; one that has ended and that nobody asked for yet does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607  # a constant and a number
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


async def write(url: str, key: str, value: str) -> None:
    async with connect(url) as redis:
        await redis.set(key, value)


async def read(url: str, key: str) -> object:
    async with connect(url) as redis:
        return await redis.get(key)


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await write(server.url, "session", "invited")

    async with EmbeddedRedis(tmp_path) as server:
        assert await read(server.url, "session") == b"invited"


async def test_it_keeps_every_write_evicts_nothing_and_listens_to_this_user_alone(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server, connect(server.url) as redis:
        set_up = {
            name: (await redis.config_get(name))[name]
            for name in ("appendonly", "appendfsync", "maxmemory-policy", "port")
        }

        assert set_up == {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "port": "0"}
        assert stat.S_IMODE((tmp_path / "redis").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "redis" / "redis.sock").stat().st_mode) == 0o700


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows a process' environment")
async def test_its_process_is_given_none_of_the_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIZEE_PASSWORD", "sandbox-password")
    monkeypatch.setenv("UNKNOWN_TO_US", "sandbox-password")
    seen, server = tmp_path / "seen", tmp_path / "server"
    # The server itself soon writes its title over what /proc shows of its environment.
    server.write_text(f'#!/bin/sh\nexport -p > "{seen}"\nexec "{embedded.server_binary()}" "$@"\n')
    server.chmod(0o700)
    async with EmbeddedRedis(tmp_path, binary=lambda: server):
        environment = seen.read_bytes() + proc_environment(server_pid(tmp_path))

    assert b"sandbox-password" not in environment
    assert b"PATH=" in environment


def proc_environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_what_was_answered_is_on_disk_already_whatever_becomes_of_the_power(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server, connect(server.url) as redis:
        for number in range(20):
            async with redis.pipeline(transaction=False) as pipeline:
                pipeline.set(f"acknowledged:{number}", "yes")
                # How many servers have it on disk, without waiting for a thousandth of a second more.
                pipeline.execute_command("WAITAOF", 1, 0, 1)
                _, (on_disk, _replicas) = await pipeline.execute()
            assert on_disk == 1
            with frozen(server_pid(tmp_path)):
                assert f"acknowledged:{number}\r\n".encode() in written(tmp_path)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Yield a process that does nothing any more, as if its machine had lost its power."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def written(data_dir: Path) -> bytes:
    """All that the server has in its append-only files."""
    return b"".join(path.read_bytes() for path in (data_dir / "redis" / "appendonlydir").glob("*.aof"))


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


async def test_a_killed_server_is_soon_back_with_its_data(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await write(server.url, "session", "invited")
        killed = server_pid(tmp_path)

        os.kill(killed, signal.SIGKILL)
        began = time.monotonic()
        await another_than(killed, server.url)

        assert time.monotonic() - began < 5
        assert await read(server.url, "session") == b"invited"


async def another_than(killed: int, url: str) -> None:
    """Return when a server answers that is not the one that was killed."""
    answering: int | None = None
    while answering in {None, killed}:
        with suppress(StoreUnavailable), translated():
            async with connect(url) as redis:
                answering = (await redis.info("server"))["process_id"]


async def test_a_deep_data_folder_has_its_socket_in_a_private_place_that_all_find(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)

    async with a_bot(deep), EmbeddedRedis(deep) as server:
        await write(server.url, "deep", "yes")
        socket = Path(server.url.removeprefix("unix://"))
        assert socket.is_relative_to(tempfile.gettempdir())
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


async def test_a_socket_that_nobody_answers_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis" / "redis.sock").touch()

    async with EmbeddedRedis(tmp_path) as server:
        await write(server.url, "fresh", "yes")


async def test_a_folder_name_with_spaces_and_accents_is_fine(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path / "Données de l'app #1") as server:
        await write(server.url, "fresh", "yes")


async def test_a_machine_without_a_server_is_asked_to_name_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "sparc64")

    with pytest.raises(CannotStart, match=r"does not exist for .*-sparc64: set REDIS_URL"):
        async with EmbeddedRedis(tmp_path):
            pass


async def test_a_folder_that_cannot_be_used_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match=r"cannot be used \(Not a directory\): set DATA_DIR"):
        async with EmbeddedRedis(tmp_path / "file"):
            pass


async def test_a_lock_that_cannot_be_opened_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "redis" / "users.lock").mkdir(parents=True)

    with pytest.raises(CannotStart, match=r"users\.lock cannot be used \(Is a directory\): set DATA_DIR"):
        async with EmbeddedRedis(tmp_path):
            pass


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


async def test_a_server_that_cannot_read_its_data_is_reported_with_its_log(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await write(server.url, "session", "invited")
    (manifest,) = (tmp_path / "redis" / "appendonlydir").glob("*.manifest")
    manifest.write_text("spoilt")

    with pytest.raises(CannotStart, match=r"does not answer: see .*redis\.log"):
        async with EmbeddedRedis(tmp_path, EmbeddedTiming(start=0.5)):
            pass


async def test_a_server_that_does_not_start_is_reported_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"does not start \(CalledProcessError\): see .*redis\.log"):
        async with EmbeddedRedis(tmp_path, binary=lambda: Path("/bin/false")):
            pass


async def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "redis").mkdir()
    somebody_else = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody_else)

    with pytest.raises(CannotStart, match="it belongs to another user"):
        async with EmbeddedRedis(tmp_path):
            pass


async def test_a_server_that_cannot_be_started_again_is_tried_until_it_can(tmp_path: Path) -> None:
    is_gone, tried = False, asyncio.Event()

    def gone_at_first() -> Path:
        if not is_gone or tried.is_set():
            return embedded.server_binary()
        tried.set()
        return Path("/nowhere")

    async with EmbeddedRedis(tmp_path, EmbeddedTiming(tried_again=0.01), binary=gone_at_first) as server:
        is_gone = True
        killed = server_pid(tmp_path)
        os.kill(killed, signal.SIGKILL)

        await another_than(killed, server.url)
        assert tried.is_set()


async def test_a_server_that_hangs_does_not_keep_the_bot_from_ending(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path, EmbeddedTiming(farewell=0.1)):
        os.kill(server_pid(tmp_path), signal.SIGSTOP)

    assert is_running(server_pid(tmp_path))

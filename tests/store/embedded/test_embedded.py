"""Without `REDIS_URL` the bot brings its Redis along, which loses nothing; these stories use real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bot.model.errors import StoreUnavailable
from bot.outages import translated
from bot.store.server import embedded
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis, EmbeddedTiming
from tests.store.embedded.servers import is_running, read, server_pid, write


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


async def test_a_socket_that_nobody_answers_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis" / "redis.sock").touch()

    async with EmbeddedRedis(tmp_path) as server:
        await write(server.url, "fresh", "yes")


async def test_a_folder_name_with_spaces_and_accents_is_fine(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path / "Données de l'app #1") as server:
        await write(server.url, "fresh", "yes")


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

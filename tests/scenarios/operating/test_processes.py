"""`serve --processes` answers on one port with several processes, and keeps their number."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from playground.demo import free_port
from tests.scenarios.environment import Vendors
from tests.scenarios.process import BOT, program, staged_by

TWO = ("--processes", "2")


def children(pid: int) -> list[psutil.Process]:
    """Return the processes of the bot whose parent this is."""
    return [one for one in psutil.Process(pid).children() if one.status() != psutil.STATUS_ZOMBIE]


async def until_there_are(count: int, pid: int, *, without: int = 0) -> list[psutil.Process]:
    """Return those children, once there are so many."""
    async with asyncio.timeout(30):
        while len(found := [one for one in children(pid) if one.pid != without]) != count:  # noqa: ASYNC110  # the kernel tells only their parent
            await asyncio.sleep(0.02)
    return found


async def test_two_processes_answer_and_start_sessions(around: Vendors, tmp_path: Path) -> None:
    async with staged_by(around, tmp_path, *TWO) as (bot, environment):
        await until_there_are(2, bot.process.pid)
        await asyncio.gather(*(environment.assist(f"customer{number}@client.com") for number in range(6)))
        await environment.slack.wait_for(lambda: len(environment.apizee.outbox) == 6)
        assert sorted(one.to for one in environment.apizee.outbox) == [f"customer{n}@client.com" for n in range(6)]
        assert await bot.end() == 0


async def test_one_that_dies_is_started_again_and_nobody_is_refused(around: Vendors, tmp_path: Path) -> None:
    async with staged_by(around, tmp_path, *TWO) as (bot, _):
        first, _second = await until_there_are(2, bot.process.pid)
        first.kill()
        async with httpx.AsyncClient() as client:
            for _ in range(20):
                assert (await client.get(f"{bot.url}/healthz", headers={"Connection": "close"})).status_code == 200
        await bot.says("process_ended")
        await until_there_are(2, bot.process.pid, without=first.pid)
        assert await bot.end() == 0
        assert not psutil.pid_exists(first.pid)


async def test_nobody_is_left_listening_where_the_parent_is_killed(around: Vendors, tmp_path: Path) -> None:
    async with staged_by(around, tmp_path, *TWO) as (bot, _):
        orphans = await until_there_are(2, bot.process.pid)
        await bot.end(signal.SIGKILL)
        async with asyncio.timeout(30):
            while any(one.is_running() for one in orphans):  # noqa: ASYNC110  # the kernel tells only their parent
                await asyncio.sleep(0.02)


async def test_what_keeps_all_from_starting_is_said_and_ends_them(around: Vendors, tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("a file where a folder is needed")
    settings = {**around.environment, "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    settings.pop("REDIS_URL")
    async with program([*BOT, "serve", *TWO], settings, tmp_path) as bot, asyncio.timeout(30):
        assert await bot.ended() == 2
    assert [line for line in bot.lines if "cannot be used" in line]
    assert not [line for line in bot.lines if "Traceback" in line]


async def test_a_stop_is_taken_from_the_first_moment(around: Vendors, tmp_path: Path) -> None:
    async with program([*BOT, "serve"], around.environment, tmp_path) as bot:
        async with asyncio.timeout(30):
            while not handles(signal.SIGTERM, bot.process.pid):  # noqa: ASYNC110  # likewise
                await asyncio.sleep(0.002)
        assert await bot.end() == 0
    assert not [line for line in bot.lines if "Traceback" in line]


def handles(number: signal.Signals, pid: int) -> bool:
    """Return whether a process has a handler for this signal."""
    [caught] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt:")]
    return bool(int(caught.split()[1], 16) & 1 << (number - 1))


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root may make a container's processes")
async def test_as_process_1_it_waits_for_its_orphans_and_stops(around: Vendors, tmp_path: Path) -> None:
    settings = {**around.environment, "DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())}
    settings.pop("REDIS_URL")  # the embedded one goes to the background, and so comes to process 1
    container = ["unshare", "--pid", "--fork", "--mount-proc"]
    async with program([*container, *BOT, "serve"], settings, tmp_path) as outside:
        await outside.says("listening")
        [init] = children(outside.process.pid)
        [redis] = [one for one in init.children() if "valkey" in one.name()]
        redis.kill()
        async with asyncio.timeout(30):
            while psutil.pid_exists(redis.pid):  # noqa: ASYNC110  # likewise
                await asyncio.sleep(0.02)
        init.send_signal(signal.SIGTERM)
        assert await outside.ended() == 0

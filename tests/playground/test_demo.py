"""Somebody starts the demo on a machine of their own, and ends it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from playground.bot_process import environment
from playground.demo import forget
from tests.playground.demo_process import Demo, is_alive, running_demo, start
from tests.playground.visitor import Visitor

pytestmark = pytest.mark.slow


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with running_demo() as demo:
        yield demo


async def test_from_the_first_command_to_ctrl_c(demo: Demo) -> None:
    processes = (demo.bot, demo.redis)
    async with httpx.AsyncClient(base_url=demo.address, trust_env=False) as http:
        visitor = Visitor(http)
        await visitor.type("/assist +33 6 62 68 21 93")
        await visitor.sees("Invited by SMS.", "Your video assistance is ready.", "SMS to +33662682193")
    assert await demo.stop() == 0
    assert [is_alive(pid) for pid in processes] == [False, False]


async def test_it_stops_as_cleanly_when_it_is_told_to_terminate(demo: Demo) -> None:
    processes = (demo.bot, demo.redis)
    assert await demo.stop(signal.SIGTERM) == 0
    assert [is_alive(pid) for pid in processes] == [False, False]


async def test_a_bot_that_dies_takes_the_demo_with_it_and_says_why(demo: Demo) -> None:
    redis = demo.redis
    os.kill(demo.bot, signal.SIGKILL)
    assert await demo.ended() == 1
    assert demo.process.stderr is not None
    told = (await demo.process.stderr.read()).decode()
    assert "The bot has ended (exit code -9). The end of its log:" in told
    assert "listening" in told
    assert not is_alive(redis)


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = await start("--port", str(port))
        _, told = await demo.communicate()
    assert demo.returncode == 2
    assert told.decode().splitlines() == [
        f"Port {port} cannot be used (Address already in use): choose another one with --port."
    ]


def test_no_setting_of_the_machine_reaches_the_bot() -> None:
    around = {name.upper(): "production" for name in Settings.model_fields} | {"HTTPS_PROXY": "http://proxy.example"}
    given = environment({**around, "LANG": "C"}, {"PORT": "1"})
    assert given.keys() == {"LANG", "PORT", "PYTHONPATH"}
    assert given["PORT"] == "1"


def test_a_reset_removes_what_the_bot_kept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    for name in ("redis/appendonly.aof", "encryption.key", "bot.log", "thesis.txt"):
        (tmp_path / name).write_text("kept")
    forget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]

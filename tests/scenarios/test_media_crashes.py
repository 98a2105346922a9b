"""A bot is killed while it brings photos: another one finishes it, and nobody sees a photo twice.

The bot that dies is a process as operators run it; another one, in this process, finds what it left.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot import jobs
from bot.services import shipments
from playground.slack import SlackClientSide
from playground.slack.default_world import U_EN
from playground.slack.faults import Refuses
from playground.slack.model import Message
from tests.scenarios.stage import Stage, Vendors, staged

HISTORY = frozenset({"channels:history", "groups:history", "im:history", "mpim:history"})


class Unserved(Exception):
    """Nobody is left whom a call could be answered to."""


@dataclass(frozen=True)
class Doomed:
    """A bot in a process of its own, and those who use it."""

    process: asyncio.subprocess.Process
    stage: Stage

    async def dies_at(self, method: str, *, done: bool) -> asyncio.Event:
        """Have it killed at its first such call, before Slack has done it or before Slack has answered."""
        struck = asyncio.Event()

        async def strike(call: str) -> None:
            if call == method and not struck.is_set():
                self.process.send_signal(signal.SIGKILL)
                await self.process.wait()
                struck.set()
                raise Unserved

        setattr(self.stage.slack, "after" if done else "before", strike)
        return struck


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead bot's work is taken over after a second, and what it may have sent has arrived by then."""
    monkeypatch.setattr(jobs, "TAKEN_OVER_AFTER", timedelta(seconds=1))
    monkeypatch.setattr(shipments, "SETTLED_AFTER", 0.5)


@asynccontextmanager
async def doomed(around: Vendors, folder: Path) -> AsyncIterator[Doomed]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = str(door.getsockname()[1])
    settings = {**around.environment, "PORT": port, "PYTHONPATH": str(Path(bot.__file__).parents[1])}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        cwd=folder,
        env={**os.environ, **settings},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    assert process.stdout
    while b"listening" not in (line := await process.stdout.readline()):
        assert line, "the bot did not start"
    url = f"http://127.0.0.1:{port}"
    async with SlackClientSide.over_http(around.slack, url) as people:
        yield Doomed(process, Stage(around.slack, around.apizee, people, url))
    if process.returncode is None:
        process.kill()
    await process.communicate()


async def killed(around: Vendors, folder: Path, method: str, *, done: bool) -> None:
    """A session with two photos is over; the bot that brings them dies."""
    async with doomed(around, folder) as dying:
        stage = dying.stage
        await stage.assist("+33 6 62 68 21 93")
        ticket = await stage.invited()
        world = stage.apizee
        for step in (world.customer_opens, world.accepts, world.allows_camera, world.takes_photo, world.takes_photo):
            step(ticket.id)
        world.hangs_up(ticket.id)
        if method == "chat.postMessage":
            world.recording_appears(ticket.id)
        struck = await dying.dies_at(method, done=done)
        await stage.people.click(U_EN, stage.cards()[0], "session_refresh")
        async with asyncio.timeout(10):
            await struck.wait()


async def brought(stage: Stage) -> list[int]:
    """How many files each message in the thread has, once all is done; one with links has none."""
    assert stage.app
    await stage.slack.wait_for(lambda: replies(stage), timeout=15)
    while await stage.app.jobs.lag():  # noqa: ASYNC110  # the event would be in Redis
        await asyncio.sleep(0.02)
    return [len(message.files) for message in replies(stage)]


def replies(stage: Stage) -> list[Message]:
    return [one for one in stage.cards() if one.is_reply]


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_photos_come_once_wherever_the_bot_dies(
    around: Vendors, tmp_path: Path, method: str, *, done: bool
) -> None:
    await killed(around, tmp_path, method, done=done)
    async with staged(around) as stage:
        assert await brought(stage) == [2]


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
async def test_a_link_comes_once_wherever_the_bot_dies(around: Vendors, tmp_path: Path, *, done: bool) -> None:
    await killed(around, tmp_path, "chat.postMessage", done=done)
    async with staged(around) as stage:
        assert await brought(stage) == [2, 0]


async def test_without_reading_the_thread_no_photo_is_lost(around: Vendors, tmp_path: Path) -> None:
    around.slack.scopes -= HISTORY
    await killed(around, tmp_path, "files.completeUploadExternal", done=False)
    async with staged(around) as stage:
        assert await brought(stage) == [2]


async def test_without_reading_the_thread_slacks_refusal_says_that_the_photos_are_there(
    around: Vendors, tmp_path: Path
) -> None:
    around.slack.scopes -= HISTORY
    await killed(around, tmp_path, "files.completeUploadExternal", done=True)
    around.slack.faults.switch_on(Refuses("file_not_found"), "files.completeUploadExternal")
    async with staged(around) as stage:
        assert await brought(stage) == [2]
        assert not stage.slack.calls_of("files.completeUploadExternal")[-1].ok

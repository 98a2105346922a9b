"""Processes that a story can kill, stop and start again: bots as operators run them, and their Redis."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.cli import main
from bot.store.server.embedded import server_binary
from bot.timing import Timing
from playground.bot_process import environment
from playground.demo import free_port
from sandbox.slack import SlackClientSide
from tests.scenarios.environment import Environment, Vendors

BOT = (sys.executable, "-m", "bot")
_STARTED_WITHIN = 30.0

AT_ONCE = {"DRAIN_SECONDS": "0"}
"""No load balancer is there that would have to notice."""


class Running:
    """A program that runs, and what it has said so far, line by line."""

    def __init__(self, process: Process, url: str = "") -> None:
        self.process = process
        self.url = url
        self.lines: list[str] = []
        self._news = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())

    async def says(self, word: str) -> None:
        """Return once a line holds this word; raises `TimeoutError` after half a minute."""
        async with asyncio.timeout(_STARTED_WITHIN):
            while not any(word in line for line in self.lines):
                self._news.clear()
                assert not self._listening.done(), self.lines
                await self._news.wait()

    async def end(self, way: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal; return its exit code, once all that it said has been read."""
        if self.process.returncode is None:
            self.process.send_signal(way)
        return await self.ended()

    async def ended(self) -> int:
        """Its exit code, once it ends by itself."""
        await self._listening
        return await self.process.wait()

    async def _listen(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.lines.append(line.decode())
            self._news.set()
        self._news.set()


@asynccontextmanager
async def program(
    command: Sequence[str], settings: Mapping[str, str], folder: Path, *, url: str = ""
) -> AsyncIterator[Running]:
    """Yield a program in this folder, with these settings and no others; what is left of it is killed at the end."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=environment(os.environ, {**AT_ONCE, **settings}),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,
    )
    running = Running(process, url)
    try:
        yield running
    finally:
        await running.end(signal.SIGKILL)


@asynccontextmanager
async def serving(settings: Mapping[str, str], folder: Path, *options: str) -> AsyncIterator[Running]:
    """`apizee-slack serve`, once it listens on a port of its own."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    async with program([*BOT, "serve", *options], {**settings, "PORT": port}, folder, url=url) as bot:
        await bot.says("listening")
        yield bot


@asynccontextmanager
async def staged_by(around: Vendors, folder: Path, *options: str) -> AsyncIterator[tuple[Running, Environment]]:
    """Yield a bot that `serving` runs, and its environment."""
    async with serving(around.environment, folder, *options) as bot, in_environment(bot.url, around) as environment:
        yield bot, environment


@asynccontextmanager
async def in_environment(url: str, around: Vendors) -> AsyncIterator[Environment]:
    """Yield the environment of a bot that is reached under this address."""
    async with SlackClientSide.over_http(around.slack, url) as people:
        yield Environment(around.slack, around.apizee, people, url)


@asynccontextmanager
async def working(settings: Mapping[str, str], folder: Path) -> AsyncIterator[Running]:
    """`apizee-slack worker`, once it is at work."""
    async with program([*BOT, "worker"], settings, folder) as bot:
        await bot.says("working")
        yield bot


class Forked:
    """A bot in a process that has its imports behind it: what stories take that need many bots."""

    def __init__(self, process: BaseProcess, url: str) -> None:
        self._process = process
        self.url = url

    def gets(self, way: signal.Signals) -> None:
        """Send it a signal, such as one that freezes it."""
        if self._process.pid and self._process.is_alive():
            os.kill(self._process.pid, way)

    async def ended(self) -> int:
        """Its exit code, once it ends by itself."""
        await asyncio.to_thread(self._process.join)
        return self._process.exitcode or 0

    async def end(self, way: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal, and return its exit code."""
        self.gets(way)
        return await self.ended()


@asynccontextmanager
async def forked(settings: Mapping[str, str], folder: Path, *, timing: Timing) -> AsyncIterator[Forked]:
    """`apizee-slack serve`, once it listens, with waits of its own."""
    port = free_port()
    its_own = environment(os.environ, {**AT_ONCE, **settings, "PORT": str(port)})
    process = _forkserver().Process(target=_be_a_bot, args=(its_own, folder / "bot.log", timing))
    process.start()
    bot = Forked(process, f"http://127.0.0.1:{port}")
    try:
        await listened_to(port)
        yield bot
    finally:
        await bot.end(signal.SIGKILL)


async def commanded(settings: Mapping[str, str], folder: Path, *words: str) -> tuple[int, str]:
    """Return the exit code of a command, in a process that has its imports behind it, and all that it said."""
    log = folder / "command.log"
    log.unlink(missing_ok=True)
    process = _forkserver().Process(target=_be_a_command, args=(environment(os.environ, settings), log, words))
    process.start()
    await asyncio.to_thread(process.join, 2 * _STARTED_WITHIN)  # the first one waits for the imports of all
    process.kill()
    process.join()
    return process.exitcode or 0, log.read_text(encoding="utf-8")


def _forkserver() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.container", __name__])
    return context


def _lose_the_loop(_number: int, _frame: object) -> None:
    """Let the queue's loop end, as a fault in it would."""
    for task in asyncio.all_tasks():
        if task.get_name() == "jobs":
            task.cancel()


def _be_a_bot(settings: Mapping[str, str], log: Path, timing: Timing) -> None:
    signal.signal(signal.SIGUSR1, _lose_the_loop)
    _be_a_command(settings, log, ["serve"], timing)


def _be_a_command(settings: Mapping[str, str], log: Path, words: Sequence[str], timing: Timing | None = None) -> None:
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(log.parent)  # where no `.env` misleads it
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    main(list(words), obj=timing)


async def listened_to(port: int) -> None:
    """Return once connections to this port are accepted; raises `TimeoutError` after a minute."""
    async with asyncio.timeout(2 * _STARTED_WITHIN):
        while not await is_listening(port):  # noqa: ASYNC110  # another program's state
            await asyncio.sleep(0.02)


async def is_listening(port: int) -> bool:
    """Whether connections to this port are accepted."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


class RedisServer:
    """A Redis of a story's own, which keeps its data while it is away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Its address, whether it runs or not."""
        return f"redis://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Return when it answers."""
        options = {"port": str(self._port), "dir": str(self._folder), "appendonly": "yes", "save": ""}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = await asyncio.create_subprocess_exec(str(server_binary()), *words, stdout=DEVNULL)
        async with asyncio.timeout(_STARTED_WITHIN), Redis.from_url(self.url) as redis:
            while not await _answers(redis):  # noqa: ASYNC110  # another program's state
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """End it in order."""
        if self._process:
            self._process.terminate()
            await self._process.wait()
            self._process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it take connections and answer nothing within the block."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def redis_server(folder: Path) -> AsyncIterator[RedisServer]:
    """Yield a Redis that answers, with its data in this folder."""
    server = RedisServer(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def _answers(redis: Redis) -> bool:
    try:
        return bool(await redis.ping())
    except RedisError:
        return False

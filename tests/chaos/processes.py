"""Processes that are killed and frozen without warning, and started again as a supervisor does."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import SystemRandom

import psutil

from bot.store.server.embedded import server_binary
from playground.bot_process import environment

# Of its own: while one of these processes is dead, nobody else takes its port for a free one.
_PORTS = range(18_000, 20_000)
_STARTED_AGAIN_AFTER = 0.2


class Supervised:
    """A program that is started again whenever it ends; what it says goes into a file."""

    def __init__(self, name: str, command: Sequence[str], settings: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.deaths = 0
        self._command = command
        self._environment = environment(os.environ, settings)
        self._folder = folder
        self._process: Process | None = None
        self._is_frozen = False

    @property
    def is_running(self) -> bool:
        """Whether its process lives and is not frozen; what it does there is another question."""
        return self._process is not None and self._process.returncode is None and not self._is_frozen

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Supervised]:
        """Keep it alive until left, then end it in order."""
        keeper = asyncio.create_task(self._keep_alive(), name=self.name)
        try:
            yield self
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            await self._end()

    def kill(self) -> None:
        """Kill it at once."""
        if self._process and self._process.returncode is None:
            self._process.kill()

    async def freeze(self, seconds: float) -> None:
        """Let it do nothing for a while, and then go on as if no time had passed."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGSTOP)
        self._is_frozen = True
        await asyncio.sleep(seconds)
        self._is_frozen = False
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)

    def processor_seconds(self) -> float:
        """How long its process has used a core so far."""
        if self._process is None or self._process.returncode is not None:
            return 0.0
        used = psutil.Process(self._process.pid).cpu_times()
        return float(used.user + used.system)

    def lines(self) -> int:
        """How many lines it has logged so far."""
        with self.log.open("rb") as said:
            return sum(1 for _ in said)

    async def _keep_alive(self) -> None:
        while True:
            with self.log.open("ab") as output:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    cwd=self._folder,
                    env=self._environment,
                    stdin=DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            await self._process.wait()
            self.deaths += 1
            await asyncio.sleep(_STARTED_AGAIN_AFTER)

    async def _end(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            await self._process.wait()


def web(name: str, settings: Mapping[str, str], folder: Path, port: int) -> Supervised:
    """Return a process that answers only."""
    command = [sys.executable, "-m", "bot", "serve", "--no-worker"]
    return Supervised(name, command, {**settings, "PORT": str(port)}, folder)


def worker(name: str, settings: Mapping[str, str], folder: Path) -> Supervised:
    """Return a process that does the background work only."""
    return Supervised(name, [sys.executable, "-m", "bot", "worker"], settings, folder)


def redis(folder: Path, port: int) -> Supervised:
    """Return a server that has written to its file what it has confirmed."""
    options = {"port": str(port), "dir": str(folder), "appendonly": "yes", "appendfsync": "always", "save": ""}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Supervised("redis", [str(server_binary()), *words], {}, folder)


def free_port() -> int:
    """Return a port of this machine on which nobody listens, and which no other story chooses."""
    for port in SystemRandom().sample(_PORTS, len(_PORTS)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    message = "no port is free"
    raise OSError(message)


__all__ = ["Supervised", "free_port", "redis", "web", "worker"]

"""Programs that are measured: started on a core of their own, watched from outside, ended with the block."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.machine import on_core
from playground.bot_process import environment

_READY_WITHIN = 30.0
_GONE_WITHIN = 12.0
_LOOKED_AT_EVERY = 0.005
_MIB = 1024 * 1024


class NeverReady(Exception):
    """A program has ended, or does not answer; the text has the end of its log."""


class Running:
    """A program that runs, its children included."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process = process
        self._log = log
        self._began = time.perf_counter()
        self._watched = psutil.Process(process.pid)

    async def answers(self, port: int, path: str | None) -> float:
        """Return the seconds from its start until it answers 200 at `path`, or takes connections if that is `None`."""
        try:
            async with asyncio.timeout(_READY_WITHIN):
                while not await _is_ready(port, path):
                    self._must_live()
                    await asyncio.sleep(_LOOKED_AT_EVERY)
        except TimeoutError:
            raise NeverReady(self._with_log("does not answer")) from None
        return time.perf_counter() - self._began

    def cpu_seconds(self) -> float:
        """Return what it has used of processors so far."""
        return sum(_cpu_seconds(one) for one in self._all())

    def rss_mib(self) -> float:
        """Its resident memory; what its processes share is counted for each."""
        return sum(one.memory_info().rss for one in self._all()) / _MIB

    def own_mib(self) -> list[float]:
        """Return the memory that each of its children shares with no other process."""
        return [one.memory_full_info().uss / _MIB for one in self._watched.children()]

    async def end(self) -> None:
        """Ask it to end, and make it end where it does not."""
        if self._process.returncode is None:
            self._process.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GONE_WITHIN):
                await self._process.wait()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # children that outlived it as well
        await self._process.wait()

    def _all(self) -> list[psutil.Process]:
        return [self._watched, *self._watched.children(recursive=True)]

    def _must_live(self) -> None:
        if self._process.returncode is not None:
            raise NeverReady(self._with_log(f"has ended with exit code {self._process.returncode}"))

    def _with_log(self, what: str) -> str:
        lines = self._log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join([f"{self._log.stem} {what}. The end of its log:", *lines[-10:]])


@asynccontextmanager
async def running(
    command: Sequence[str], settings: Mapping[str, str], log: Path, *, core: int
) -> AsyncIterator[Running]:
    """Yield a program on one core, in the folder of its log, with these settings and none of those around it."""
    with log.open("ab") as output, on_core(core):
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=log.parent,
            env=environment(os.environ, settings),
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches the benchmarks alone, which then end it in order
        )
    program = Running(process, log)
    try:
        yield program
    finally:
        await program.end()


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _cpu_seconds(process: psutil.Process) -> float:
    """To the nanosecond where Linux says it, else as the system counts: https://docs.kernel.org/scheduler/sched-stats.html."""
    spent = [int(one.read_text().split()[0]) for one in Path(f"/proc/{process.pid}/task").glob("*/schedstat")]
    if spent:
        return sum(spent) / 1e9
    counted = process.cpu_times()
    return float(counted.user + counted.system)


async def _is_ready(port: int, path: str | None) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        if path is None:
            return True
        writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()
